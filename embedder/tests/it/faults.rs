//! Documents through a model behind an address: nothing is lost, and nothing paid for twice, whatever ends.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use embedder::EmbedError;
use embedder::chunk::Chunker;
use embedder::model::{Embedder, Http};
use embedder::queue::{account, dead, enqueue, retry};
use embedder::work::plan;
use embedder::worker::{Crew, Done, work};
use migrations::local::{Durability, LocalServer, Place, find_or_install};
use migrations::testing::TestDatabase;
use serde_json::json;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use crate::http::settings;
use crate::server::{Trick, start};

pub const CHUNKER: Chunker = Chunker { max_tokens: 64, overlap_tokens: 8 };

pub async fn add_documents(pool: &PgPool, count: i32) {
    sqlx::query(
        "insert into district_documents (nces_id, document_url, extracted_text, text_length, content_hash)
         select '0000001', 'http://x/' || n, 'Paper ' || n || repeat(' and words of paper ' || n, 40), 900, md5(n::text)
           from generate_series(1, $1) n",
    )
    .bind(count)
    .execute(pool)
    .await
    .unwrap();
}

pub async fn embed_all(pool: &PgPool, url: &str) -> Result<Done, EmbedError> {
    let model = Embedder::Remote(Arc::new(Http::new(settings(url))?));
    let plan = plan(pool, model.name(), CHUNKER).await?;
    enqueue(pool, &plan, model.name()).await?;
    work(pool, &model, CHUNKER, Crew::of(1), |_| {}).await
}

/// How often each stored text was answered; the same texts, or the test ends.
async fn times_paid(pool: &PgPool, answered: &BTreeMap<String, usize>) -> usize {
    let stored: Vec<String> =
        sqlx::query_scalar("select distinct chunk_text from document_embeddings").fetch_all(pool).await.unwrap();
    assert_eq!(stored.len(), answered.len());
    stored.iter().map(|text| answered[text]).max().unwrap()
}

#[tokio::test]
async fn a_poisonous_document_is_dead_with_its_reason_and_the_others_live() {
    let database = TestDatabase::new().await;
    let (url, shared) = start().await;
    add_documents(&database.pool, 12).await;
    shared.lock().unwrap().poison = Some("Paper 7 ");
    let done = embed_all(&database.pool, &url).await.unwrap();
    assert_eq!((done.documents, done.dead), (11, 1));
    let listed = dead(&database.pool).await.unwrap();
    assert_eq!(listed[0].url, "http://x/7");
    assert!(listed[0].reason.contains("maximum context length"));
    assert_eq!(embed_all(&database.pool, &url).await.unwrap(), Done::default(), "the dead are left alone");
    shared.lock().unwrap().poison = None;
    assert_eq!(retry(&database.pool).await.unwrap(), 1);
    assert_eq!(embed_all(&database.pool, &url).await.unwrap().documents, 1);
    let account = account(&database.pool).await.unwrap();
    assert_eq!((account.current, account.pending, account.dead), (12, 0, 0));
}

#[tokio::test]
async fn a_run_that_fails_halfway_pays_for_nothing_twice() {
    let database = TestDatabase::new().await;
    let (url, shared) = start().await;
    add_documents(&database.pool, 40).await;
    let revoked = Trick::Status(401, json!({ "error": "revoked" }), vec![]);
    shared.lock().unwrap().tricks.extend((0..6).map(|_| Trick::Floats).chain([revoked]));
    embed_all(&database.pool, &url).await.unwrap_err();
    let done = embed_all(&database.pool, &url).await.unwrap();
    assert_eq!(done.documents, 40);
    let chunks: i64 = sqlx::query_scalar("select count(distinct chunk_text) from document_embeddings")
        .fetch_one(&database.pool)
        .await
        .unwrap();
    let seen = shared.lock().unwrap();
    assert_eq!(seen.answered.len() as i64, chunks, "exactly what is stored was sent");
}

/// Each of more than 2,000 chunks.
async fn add_long_documents(pool: &PgPool, count: i32) {
    sqlx::query(
        "insert into district_documents (nces_id, document_url, extracted_text, text_length, content_hash)
         select '0000001', 'http://x/long' || d, t, length(t), md5(t)
           from generate_series(1, $1) d,
        lateral (select string_agg('Line ' || n || ' of a long protocol says nothing new.', ' ' order by n) || d as t
                   from generate_series(1, 11000) n) as long",
    )
    .bind(count)
    .execute(pool)
    .await
    .unwrap();
}

