//! A model behind an address: what servers do to their clients, and that nothing is lost or paid for twice.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use embedder::EmbedError;
use embedder::chunk::Chunker;
use embedder::model::{Embedder, Http, HttpSettings, Secret};
use embedder::queue::{account, dead, enqueue, retry};
use embedder::work::plan;
use embedder::worker::{Done, work};
use migrations::testing::TestDatabase;
use serde_json::json;
use sqlx::PgPool;

use crate::server::{Shared, Trick, start, vector_of};

const CHUNKER: Chunker = Chunker { max_tokens: 64, overlap_tokens: 8 };

fn settings(url: &str) -> HttpSettings {
    HttpSettings {
        url: url.to_owned(),
        name: "test-model".to_owned(),
        key: Some(Secret::new("sk-very-secret")),
        max_inputs: 16,
        patience: Duration::from_secs(20),
        timeout: Duration::from_secs(5),
        ..HttpSettings::default()
    }
}

fn texts(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("text number {number}")).collect()
}

async fn with_tricks(
    tricks: impl IntoIterator<Item = Trick>,
    count: usize,
) -> (Result<Vec<Vec<f32>>, EmbedError>, Shared) {
    let (url, shared) = start().await;
    shared.lock().unwrap().tricks.extend(tricks);
    let model = Http::new(settings(&url)).unwrap();
    let answers = model.embed(&texts(count)).await;
    (answers.map(|all| all.into_iter().map(Result::unwrap).collect()), shared)
}

fn expected(count: usize) -> Vec<Vec<f32>> {
    texts(count).iter().map(|text| vector_of(text)).collect()
}

#[tokio::test]
async fn azure_takes_the_key_bare_and_its_version_in_the_address() {
    let (url, shared) = start().await;
    let azure =
        HttpSettings { key_header: Some("api-key".to_owned()), ..settings(&format!("{url}?api-version=2024-10-21")) };
    assert!(!format!("{azure:?}").contains("sk-very-secret"));
    let answers = Http::new(azure).unwrap().embed(&texts(2)).await.unwrap();
    assert_eq!(answers.into_iter().map(Result::unwrap).collect::<Vec<_>>(), expected(2));
    let seen = shared.lock().unwrap();
    assert_eq!(
        (seen.keys.as_slice(), seen.queries.as_slice()),
        (&["sk-very-secret".to_owned()][..], &["api-version=2024-10-21".to_owned()][..])
    );
    let wrong = HttpSettings { key_header: Some("no header".to_owned()), ..settings(&url) };
    assert!(Http::new(wrong).unwrap_err().to_string().contains("`no header`"));
}

#[tokio::test]
async fn vectors_are_placed_by_index_in_base64_and_in_floats() {
    for trick in [Trick::Backwards, Trick::Floats] {
        let (answers, shared) = with_tricks([trick.clone()], 10).await;
        assert_eq!(answers.unwrap(), expected(10), "{trick:?}");
        assert_eq!(shared.lock().unwrap().keys, ["Bearer sk-very-secret"]);
    }
}

#[tokio::test]
async fn a_wrong_answer_is_asked_for_again_and_never_taken() {
    for trick in
        [Trick::Shorter, Trick::Zeros, Trick::TwiceTheSameIndex, Trick::Raw("{\"data\": [{\"emb"), Trick::Raw("")]
    {
        let (answers, shared) = with_tricks([trick.clone()], 3).await;
        assert_eq!(answers.unwrap(), expected(3), "{trick:?}");
        assert_eq!(shared.lock().unwrap().requests, 2);
    }
}

#[tokio::test]
async fn the_wrong_width_stops_at_once_unless_padding_is_asked_for() {
    let (answers, shared) = with_tricks([Trick::Width(384)], 3).await;
    let error = answers.unwrap_err();
    assert!(error.to_string().contains("384 wide") && error.hint().unwrap().contains("pad = true"), "{error}");
    assert_eq!(shared.lock().unwrap().requests, 1);
    let (url, shared) = start().await;
    shared.lock().unwrap().tricks.push_back(Trick::Width(384));
    let model = Http::new(HttpSettings { pads: true, ..settings(&url) }).unwrap();
    let vector = model.embed(&texts(1)).await.unwrap().remove(0).unwrap();
    assert!(vector[..384].iter().all(|value| *value == 0.5) && vector[384..].iter().all(|value| *value == 0.0));
}

#[tokio::test]
async fn passing_refusals_are_waited_out_and_retry_after_is_a_floor() {
    let later = |status, headers| Trick::Status(status, json!({ "error": { "message": "slow down" } }), headers);
    let began = std::time::Instant::now();
    let tricks = [later(429, vec![("retry-after", "1")]), later(500, vec![]), later(503, vec![]), later(429, vec![])];
    let (answers, shared) = with_tricks(tricks, 3).await;
    assert_eq!(answers.unwrap(), expected(3));
    assert_eq!(shared.lock().unwrap().requests, 5);
    assert!(began.elapsed() >= Duration::from_secs(1), "Retry-After was heeded");
}

