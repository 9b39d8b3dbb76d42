//! A model behind an address: how much of what a server allows is used, and what kills cost. The server is the tests'
//! fake, which bills a text when it accepts it.
//!
//! `cargo bench -p benches --bench asking -- killed` runs one of limited, unlimited, killed; `KILLS=50` kills less often
//! than 200 times.
#![allow(missing_docs)]

#[path = "../../embedder/tests/it/server.rs"]
#[allow(dead_code)]
mod server;

use std::error::Error;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use embedder::chunk::Chunker;
use embedder::model::http::Limits;
use embedder::model::{Embedder, Http, HttpSettings};
use embedder::queue::{account, enqueue};
use embedder::work::plan;
use embedder::worker::{Crew, work};
use migrations::testing::TestDatabase;
use sqlx::PgPool;

type Outcome<T> = Result<T, Box<dyn Error>>;

const CHUNKER: Chunker = Chunker { max_tokens: 320, overlap_tokens: 40 };
const LATENCY: Duration = Duration::from_millis(300);

fn main() -> Outcome<()> {
    let program = benches::program()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_asked = |name: &str| asked.is_empty() || asked.iter().any(|word| word == name);
    if is_asked("limited") {
        runtime.block_on(limited())?;
    }
    if is_asked("unlimited") {
        runtime.block_on(unlimited())?;
    }
    if is_asked("killed") {
        runtime.block_on(killed(&program))?;
    }
    Ok(())
}

/// Documents of one chunk each.
async fn add_documents(pool: &PgPool, count: i32) -> Outcome<()> {
    sqlx::query(
        "insert into district_documents (nces_id, document_url, extracted_text, text_length, content_hash)
         select lpad((n % 1000)::text, 7, '0'), 'http://x/' || n,
                'Paper ' || n || repeat(' and words of paper ' || n, 20), 450, md5(n::text)
           from generate_series(1, $1) n",
    )
    .bind(count)
    .execute(pool)
    .await?;
    sqlx::query("analyze district_documents").execute(pool).await?;
    Ok(())
}

/// Seconds that embedding `documents` takes.
async fn timed(settings: HttpSettings, documents: i32) -> Outcome<f64> {
    let database = TestDatabase::new().await;
    add_documents(&database.pool, documents).await?;
    let model = Embedder::Remote(Arc::new(Http::new(settings)?));
    let plan = plan(&database.pool, model.name(), CHUNKER).await?;
    enqueue(&database.pool, &plan, model.name()).await?;
    let begun = Instant::now();
    let done = work(&database.pool, &model, CHUNKER, Crew::of(1), |_| {}).await?;
    assert_eq!(done.documents, plan.documents);
    Ok(begun.elapsed().as_secs_f64())
}

fn settings(url: &str) -> HttpSettings {
    HttpSettings { url: url.to_owned(), name: "fake".to_owned(), max_inputs: 64, concurrency: 4, ..Default::default() }
}

async fn limited() -> Outcome<()> {
    const TOKENS_PER_MINUTE: f64 = 3e6;
    let (url, shared) = server::start().await;
    {
        let mut seen = shared.lock().map_err(|_| "poisoned")?;
        (seen.latency, seen.tokens_per_minute) = (LATENCY, Some(TOKENS_PER_MINUTE));
    }
    let limits = Limits { tokens: Some(TOKENS_PER_MINUTE), requests: None };
    let seconds = timed(HttpSettings { limits, concurrency: 16, ..settings(&url) }, 24_000).await?;
    let seen = shared.lock().map_err(|_| "poisoned")?;
    let tokens: usize = seen.answered.keys().map(|text| text.len() / 4).sum();
    let ideal = tokens as f64 / TOKENS_PER_MINUTE * 60.0;
    println!(
        "{tokens} tokens at {TOKENS_PER_MINUTE:.0} a minute: {seconds:.1} s, {:.1} % of what the limit allows (goal: 97); {} of {} requests refused, {:.2} % (goal: 1)",
        100.0 * ideal / seconds,
        seen.throttled,
        seen.requests,
        100.0 * seen.throttled as f64 / seen.requests as f64
    );
    Ok(())
}