#[tokio::test]
async fn long_documents_do_not_wait_for_each_others_connections() {
    let database = TestDatabase::new().await;
    add_long_documents(&database.pool, 3).await;
    let (url, _shared) = start().await;
    let narrow = PgPoolOptions::new()
        .max_connections(2)
        .acquire_timeout(Duration::from_secs(5))
        .connect_with((*database.pool.connect_options()).clone())
        .await
        .unwrap();
    assert_eq!(embed_all(&narrow, &url).await.unwrap().documents, 3);
    account(&narrow).await.unwrap();
}

#[tokio::test]
async fn a_document_of_thousands_of_chunks_is_paid_once_stored_whole_and_dead_whole() {
    let database = TestDatabase::new().await;
    let pool = &database.pool;
    let (url, shared) = start().await;
    add_long_documents(pool, 1).await;
    shared.lock().unwrap().poison = Some("Line 10999 ");
    assert_eq!(embed_all(pool, &url).await.unwrap().dead, 1);
    shared.lock().unwrap().poison = None;
    retry(pool).await.unwrap();
    let done = embed_all(pool, &url).await.unwrap();
    assert!(done.documents == 1 && done.chunks > 2_000, "{done:?}");
    assert!(done.sent < 100, "what was paid for before the poison was found is not paid again: {done:?}");
    let answered = shared.lock().unwrap().answered.clone();
    assert_eq!(times_paid(pool, &answered).await, 1);
    let (rows, distinct, last): (i64, i64, i32) = sqlx::query_as(
        "select count(*), count(distinct chunk_index), max(chunk_index) from document_embeddings
          where embedding is not null and chunk_text like '%Line %'",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    assert_eq!((rows, distinct, i64::from(last) + 1), (done.chunks as i64, done.chunks as i64, done.chunks as i64));
    let wrong: Vec<(String, pgvector::Vector)> =
        sqlx::query_as("select chunk_text, embedding from document_embeddings where chunk_index in (0, 1999, 2000)")
            .fetch_all(pool)
            .await
            .unwrap();
    for (text, vector) in wrong {
        let wanted = crate::server::vector_of(&text);
        let likeness: f32 = wanted.iter().zip(vector.as_slice()).map(|(a, b)| a * b).sum();
        let length: f32 = wanted.iter().map(|value| value * value).sum::<f32>().sqrt()
            * vector.as_slice().iter().map(|value| value * value).sum::<f32>().sqrt();
        assert!(likeness / length > 0.999, "another chunk's vector");
    }
    account(pool).await.unwrap();
}

#[tokio::test]
async fn a_revoked_key_is_not_tried_with_all_that_waits() {
    let database = TestDatabase::new().await;
    let (url, shared) = start().await;
    add_documents(&database.pool, 300).await;
    let revoked = || Trick::Status(401, json!({ "error": "revoked" }), vec![]);
    shared.lock().unwrap().tricks.extend((0..200).map(|_| revoked()));
    let error = embed_all(&database.pool, &url).await.unwrap_err();
    assert!(error.to_string().contains("revoked"), "{error}");
    let requests = shared.lock().unwrap().requests;
    assert!(requests <= 8, "{requests} requests; four are sent at a time");
}

#[tokio::test]
async fn a_document_that_changes_or_vanishes_while_it_is_embedded_is_never_stored_old() {
    let database = TestDatabase::new().await;
    let (url, shared) = start().await;
    add_documents(&database.pool, 3).await;
    let slow = Trick::Status(429, json!({}), vec![("retry-after", "1")]);
    shared.lock().unwrap().tricks.push_back(slow);
    let pool = database.pool.clone();
    let changing = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        sqlx::query("update district_documents set extracted_text = 'New words', content_hash = 'new' where document_url = 'http://x/1'").execute(&pool).await.unwrap();
        sqlx::query("delete from district_documents where document_url = 'http://x/2'").execute(&pool).await.unwrap();
    };
    let (done, ()) = tokio::join!(embed_all(&database.pool, &url), changing);
    done.unwrap();
    let texts: Vec<String> = sqlx::query_scalar("select chunk_text from document_embeddings e join district_documents d on d.id = e.document_id where document_url = 'http://x/1'").fetch_all(&database.pool).await.unwrap();
    assert_eq!(texts.len(), 1);
    assert!(texts[0].ends_with("New words"), "{texts:?}");
    let account = account(&database.pool).await.unwrap();
    assert_eq!((account.documents, account.current, account.pending), (2, 2, 0));
}

