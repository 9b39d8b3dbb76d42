use embedder::chunk::Chunker;
use embedder::index::{Built, Kind, Precision, Shape, build, build_as, inspect, set_aside};
use embedder::model::Embedder;
use embedder::queue::{account, enqueue};
use embedder::search::{Query, search};
use embedder::texts::{LONG_TEXT, long_text};
use embedder::work::plan;
use embedder::worker::{Crew, work};
use migrations::testing::TestDatabase;
use sqlx::PgPool;
use uuid::Uuid;

const CHUNKER: Chunker = Chunker { max_tokens: 64, overlap_tokens: 8 };

async fn add_documents(pool: &PgPool, count: i32) {
    let setup = "
        insert into districts (nces_id, name, state)
        select lpad(n::text, 7, '0'), 'District ' || n, case when n % 20 = 0 then 'TX' else 'CA' end from generate_series(0, 99) n on conflict do nothing";
    sqlx::raw_sql(setup).execute(pool).await.unwrap();
    sqlx::query(
        "insert into district_documents (nces_id, document_url, document_type, document_title, extracted_text, text_length, content_hash)
         select lpad((n % 100)::text, 7, '0'), 'http://x/' || n, 'text', 'Paper ' || n,
                'About subject' || n || ' and topic' || n % 7 || ': the roof, the bus, the budget of year ' || n, 60, md5(n::text)
           from generate_series(0, $1 - 1) n",
    )
    .bind(count)
    .execute(pool)
    .await
    .unwrap();
}

async fn embed_all(pool: &PgPool) -> usize {
    let model = Embedder::hashing();
    let plan = plan(pool, model.name(), CHUNKER).await.unwrap();
    enqueue(pool, &plan, model.name()).await.unwrap();
    let done = work(pool, &model, CHUNKER, Crew::of(1), |_| {}).await.unwrap();
    let account = account(pool).await.unwrap();
    assert_eq!(account.documents, account.current + account.pending + account.dead);
    assert_eq!(done.documents, plan.pending.len());
    plan.pending.len()
}

async fn chunks(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from document_embeddings").fetch_one(pool).await.unwrap()
}

/// A pass over pages of a changing list skipped up to 43 % of such corpora, and called itself complete.
#[tokio::test(flavor = "multi_thread")]
async fn one_run_embeds_every_document_however_many_say_the_same() {
    for (documents, distinct) in [(5_000_i64, 5_000), (20_000, 8_000)] {
        let database = TestDatabase::new().await;
        sqlx::query(
            "insert into district_documents (nces_id, document_url, extracted_text, text_length, content_hash)
             select lpad((n % 100)::text, 7, '0'), 'http://x/' || n, 'Plan ' || n % $2, 8, md5((n % $2)::text)
               from generate_series(1, $1) n",
        )
        .bind(documents)
        .bind(distinct)
        .execute(&database.pool)
        .await
        .unwrap();
        assert_eq!(embed_all(&database.pool).await as i64, documents);
        let without: i64 = sqlx::query_scalar("select count(*) from district_documents d where not exists (select from document_embeddings e where e.document_id = d.id)").fetch_one(&database.pool).await.unwrap();
        assert_eq!((without, chunks(&database.pool).await), (0, documents));
    }
}

#[tokio::test]
async fn the_whole_document_is_embedded_and_what_is_stored_is_what_was_embedded() {
    let database = TestDatabase::new().await;
    // Each word says its number in letters, for a number may be cut.
    let word = |number: usize| -> String {
        (0..4).map(|place| char::from(b"abcdefghijklmnopqrst"[number / 20_usize.pow(place) % 20])).collect()
    };
    let text = (0..30_000).map(word).collect::<Vec<_>>().join(" ");
    let numbers: std::collections::HashMap<String, usize> = (0..30_000).map(|number| (word(number), number)).collect();
    sqlx::query("insert into district_documents (nces_id, document_url, extracted_text, text_length, content_hash) values ('0000001', 'http://x/long', $1, length($1), md5($1))").bind(&text).execute(&database.pool).await.unwrap();
    let model = Embedder::hashing();
    let chunker = Chunker { max_tokens: 2_000, overlap_tokens: 100 };
    let plan = plan(&database.pool, model.name(), chunker).await.unwrap();
    enqueue(&database.pool, &plan, model.name()).await.unwrap();
    work(&database.pool, &model, chunker, Crew::of(1), |_| {}).await.unwrap();
    let stored: Vec<(String, pgvector::Vector)> =
        sqlx::query_as("select chunk_text, embedding from document_embeddings order by chunk_index")
            .fetch_all(&database.pool)
            .await
            .unwrap();
    let mut next = 0;
    for (chunk, vector) in &stored {
        assert_eq!(model.embed_one(chunk).await.unwrap(), vector.to_vec());
        let said: Vec<usize> = chunk.lines().last().unwrap().split(' ').map(|word| numbers[word]).collect();
        assert!(said[0] <= next && said.is_sorted(), "nothing is left out before {next}");
        next = said[said.len() - 1] + 1;
    }
    assert_eq!(next, 30_000);
}

