//! Several workers, here and in processes of their own: what they share, and what is left when they end.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use embedder::model::{Embedder, Http};
use embedder::queue::{Hold, account, enqueue};
use embedder::work::plan;
use embedder::worker::{Crew, work};
use migrations::testing::TestDatabase;
use uuid::Uuid;

use crate::faults::{CHUNKER, add_documents, embed_all};
use crate::http::settings;
use crate::server::start;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_text_is_paid_once_and_stored_for_every_document_whoever_works() {
    let database = TestDatabase::new().await;
    let (url, shared) = start().await;
    shared.lock().unwrap().latency = Duration::from_millis(50);
    // 300 documents of a district say one of 3 things; another district says the same under its own name.
    sqlx::raw_sql(
        "insert into districts (nces_id, name, state) values ('0000001', 'One', 'CA'), ('0000002', 'Two', 'CA')",
    )
    .execute(&database.pool)
    .await
    .unwrap();
    sqlx::query(
        "insert into district_documents (nces_id, document_url, extracted_text, text_length, content_hash)
         select '000000' || case when n % 3 = 0 then 2 else 1 end, 'http://x/' || n, 'We say ' || n % 3, 900, md5((n % 3)::text)
           from generate_series(1, 300) n",
    )
    .execute(&database.pool)
    .await
    .unwrap();
    let model = Embedder::Remote(Arc::new(Http::new(settings(&url)).unwrap()));
    let plan = plan(&database.pool, model.name(), CHUNKER).await.unwrap();
    enqueue(&database.pool, &plan, model.name()).await.unwrap();
    // Two processes, as far as they know: neither shares anything with the other.
    let (one, other) = tokio::join!(
        work(&database.pool, &model, CHUNKER, Crew::of(2), |_| {}),
        work(&database.pool, &model, CHUNKER, Crew::of(2), |_| {})
    );
    let done = one.unwrap().and(other.unwrap());
    assert_eq!((done.documents, done.chunks, done.sent), (300, 300, 3));
    let seen = shared.lock().unwrap();
    assert_eq!(seen.answered.len(), 3);
    assert!(seen.answered.values().all(|times| *times == 1), "{:?}", seen.answered);
    assert!(seen.answered.keys().any(|text| text.starts_with("Two (CA)")), "the header is part of what is embedded");
}

/// Renewing leases waits for rows that a worker's own transaction holds: both must go on.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_whose_heart_beats_fast_ends() {
    let database = TestDatabase::new().await;
    let (url, _shared) = start().await;
    add_documents(&database.pool, 300).await;
    let model = Embedder::Remote(Arc::new(Http::new(settings(&url)).unwrap()));
    let plan = plan(&database.pool, model.name(), CHUNKER).await.unwrap();
    enqueue(&database.pool, &plan, model.name()).await.unwrap();
    let crew = Crew { workers: 2, heartbeat: Duration::from_millis(1) };
    let working = work(&database.pool, &model, CHUNKER, crew, |_| {});
    let done = tokio::time::timeout(Duration::from_secs(60), working).await.expect("it ends").unwrap();
    assert_eq!(done.documents, 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_ends_every_worker_is_buried_and_nothing_that_stood_beside_it() {
    const MOST: i64 = 64;
    let database = TestDatabase::new().await;
    let pool = &database.pool;
    add_documents(pool, 200).await;
    let plan = plan(pool, "http:model", CHUNKER).await.unwrap();
    enqueue(pool, &plan, "http:model").await.unwrap();
    let poison: Uuid =
        sqlx::query_scalar("select document_id from embedding_work order by input_hash offset 70 limit 1")
            .fetch_one(pool)
            .await
            .unwrap();
    let (mut ended, mut leases) = (0, 0);
    loop {
        let mut hold = Hold::take(pool).await.unwrap();
        let claimed = hold.claim("http:model", MOST).await.unwrap();
        leases += 1;
        if claimed.contains(&poison) {
            ended += 1;
        } else {
            sqlx::query("delete from embedding_work where document_id = any($1)")
                .bind(&claimed)
                .execute(pool)
                .await
                .unwrap();
        }
        // With its connection, and what it had leased is free.
        hold.release().await;
        if claimed.is_empty() {
            break;
        }
    }
    let left: Vec<(Uuid, bool)> =
        sqlx::query_as("select document_id, is_dead from embedding_work").fetch_all(pool).await.unwrap();
    assert_eq!(left, [(poison, true)]);
    assert_eq!(ended, 13);
    assert!(leases < 40, "{leases} leases: those beside it were taken up one by one");
}

/// Run by the next test in processes of their own, which it kills.
#[tokio::test]
async fn embedded_by_a_process_that_is_killed() {
    let (Ok(database), Ok(url)) = (std::env::var("DISTRICTS_TEST_DATABASE"), std::env::var("DISTRICTS_TEST_URL"))
    else {
        return;
    };
    let _ = rustls::crypto::ring::default_provider().install_default();
    // What was killed lingers on the server for a moment: few connections each, so that all fit.
    let pool = sqlx::postgres::PgPoolOptions::new().max_connections(4).connect(&database).await.unwrap();
    embed_all(&pool, &url).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn four_workers_killed_over_and_over_lose_nothing_and_store_nothing_twice() {
    let database = TestDatabase::new().await;
    let (url, shared) = start().await;
    add_documents(&database.pool, 400).await;
    let spawn = || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "workers::embedded_by_a_process_that_is_killed"])
            .env("DISTRICTS_TEST_DATABASE", database.url())
            .env("DISTRICTS_TEST_URL", &url)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut workers: Vec<_> = (0..4).map(|_| spawn()).collect();
    for kill in 0..40_u64 {
        tokio::time::sleep(Duration::from_millis(10 + kill * 37 % 60)).await;
        let at = (kill % 4) as usize;
        workers[at].kill().unwrap();
        workers[at].wait().unwrap();
        workers[at] = spawn();
    }
    for worker in &mut workers {
        worker.wait().unwrap();
    }
    // Whoever was killed last may have left work.
    embed_all(&database.pool, &url).await.unwrap();
    let account = account(&database.pool).await.unwrap();
    assert_eq!((account.current, account.pending, account.dead), (400, 0, 0));
    let twice: i64 =
        sqlx::query_scalar("select count(*) - count(distinct (document_id, chunk_index)) from document_embeddings")
            .fetch_one(&database.pool)
            .await
            .unwrap();
    assert_eq!(twice, 0);
    let seen = shared.lock().unwrap();
    let (sent, distinct) = (seen.answered.values().sum::<usize>(), seen.answered.len());
    eprintln!("{sent} texts answered, {distinct} distinct");
    assert!(sent < distinct * 2, "{sent} for {distinct}");
}
