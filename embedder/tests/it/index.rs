use embedder::index::{Built, Kind, Precision, Shape, build, build_as, inspect, set_aside};
use embedder::model::Embedder;
use embedder::search::{Query, search};
use embedder::work::plan;
use migrations::testing::TestDatabase;

use crate::store::{CHUNKER, add_documents, embed_all};

#[tokio::test]
async fn the_index_waits_for_rows_fits_them_and_is_built_again_when_outgrown() {
    let database = TestDatabase::new().await;
    add_documents(&database.pool, 10).await;
    embed_all(&database.pool).await;
    assert_eq!(build(&database.pool).await.unwrap(), Built::TooFew { rows: 10 });
    sqlx::query("delete from district_documents").execute(&database.pool).await.unwrap();
    add_documents(&database.pool, 1_100).await;
    embed_all(&database.pool).await;
    let Built::Now { rows: 1_100, sizing } = build(&database.pool).await.unwrap() else {
        panic!("1,100 rows are enough")
    };
    assert_eq!((sizing.lists, sizing.probes), (33, 17));
    assert!(matches!(build(&database.pool).await.unwrap(), Built::Current { rows: 1_100, .. }));
    sqlx::query("update vector_index_builds set rows = 500").execute(&database.pool).await.unwrap();
    assert!(matches!(inspect(&database.pool).await.unwrap(), Built::Now { .. }), "the rows have doubled");
    build(&database.pool).await.unwrap();
    let indexes: Vec<String> =
        sqlx::query_scalar("select indexname::text from pg_indexes where indexname like 'idx\\_embeddings%'")
            .fetch_all(&database.pool)
            .await
            .unwrap();
    assert_eq!(indexes, ["idx_embeddings_vector"], "nothing is left of the swap");
}

#[tokio::test]
async fn an_index_whose_rows_have_changed_is_measured_once_and_built_again_where_it_finds_too_little() {
    let database = TestDatabase::new().await;
    let pool = &database.pool;
    add_documents(pool, 1_100).await;
    // Of as many subjects as lists: what is near to two of them is not in one list.
    sqlx::query(
        "update district_documents
            set extracted_text = (select string_agg(md5(k || ' ' || substring(document_url from '\\d+')::int % 33), ' ')
                                    from generate_series(1, 12) k)",
    )
    .execute(pool)
    .await
    .unwrap();
    embed_all(pool).await;
    build(pool).await.unwrap();
    let measured = || async {
        sqlx::query_scalar::<_, Option<String>>("select tuned_at::text from vector_index_builds")
            .fetch_one(pool)
            .await
            .unwrap()
    };
    let change = |share: &'static str| async move {
        let all =
            "update district_documents set extracted_text = extracted_text || '!', content_hash = md5(content_hash)";
        sqlx::query(sqlx::AssertSqlSafe(format!("{all} where {share}"))).execute(pool).await.unwrap();
        embed_all(pool).await;
    };
    change("document_url like '%1'").await;
    assert!(matches!(build(pool).await.unwrap(), Built::Current { .. }));
    assert_eq!(measured().await, None, "a tenth is new");
    change("document_url like '%2' or document_url like '%3'").await;
    assert!(matches!(build(pool).await.unwrap(), Built::Current { .. }));
    let once = measured().await;
    assert!(once.is_some(), "three tenths are");
    assert!(matches!(build(pool).await.unwrap(), Built::Current { .. }));
    assert_eq!(measured().await, once, "nothing has changed since");
    sqlx::query("update vector_index_builds set probes = 1").execute(pool).await.unwrap();
    change("document_url like '%4' or document_url like '%5' or document_url like '%6'").await;
    assert!(matches!(build(pool).await.unwrap(), Built::Now { sizing, .. } if sizing.probes > 1));
    assert_eq!(measured().await, None, "it is new");
}