/// What receives a value of any size needs three times its memory.
#[tokio::test]
async fn a_long_text_comes_whole_in_slices_while_it_says_the_same() {
    let database = TestDatabase::new().await;
    let (document, length): (Uuid, i32) = sqlx::query_as(
        "insert into district_documents (nces_id, document_url, extracted_text, text_length, content_hash)
         select '0000001', 'http://x', text, length(text), 'h' from repeat('Wörter 日本 ', 1000000) text
         returning id, text_length",
    )
    .fetch_one(&database.pool)
    .await
    .unwrap();
    assert!(length > LONG_TEXT && length < 2 * LONG_TEXT);
    let text = long_text(&database.pool, document, "h").await.unwrap().unwrap();
    assert!(text == "Wörter 日本 ".repeat(1_000_000), "{} bytes", text.len());
    assert_eq!(long_text(&database.pool, document, "another").await.unwrap(), None);
}

/// As long as its row says, it is cut and embedded like any other.
#[tokio::test]
async fn a_text_in_slices_is_embedded() {
    let database = TestDatabase::new().await;
    add_documents(&database.pool, 2).await;
    let long = "update district_documents set text_length = $1 where document_url = 'http://x/1'";
    sqlx::query(long).bind(LONG_TEXT + 1).execute(&database.pool).await.unwrap();
    assert_eq!(embed_all(&database.pool).await, 2);
    let of_it = "select chunk_text from document_embeddings join district_documents d on d.id = document_id where d.document_url = 'http://x/1'";
    let chunks: Vec<String> = sqlx::query_scalar(of_it).fetch_all(&database.pool).await.unwrap();
    assert!(chunks.len() == 1 && chunks[0].contains("About subject1 and topic1"), "{chunks:?}");
}

#[tokio::test]
async fn only_new_and_changed_documents_are_embedded() {
    let database = TestDatabase::new().await;
    add_documents(&database.pool, 30).await;
    assert_eq!(embed_all(&database.pool).await, 30);
    assert_eq!(embed_all(&database.pool).await, 0);
    let before = chunks(&database.pool).await;
    sqlx::query("update district_documents set extracted_text = repeat('Many more words than before. ', 60), content_hash = 'new' where document_url = 'http://x/3'")
        .execute(&database.pool)
        .await
        .unwrap();
    assert_eq!(embed_all(&database.pool).await, 1);
    assert!(chunks(&database.pool).await > before, "the longer text has more chunks");
    let disagreeing: i64 = sqlx::query_scalar(
        "select count(*) from document_embedding_state s
          where s.chunks <> (select count(*) from document_embeddings e where e.document_id = s.document_id)",
    )
    .fetch_one(&database.pool)
    .await
    .unwrap();
    assert_eq!(disagreeing, 0);
    sqlx::query("update districts set name = 'Renamed' where nces_id = '0000007'")
        .execute(&database.pool)
        .await
        .unwrap();
    assert_eq!(embed_all(&database.pool).await, 1, "the header line is part of what is embedded");
    assert_eq!(plan(&database.pool, "another-model", CHUNKER).await.unwrap().pending.len(), 30);
}

#[tokio::test]
async fn what_became_current_by_another_way_leaves_the_queue() {
    let database = TestDatabase::new().await;
    add_documents(&database.pool, 3).await;
    embed_all(&database.pool).await;
    let other = plan(&database.pool, "http:another", CHUNKER).await.unwrap();
    enqueue(&database.pool, &other, "http:another").await.unwrap();
    assert_eq!(account(&database.pool).await.unwrap().pending, 3);
    assert_eq!(embed_all(&database.pool).await, 0, "back to the first model, nothing is to do");
    assert_eq!(account(&database.pool).await.unwrap().pending, 0);
}

#[tokio::test]
async fn a_stored_vector_is_the_models() {
    let database = TestDatabase::new().await;
    add_documents(&database.pool, 1).await;
    embed_all(&database.pool).await;
    let (text, vector): (String, pgvector::Vector) =
        sqlx::query_as("select chunk_text, embedding from document_embeddings")
            .fetch_one(&database.pool)
            .await
            .unwrap();
    assert_eq!(vector.to_vec(), Embedder::hashing().embed_one(&text).await.unwrap());
    assert!(text.starts_with("District 0 (TX) · Paper 0\n\nAbout subject0"), "{text}");
}

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

#[tokio::test]
async fn similar_documents_leave_out_the_one_asked_for_and_filters_hold() {
    use embedder::search::similar;
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
    let document: uuid::Uuid = id("http://x/42").await.unwrap();
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
    let nobody = uuid::Uuid::nil();
    assert!(similar(&database.pool, nobody, &small).await.unwrap().is_none());
}