async fn unlimited() -> Outcome<()> {
    const DOCUMENTS: i32 = 24_000;
    let (url, shared) = server::start().await;
    shared.lock().map_err(|_| "poisoned")?.latency = LATENCY;
    let settings = settings(&url);
    let ideal = f64::from(DOCUMENTS) / (settings.concurrency * settings.max_inputs) as f64 * LATENCY.as_secs_f64();
    let seconds = timed(settings, DOCUMENTS).await?;
    println!(
        "no limit, 4 requests of 64 texts at a time: {seconds:.1} s, {:.1} % of the ideal pipeline (goal: 95)",
        100.0 * ideal / seconds
    );
    Ok(())
}

async fn is_work_left(pool: &PgPool) -> Outcome<bool> {
    Ok(sqlx::query_scalar("select exists (select from embedding_work where not is_dead)").fetch_one(pool).await?)
}

/// So that there is work to do until the last kill.
const DOCUMENTS_PER_KILL: u64 = 800;

async fn killed(program: &std::path::Path) -> Outcome<()> {
    let kills: u64 = std::env::var("KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(200);
    let documents = i32::try_from(kills * DOCUMENTS_PER_KILL)?;
    let (url, shared) = server::start().await;
    {
        let mut seen = shared.lock().map_err(|_| "poisoned")?;
        (seen.latency, seen.tokens_per_minute) = (Duration::from_millis(50), Some(6e6));
    }
    let database = TestDatabase::new().await;
    add_documents(&database.pool, documents).await?;
    let folder = tempfile::tempdir()?;
    let toml = format!("[embed]\nmodel = \"http\"\nurl = \"{url}\"\nname = \"fake\"\n");
    std::fs::write(folder.path().join("districts.toml"), toml)?;
    let model = Embedder::Remote(Arc::new(Http::new(settings(&url))?));
    let plan = plan(&database.pool, model.name(), CHUNKER).await?;
    enqueue(&database.pool, &plan, model.name()).await?;
    let spawn = || -> Outcome<Child> {
        let mut command = Command::new(program);
        command.args(["embed", "worker", "--database-url", &database.url()]).current_dir(folder.path());
        Ok(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
    };
    let begun = Instant::now();
    let mut workers = (0..4).map(|_| spawn()).collect::<Outcome<Vec<Child>>>()?;
    let (mut random, mut done) = (7_u64, 0);
    while done < kills && is_work_left(&database.pool).await? {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_millis(500 + (random >> 33) % 1000)).await;
        let at = ((random >> 20) % 4) as usize;
        // One that had nothing left to do is not killed: only kills at work count.
        if workers[at].try_wait()?.is_none() {
            workers[at].kill()?;
            workers[at].wait()?;
            done += 1;
        }
        workers[at] = spawn()?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let at_end = account(&database.pool).await?;
    for worker in &mut workers {
        worker.wait()?;
    }
    spawn()?.wait()?;
    let account = account(&database.pool).await?;
    let stored: i64 = sqlx::query_scalar("select count(distinct (document_id, chunk_index)) from document_embeddings")
        .fetch_one(&database.pool)
        .await?;
    let seen = shared.lock().map_err(|_| "poisoned")?;
    let (billed, distinct) = (seen.answered.values().sum::<usize>(), seen.answered.len());
    println!(
        "{done} kills in {seconds:.0} s over 4 workers, {} of {documents} documents done by then: {} lost, {} stored twice, {} of {distinct} texts billed twice, {:.1} % (goal: 3)",
        at_end.current,
        account.documents - account.current,
        account.chunks - stored,
        billed - distinct,
        100.0 * (billed - distinct) as f64 / distinct as f64
    );
    Ok(())
}