#[tokio::test]
async fn rows_are_counted_whoever_wrote_them() {
    let database = TestDatabase::new().await;
    let pool = &database.pool;
    let rows = || async {
        match inspect(pool).await.unwrap() {
            Built::TooFew { rows } | Built::Current { rows, .. } | Built::Now { rows, .. } => rows,
        }
    };
    assert_eq!(rows().await, 0);
    add_documents(pool, 60).await;
    embed_all(pool).await;
    assert_eq!(rows().await, 60);
    let of_others = "insert into document_embeddings (document_id, chunk_index, chunk_text, embedding)
                     select document_id, chunk_index + 100 + n, chunk_text, embedding
                       from document_embeddings, generate_series(1, 3) n";
    sqlx::query(of_others).execute(pool).await.unwrap();
    assert_eq!(rows().await, 240, "another program's are searched too");
    sqlx::query("delete from document_embeddings where chunk_index > 0").execute(pool).await.unwrap();
    assert_eq!(rows().await, 60, "their pages are left, and not what stood there");
    sqlx::query("truncate document_embedding_state").execute(pool).await.unwrap();
    assert_eq!(rows().await, 60, "nobody recorded them");
}

#[tokio::test]
async fn a_load_that_replaces_nearly_all_rows_goes_without_the_index_and_leaves_it_as_it_was() {
    let database = TestDatabase::new().await;
    let pool = &database.pool;
    let model = Embedder::hashing();
    add_documents(pool, 1_100).await;
    embed_all(pool).await;
    let shape = Shape { kind: Kind::IvfFlat, precision: Precision::HalfVec };
    build_as(pool, Some(shape), |_| {}).await.unwrap();
    let aside = || async {
        let plan = plan(pool, model.name(), CHUNKER).await.unwrap();
        set_aside(pool, &plan, &model).await.unwrap()
    };
    assert!(!aside().await, "nothing is to load");
    let change = |share: &'static str| {
        let all =
            "update district_documents set extracted_text = extracted_text || '!', content_hash = md5(content_hash)";
        sqlx::query(sqlx::AssertSqlSafe(format!("{all} where {share}"))).execute(pool)
    };
    change("document_url like '%1'").await.unwrap();
    assert!(!aside().await, "a tenth is to load");
    change("true").await.unwrap();
    let mut reader = pool.begin().await.unwrap();
    sqlx::query("select count(*) from document_embeddings").execute(&mut *reader).await.unwrap();
    assert!(!aside().await, "a search under way is not waited for without end");
    reader.rollback().await.unwrap();
    assert!(aside().await);
    assert!(!aside().await, "there is none to set aside any more");
    embed_all(pool).await;
    let query = Query { text: "About subject7".to_owned(), limit: 3, ..Query::default() };
    assert_eq!(search(pool, &model, &query, false).await.unwrap().hits.len(), 3, "without an index all are compared");
    assert!(matches!(build(pool).await.unwrap(), Built::Now { sizing, .. } if sizing.shape == shape));
}

#[tokio::test]
async fn an_index_of_any_shape_is_searched_through_and_tuned_to_its_target() {
    use embedder::index::{Kind, Precision, Shape, build_as, ready, tune};
    let database = TestDatabase::new().await;
    add_documents(&database.pool, 1_200).await;
    embed_all(&database.pool).await;
    let query = Query { text: "About subject777 and topic0".to_owned(), limit: 5, ..Query::default() };
    for kind in [Kind::IvfFlat, Kind::Hnsw] {
        for precision in [Precision::Vector, Precision::HalfVec] {
            let shape = Shape { kind, precision };
            assert!(
                matches!(build_as(&database.pool, Some(shape), |_| {}).await.unwrap(), Built::Now { .. }),
                "{shape}"
            );
            assert!(matches!(build(&database.pool).await.unwrap(), Built::Current { .. }), "{shape} stays as it is");
            let tuned = tune(&database.pool, &Embedder::hashing(), 20, 0.98, |_| {}).await.unwrap().unwrap();
            let chosen = tuned.chosen.unwrap_or_else(|| panic!("{shape}: {tuned:?}"));
            assert!(chosen.recall >= 0.98 && chosen.filtered_recall >= 0.9 && chosen.full_pages == 1.0, "{chosen:?}");
            assert!(
                tuned.steps[..tuned.steps.len() - 1].iter().all(|step| step.probes < chosen.probes),
                "the cheapest"
            );
            let stored = ready(&mut database.pool.acquire().await.unwrap()).await.unwrap().unwrap();
            assert_eq!((stored.probes, stored.shape), (chosen.probes, shape));
            let found = search(&database.pool, &Embedder::hashing(), &query, true).await.unwrap();
            assert!(found.plan.unwrap().contains("Index Scan using idx_embeddings_vector"), "{shape}");
            assert_eq!(found.hits[0].url, "http://x/777", "{shape}");
        }
    }
}