#[tokio::test]
async fn a_document_that_changes_while_it_is_embedded_keeps_its_old_chunks_until_it_has_new_ones() {
    let database = TestDatabase::new().await;
    let (url, shared) = start().await;
    let pool = &database.pool;
    add_documents(pool, 2).await;
    embed_all(pool, &url).await.unwrap();
    let change = |text: &'static str| {
        let update = "update district_documents set extracted_text = $1, content_hash = md5($1) where document_url = 'http://x/1'";
        sqlx::query(update).bind(text).execute(pool)
    };
    change("Second words").await.unwrap();
    let slow = Trick::Status(429, json!({}), vec![("retry-after", "1")]);
    let revoked = Trick::Status(401, json!({ "error": "revoked" }), vec![]);
    shared.lock().unwrap().tricks.extend([slow, Trick::Floats, revoked]);
    let changing = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        change("Third words").await.unwrap();
    };
    let (done, ()) = tokio::join!(embed_all(pool, &url), changing);
    assert!(done.unwrap_err().to_string().contains("revoked"), "the third words are refused");
    let old: i64 = sqlx::query_scalar(
        "select count(*) from document_embeddings e join district_documents d on d.id = e.document_id
          where d.document_url = 'http://x/1' and chunk_text like '%Paper 1%'",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    assert!(old > 0, "it is found by what it said until it has vectors of what it says");
    account(pool).await.unwrap();
}

#[tokio::test]
async fn a_document_that_grows_or_shrinks_while_it_is_embedded_has_all_its_new_chunks_and_no_old_ones() {
    let database = TestDatabase::new().await;
    let (url, shared) = start().await;
    add_documents(&database.pool, 3).await;
    shared.lock().unwrap().tricks.push_back(Trick::Stalled(Duration::from_secs(1)));
    let pool = database.pool.clone();
    let changing = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        for (url, text) in [("http://x/1", "It grew. ".repeat(400)), ("http://x/2", "It shrank.".to_owned())] {
            sqlx::query(
                "update district_documents set extracted_text = $2, content_hash = md5($2) where document_url = $1",
            )
            .bind(url)
            .bind(text)
            .execute(&pool)
            .await
            .unwrap();
        }
    };
    let (done, ()) = tokio::join!(embed_all(&database.pool, &url), changing);
    done.unwrap();
    let chunks: Vec<(String, i64, bool)> = sqlx::query_as(
        "select document_url::text, count(*), bool_and(chunk_text ~ 'grew|shrank')
           from document_embeddings e join district_documents d on d.id = e.document_id
          where document_url <> 'http://x/3' group by 1 order by 1",
    )
    .fetch_all(&database.pool)
    .await
    .unwrap();
    assert!(chunks[0].1 > 10 && chunks[0].2, "{chunks:?}");
    assert_eq!(chunks[1], ("http://x/2".to_owned(), 1, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_cut_over_and_over_while_vectors_are_stored_cost_nothing() {
    let database = TestDatabase::new().await;
    let (url, shared) = start().await;
    add_documents(&database.pool, 300).await;
    let pool = database.pool.clone();
    let cutting = async {
        for _ in 0..12 {
            tokio::time::sleep(Duration::from_millis(40)).await;
            let cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
            let _ = sqlx::query(cut).execute(&pool).await;
        }
    };
    let (done, ()) = tokio::join!(embed_all(&database.pool, &url), cutting);
    // A cut outside of embedding may have ended the run; the next one goes on where it was.
    if done.is_err() {
        embed_all(&database.pool, &url).await.unwrap();
    }
    let account = account(&database.pool).await.unwrap();
    assert_eq!((account.current, account.pending, account.dead), (300, 0, 0));
    let answered = shared.lock().unwrap().answered.clone();
    assert_eq!(times_paid(&database.pool, &answered).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_restarted_during_a_merge_is_waited_for() {
    let home = tempfile::Builder::new().prefix("districts-it-").tempdir().unwrap();
    std::fs::set_permissions(home.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let binaries = find_or_install(&|line| eprintln!("{line}")).unwrap();
    let path = home.path().to_owned();
    let up = move || LocalServer::start(Place::of(&path).unwrap(), binaries.clone(), Durability::Full).unwrap();
    let start_server = up.clone();
    let server = tokio::task::spawn_blocking(start_server).await.unwrap();
    migrations::runner::up(&server.options("postgres"), |_| {}).await.unwrap();
    let pool = PgPool::connect_with(server.options("postgres")).await.unwrap();
    let (url, shared) = start().await;
    shared.lock().unwrap().latency = Duration::from_millis(30);
    add_documents(&pool, 600).await;
    let restarting = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        tokio::task::spawn_blocking(move || {
            drop(server);
            up()
        })
        .await
        .unwrap()
    };
    let (done, _server) = tokio::join!(embed_all(&pool, &url), restarting);
    // Of a commit whose answer was lost nobody hears; the account counts what is there.
    let heard_of = done.unwrap().documents;
    assert!((400..=600).contains(&heard_of), "{heard_of}");
    let account = account(&pool).await.unwrap();
    assert_eq!((account.current, account.pending, account.dead), (600, 0, 0));
    let answered = shared.lock().unwrap().answered.clone();
    assert_eq!(times_paid(&pool, &answered).await, 1);
    pool.close().await;
}
