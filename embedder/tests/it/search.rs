use embedder::index::build;
use embedder::model::Embedder;
use embedder::search::{Query, search, similar};
use migrations::testing::TestDatabase;
use uuid::Uuid;

use crate::store::{add_documents, embed_all};

#[tokio::test]
async fn search_finds_the_document_through_the_index_and_filters_keep_lists_full() {
    let database = TestDatabase::new().await;
    add_documents(&database.pool, 1_500).await;
    embed_all(&database.pool).await;
    build(&database.pool).await.unwrap();
    let query = |text: &str, state: Option<&str>| Query {
        text: text.to_owned(),
        state: state.map(str::to_owned),
        limit: 10,
        ..Query::default()
    };
    let found = search(
        &database.pool,
        &Embedder::hashing(),
        &query("About subject1234 and topic2: the roof, the bus, the budget of year 1234", None),
        true,
    )
    .await
    .unwrap();
    assert_eq!(found.hits[0].url, "http://x/1234");
    let plan = found.plan.unwrap();
    assert!(plan.contains("Index Scan using idx_embeddings_vector"), "{plan}");
    assert!(!plan.contains("Seq Scan on document_embeddings"), "{plan}");
    // One document in twenty is Texan: the scan goes on until the list is full.
    let texan = search(&database.pool, &Embedder::hashing(), &query("the budget", Some("TX")), false).await.unwrap();
    assert_eq!(texan.hits.len(), 10);
    assert!(texan.hits.iter().all(|hit| hit.state == "TX"));
}

#[tokio::test]
async fn a_pgvector_whose_scans_do_not_go_on_fills_filtered_lists_too() {
    let database = TestDatabase::new().await;
    let (pool, model) = (&database.pool, Embedder::hashing());
    add_documents(pool, 1_500).await;
    embed_all(pool).await;
    build(pool).await.unwrap();
    // What the server's library can is still there; nothing of it may be asked for.
    sqlx::query("update pg_extension set extversion = '0.7.4' where extname = 'vector'").execute(pool).await.unwrap();
    let texan = Query { text: "the budget".to_owned(), state: Some("TX".to_owned()), limit: 10, ..Query::default() };
    let found = search(pool, &model, &texan, true).await.unwrap();
    assert_eq!((found.hits.len(), found.probes), (10, Some(39)), "every list is looked at");
    let anywhere = Query { state: None, ..texan };
    assert!(search(pool, &model, &anywhere, true).await.unwrap().probes < Some(39));
    let mut seen = pool.begin().await.unwrap();
    let ready = embedder::index::ready(&mut seen).await.unwrap().unwrap();
    assert!(!ready.goes_on);
}

#[tokio::test]
async fn vectors_of_another_model_are_not_searched() {
    let database = TestDatabase::new().await;
    let query = Query { text: "roof".to_owned(), limit: 5, ..Query::default() };
    let nothing = search(&database.pool, &Embedder::hashing(), &query, false).await.unwrap_err();
    assert!(nothing.hint().is_some(), "{nothing}");
    add_documents(&database.pool, 3).await;
    embed_all(&database.pool).await;
    assert_eq!(search(&database.pool, &Embedder::hashing(), &query, false).await.unwrap().hits.len(), 3);
    sqlx::query("update document_embedding_state set model = 'openai-3-small'").execute(&database.pool).await.unwrap();
    let error = search(&database.pool, &Embedder::hashing(), &query, false).await.unwrap_err();
    assert!(error.to_string().contains("`openai-3-small`"), "{error}");
}

#[tokio::test]
async fn a_document_of_many_chunks_leaves_room_for_others() {
    let database = TestDatabase::new().await;
    let pool = &database.pool;
    add_documents(pool, 1_100).await;
    let long = "We speak of the budget of the roof, and of what the roof costs. ".repeat(600);
    sqlx::query(
        "update district_documents set extracted_text = $1, content_hash = 'long' where document_url = 'http://x/42'",
    )
    .bind(long)
    .execute(pool)
    .await
    .unwrap();
    embed_all(pool).await;
    build(pool).await.unwrap();
    let chunks = "select count(*) from document_embeddings e join district_documents d on d.id = e.document_id where d.document_url = 'http://x/42'";
    let chunks: i64 = sqlx::query_scalar(chunks).fetch_one(pool).await.unwrap();
    assert!(chunks > 60, "{chunks} chunks fill a list of ten alone");
    let query = Query { text: "the budget of the roof".to_owned(), limit: 10, ..Query::default() };
    let hits = search(pool, &Embedder::hashing(), &query, false).await.unwrap().hits;
    assert_eq!((hits.len(), hits[0].url.as_str()), (10, "http://x/42"));
    let document: Uuid = sqlx::query_scalar("select id from district_documents where document_url = 'http://x/42'")
        .fetch_one(pool)
        .await
        .unwrap();
    let hits = similar(pool, document, &query).await.unwrap().unwrap();
    assert_eq!(hits.len(), 10);
    assert!(hits.iter().all(|hit| hit.url != "http://x/42"));
}

#[tokio::test]
async fn similar_documents_leave_out_the_one_asked_for_and_filters_hold() {
    let database = TestDatabase::new().await;
    add_documents(&database.pool, 1_100).await;
    sqlx::query("update districts set enrollment = nces_id::int * 10").execute(&database.pool).await.unwrap();
    embed_all(&database.pool).await;
    build(&database.pool).await.unwrap();
    let id = |url: &'static str| {
        sqlx::query_scalar("select id from district_documents where document_url = $1")
            .bind(url)
            .fetch_one(&database.pool)
    };
    let document: Uuid = id("http://x/42").await.unwrap();
    let query = Query { limit: 7, ..Query::default() };
    let hits = similar(&database.pool, document, &query).await.unwrap().unwrap();
    assert_eq!(hits.len(), 7);
    assert!(hits.iter().all(|hit| hit.url != "http://x/42"));
    let small = Query { most_enrollment: Some(100), least_enrollment: Some(50), ..query.clone() };
    let hits = similar(&database.pool, document, &small).await.unwrap().unwrap();
    assert_eq!(hits.len(), 7);
    assert!(hits.iter().all(|hit| (5..=10).contains(&hit.nces_id.parse::<i32>().unwrap())), "{hits:?}");
    let tiered = Query { tier: Some("tier1".to_owned()), ..query };
    assert!(similar(&database.pool, document, &tiered).await.unwrap().unwrap().is_empty(), "nobody is scored");
    let nobody = Uuid::nil();
    assert!(similar(&database.pool, nobody, &small).await.unwrap().is_none());
}