#[tokio::test]
async fn what_a_person_must_cure_stops_at_once_and_shows_no_key() {
    let billing = json!({ "error": { "message": "You exceeded your current quota", "type": "insufficient_quota", "code": "credit_balance_exhausted" } });
    for (status, body, cure) in
        [(429, billing, "out of credit"), (401, json!({ "error": "bad key" }), "is the key right")]
    {
        let (answers, shared) = with_tricks([Trick::Status(status, body, vec![("retry-after", "1")])], 3).await;
        let error = answers.unwrap_err();
        assert!(error.hint().unwrap().contains(cure), "{error}");
        assert!(!format!("{error:?}{error}").contains("sk-very-secret"));
        assert_eq!(shared.lock().unwrap().requests, 1);
    }
    let debug = format!("{:?}", Http::new(settings("http://127.0.0.1:1/v1")).unwrap());
    assert!(!debug.contains("sk-very-secret"), "{debug}");
}

#[test]
fn a_key_does_not_travel_in_the_open() {
    let error = Http::new(settings("http://models.example.org/v1")).unwrap_err();
    assert!(error.to_string().contains("in the open"), "{error}");
}

#[tokio::test]
async fn a_batch_that_is_too_much_is_halved_down_to_the_guilty_text() {
    let (url, shared) = start().await;
    shared.lock().unwrap().poison = Some("number 5");
    let model = Http::new(settings(&url)).unwrap();
    let answers = model.embed(&texts(10)).await.unwrap();
    let refused: Vec<usize> = (0..10).filter(|at| answers[*at].is_err()).collect();
    assert_eq!(refused, [5]);
    assert!(answers[5].as_ref().unwrap_err().contains("maximum context length"));
    assert_eq!(answers[9].as_ref().unwrap(), &vector_of("text number 9"));
}

#[tokio::test]
async fn a_server_with_small_requests_is_served_in_small_requests() {
    let (url, shared) = start().await;
    shared.lock().unwrap().most_inputs = 3;
    let model = Http::new(settings(&url)).unwrap();
    let answers: Vec<Vec<f32>> = model.embed(&texts(16)).await.unwrap().into_iter().map(Result::unwrap).collect();
    assert_eq!(answers, expected(16));
}

#[tokio::test]
async fn a_refusal_that_says_nothing_of_length_buries_no_document() {
    let unknown = || Trick::Status(422, json!({ "message": "unknown field encoding_format" }), vec![]);
    let (answers, shared) = with_tricks([unknown(), unknown()], 2).await;
    assert!(answers.unwrap_err().to_string().contains("unknown field"));
    assert_eq!(shared.lock().unwrap().requests, 2, "both texts, then one alone");
}

#[tokio::test]
async fn what_was_refused_costs_nothing() {
    let (url, shared) = start().await;
    shared.lock().unwrap().most_inputs = 1;
    // Eight texts of three tokens each: three times refused in halves, and paid once.
    let model = Http::new(HttpSettings { price: 1e6, max_cost: Some(40.0), ..settings(&url) }).unwrap();
    assert_eq!(model.embed(&texts(8)).await.unwrap().len(), 8);
}

#[tokio::test]
async fn the_cost_is_set_aside_before_a_request_and_ends_the_run() {
    let (url, shared) = start().await;
    let model = Http::new(HttpSettings { price: 1e6, max_cost: Some(40.0), max_inputs: 1, ..settings(&url) }).unwrap();
    let error = model.embed(&texts(100)).await.unwrap_err();
    assert!(error.to_string().contains("$40"), "{error}");
    assert!(shared.lock().unwrap().answered.len() <= 13, "a text has 3 tokens at least");
}

async fn add_documents(pool: &PgPool, count: i32) {
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

async fn embed_all(pool: &PgPool, url: &str) -> Result<Done, EmbedError> {
    let model = Embedder::Remote(Arc::new(Http::new(settings(url))?));
    let plan = plan(pool, model.name(), CHUNKER).await?;
    enqueue(pool, &plan, model.name()).await?;
    work(pool, &model, CHUNKER, |_| {}).await
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

/// Run by the next test in processes of their own, which it kills.
#[tokio::test]
async fn embedded_by_a_process_that_is_killed() {
    let (Ok(database), Ok(url)) = (std::env::var("DISTRICTS_TEST_DATABASE"), std::env::var("DISTRICTS_TEST_URL"))
    else {
        return;
    };
    let _ = rustls::crypto::ring::default_provider().install_default();
    embed_all(&PgPool::connect(&database).await.unwrap(), &url).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn four_workers_killed_over_and_over_lose_nothing_and_store_nothing_twice() {
    let database = TestDatabase::new().await;
    let (url, shared) = start().await;
    add_documents(&database.pool, 400).await;
    let spawn = || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "http::embedded_by_a_process_that_is_killed"])
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
