//! 83,000 ready vectors into the table, found again through the index: beside a bare binary COPY of the same rows, and
//! beside the same question in bare SQL. Processor seconds of the server are those of its processes (Linux).
//!
//! `ROWS=20000` takes fewer.
#![allow(missing_docs)]

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use benches::cpu_seconds;
use embedder::DIMENSIONS;
use embedder::chunk::{Chunker, count_tokens};
use embedder::index::{Built, build_again, tune};
use embedder::model::{Embedder, Model};
use embedder::queue::enqueue;
use embedder::search::{Query, search};
use embedder::work::plan;
use embedder::worker::{Crew, work};
use migrations::testing::TestDatabase;
use nix::sys::resource::UsageWho;
use sqlx::PgPool;

type Outcome<T> = Result<T, Box<dyn Error>>;

const CHUNKS_PER_DOCUMENT: usize = 10;
const ROUNDS: usize = 5;
const BUILDS: usize = 5;
const QUERIES: usize = 100;
const BARE: &str =
    "create table bare (like document_embeddings including all); alter table bare set (toast_tuple_target = 8160)";
const COPY: &str = "copy bare (document_id, chunk_index, chunk_text, embedding) from stdin (format binary)";

fn main() -> Outcome<()> {
    tokio::runtime::Runtime::new()?.block_on(all())
}

async fn all() -> Outcome<()> {
    let rows: usize = std::env::var("ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(83_000);
    let database = TestDatabase::new().await;
    let pool = &database.pool;
    let model = Embedder::Local(Arc::new(Ready));
    let chunker = Chunker { max_tokens: 320, overlap_tokens: 0 };
    add_documents(pool, rows, chunker).await?;
    let server = Server::of(pool).await?;

    let (mut pairs, mut client) = (Pairs::default(), f64::INFINITY);
    for _ in 0..ROUNDS {
        let (server_seconds, client_seconds) = store(pool, &model, chunker, &server).await?;
        client = client.min(client_seconds);
        pairs.push(server_seconds, copy(pool, &server).await?);
    }
    let ours = pairs.least();
    println!(
        "{rows} vectors stored, audit, queue, state and texts included, and {client:.2} CPU s of the program; beside a bare binary COPY: {pairs} (goal: 1.3)"
    );
    let built = index_and_search(pool, &model, &server).await?;
    store_more(pool, &model, chunker, &server, (ours / rows as f64, built / rows as f64)).await
}

/// A tenth more rows, with the index in place. What a row costs the server then, and from which share of rows on it is
/// cheaper to build the index anew after a load without it. Both in CPU s a row: without the index, and its build.
async fn store_more(
    pool: &PgPool,
    model: &Embedder,
    chunker: Chunker,
    server: &Server,
    (without, built): (f64, f64),
) -> Outcome<()> {
    let more = "insert into district_documents (nces_id, document_url, extracted_text, text_length, content_hash)
                select nces_id, document_url || '?more', 'more ' || extracted_text, text_length, md5(content_hash)
                  from district_documents where random() < 0.1";
    quiet(pool, more).await?;
    let before = server.seconds()?;
    let plan = plan(pool, model.name(), chunker).await?;
    enqueue(pool, &plan, model.name()).await?;
    let done = work(pool, model, chunker, Crew::of(1), |_| {}).await?;
    let with = (server.seconds()? - before) / done.chunks as f64;
    // A load of m, n rows after it: with the index m × with, without it m × without + n × built.
    let share = built / (with - without);
    println!(
        "a row: {:.0} CPU µs without an index, {:.0} with it in place, {:.0} of an index built anew; a load of more than {:.2} of the rows there are after it costs less without",
        1e6 * without,
        1e6 * with,
        1e6 * built,
        share
    );
    Ok(())
}

/// All of the stage's own work, on tables without rows. CPU seconds of the server, and of this program.
async fn store(pool: &PgPool, model: &Embedder, chunker: Chunker, server: &Server) -> Outcome<(f64, f64)> {
    quiet(pool, "truncate document_embeddings, document_embedding_state, embedding_work").await?;
    let (server_before, client_before) = (server.seconds()?, cpu_seconds(UsageWho::RUSAGE_SELF));
    let plan = plan(pool, model.name(), chunker).await?;
    enqueue(pool, &plan, model.name()).await?;
    work(pool, model, chunker, Crew::of(1), |_| {}).await?;
    Ok((server.seconds()? - server_before, cpu_seconds(UsageWho::RUSAGE_SELF) - client_before))
}

/// The same rows, ready, into a table like it.
async fn copy(pool: &PgPool, server: &Server) -> Outcome<f64> {
    let copied = bytes_of(pool).await?;
    quiet(pool, BARE).await?;
    let before = server.seconds()?;
    let mut connection = pool.acquire().await?;
    let mut sink = connection.copy_in_raw(COPY).await?;
    for part in copied.chunks(1 << 20) {
        sink.send(part).await?;
    }
    sink.finish().await?;
    let seconds = server.seconds()? - before;
    drop(connection);
    sqlx::raw_sql("drop table bare").execute(pool).await?;
    Ok(seconds)
}

/// Writes out what was written before, so that nobody pays for another.
async fn quiet(pool: &PgPool, statement: &'static str) -> Outcome<()> {
    sqlx::raw_sql(statement).execute(pool).await?;
    sqlx::raw_sql("checkpoint").execute(pool).await?;
    Ok(())
}

/// CPU seconds of the index's build.
async fn index_and_search(pool: &PgPool, model: &Embedder, server: &Server) -> Outcome<f64> {
    let (mut pairs, mut around) = (Pairs::default(), Pairs::default());
    for _ in 0..BUILDS {
        let (began, before) = (Instant::now(), server.seconds()?);
        let made = build_again(pool, None, |_| {}).await?;
        let seconds = server.seconds()? - before;
        println!("index: {made:?}, {:.1} s", began.elapsed().as_secs_f64());
        let (bare, rest) = bare_build(pool, &made, server).await?;
        pairs.push(seconds, bare);
        around.push(bare + rest, bare);
    }
    println!("  beside the build alone in SQL: {pairs}");
    // Two builds of one index differ by more than what stands around them.
    println!("  with the drop of the old one and the analyze that stand around it: {around} (goal: 1.02)");
    let built = pairs.least();
    if let Some(tuned) = tune(pool, model, 100, 0.98, |_| {}).await? {
        for step in tuned.steps.iter().chain(tuned.chosen.iter().take(1)) {
            println!("  {step:?}");
        }
        println!("  exact search: {:.0} ms", tuned.exact_milliseconds);
    }
    let probes: Option<i32> =
        sqlx::query_scalar("select probes from vector_index_builds limit 1").fetch_optional(pool).await?.flatten();
    let (mut ours, mut bare) = (0.0, 0.0);
    for number in 0..QUERIES {
        let text = format!("what is asked {number}");
        let query = Query { text: text.clone(), limit: 10, ..Query::default() };
        // Whoever asks first reads the lists from the disk.
        for is_ours in [number % 2 == 0, number % 2 == 1] {
            let began = Instant::now();
            if is_ours {
                search(pool, model, &query, false).await?;
                ours += began.elapsed().as_secs_f64();
            } else {
                bare_search(pool, model, &text, probes.unwrap_or(17)).await?;
                bare += began.elapsed().as_secs_f64();
            }
        }
    }
    println!(
        "search: {:.1} ms a query, bare SQL {:.1}; ratio {:.2} (goal: 1.3)",
        1e3 * ours / QUERIES as f64,
        1e3 * bare / QUERIES as f64,
        ours / bare
    );
    Ok(built)
}

/// The same index again: the build alone, and what we do around it.
async fn bare_build(pool: &PgPool, made: &Built, server: &Server) -> Outcome<(f64, f64)> {
    let Built::Now { sizing, .. } = made else { return Err("the index was built".into()) };
    let mut connection = pool.acquire().await?;
    let memory = format!("set maintenance_work_mem = '{}MB'", sizing.build_memory_mb);
    sqlx::raw_sql(sqlx::AssertSqlSafe(memory)).execute(&mut *connection).await?;
    let before = server.seconds()?;
    let create = format!(
        "create index bare on document_embeddings using ivfflat (embedding vector_cosine_ops) with (lists = {})",
        sizing.lists
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(create)).execute(&mut *connection).await?;
    let built = server.seconds()?;
    for around in ["drop index bare", "set default_statistics_target = 10", "analyze document_embeddings"] {
        sqlx::raw_sql(around).execute(&mut *connection).await?;
    }
    let around = server.seconds()? - built;
    sqlx::raw_sql("reset all").execute(&mut *connection).await?;
    Ok((built - before, around))
}

/// The ten documents of the sixty nearest chunks, without checks, filters or snippets.
async fn bare_search(pool: &PgPool, model: &Embedder, text: &str, probes: i32) -> Outcome<()> {
    let vector = pgvector::Vector::from(model.embed_one(text).await?);
    let mut transaction = pool.begin().await?;
    sqlx::query("select set_config('ivfflat.probes', $1, true)")
        .bind(probes.to_string())
        .execute(&mut *transaction)
        .await?;
    let rows: Vec<(String, String, f64)> = sqlx::query_as(
        "with near as materialized (
             select document_id, chunk_text, embedding <=> $1 as distance
               from document_embeddings order by embedding <=> $1 limit 60)
         select distinct on (n.document_id) d.document_url, n.chunk_text, n.distance
           from near n join district_documents d on d.id = n.document_id
          order by n.document_id, n.distance limit 10",
    )
    .bind(vector)
    .fetch_all(&mut *transaction)
    .await?;
    assert!(!rows.is_empty());
    Ok(())
}

/// Documents that are cut into so many chunks together.
async fn add_documents(pool: &PgPool, rows: usize, chunker: Chunker) -> Outcome<()> {
    let text = benches::text(CHUNKS_PER_DOCUMENT * 1_300);
    let cut = chunker.chunks(&text).len();
    println!("{} tokens a document, {cut} chunks", count_tokens(&text));
    sqlx::query(
        "insert into district_documents (nces_id, document_url, extracted_text, text_length, content_hash)
         select lpad((n % 1000)::text, 7, '0'), 'http://x/' || n, n || ' ' || $2, length($2), md5(n::text)
           from generate_series(1, $1) n",
    )
    .bind(i32::try_from(rows / cut)?)
    .bind(text)
    .execute(pool)
    .await?;
    sqlx::query("analyze district_documents").execute(pool).await?;
    Ok(())
}

async fn bytes_of(pool: &PgPool) -> Outcome<Vec<u8>> {
    use futures_util::TryStreamExt as _;
    let mut connection = pool.acquire().await?;
    let out = "copy (select document_id, chunk_index, chunk_text, embedding from document_embeddings) to stdout (format binary)";
    let mut stream = connection.copy_out_raw(out).await?;
    let mut all = Vec::new();
    while let Some(part) = stream.try_next().await? {
        all.extend_from_slice(&part);
    }
    Ok(all)
}

/// Vectors in clusters, made in no time: what is measured is storing and finding them.
struct Ready;

impl Model for Ready {
    fn name(&self) -> &str {
        "ready"
    }

    fn embed(&self, text: &str) -> Vec<f32> {
        let mut state = text
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        let mut centre = state % 400;
        let next = |state: &mut u64| {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (*state >> 40) as f32 / (1 << 24) as f32 - 0.5
        };
        (0..DIMENSIONS).map(|_| next(&mut centre) + 0.6 * next(&mut state)).collect()
    }
}

/// CPU seconds of ours and of the peer just after it. The machine's speed changes within minutes, so that the ratio is
/// taken of each pair; the median is what holds.
#[derive(Default)]
struct Pairs(Vec<(f64, f64)>);

impl Pairs {
    fn push(&mut self, ours: f64, peer: f64) {
        self.0.push((ours, peer));
    }

    /// What ours cost at best.
    fn least(&self) -> f64 {
        self.0.iter().map(|(ours, _)| *ours).fold(f64::INFINITY, f64::min)
    }
}

impl std::fmt::Display for Pairs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut ratios: Vec<f64> = self.0.iter().map(|(ours, peer)| ours / peer).collect();
        ratios.sort_by(f64::total_cmp);
        for (ours, peer) in &self.0 {
            write!(f, "{ours:.2}/{peer:.2} ")?;
        }
        write!(f, "CPU s of the server; median ratio {:.2}", ratios[ratios.len() / 2])
    }
}

/// The processes of a PostgreSQL server.
struct Server {
    postmaster: u32,
}

impl Server {
    async fn of(pool: &PgPool) -> Outcome<Self> {
        let backend: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(pool).await?;
        Ok(Self { postmaster: u32::try_from(fields(u32::try_from(backend)?)?[1])? })
    }

    /// User and system time of all of them, the ended ones included.
    fn seconds(&self) -> Outcome<f64> {
        let mut ticks = 0;
        for entry in std::fs::read_dir("/proc")?.flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            let Ok(fields) = fields(pid) else { continue };
            if pid == self.postmaster {
                ticks += fields[11] + fields[12] + fields[13] + fields[14];
            } else if fields[1] == i64::from(self.postmaster) {
                ticks += fields[11] + fields[12];
            }
        }
        const TICKS_PER_SECOND: f64 = 100.0;
        Ok(ticks as f64 / TICKS_PER_SECOND)
    }
}

/// The numbers of `/proc/PID/stat` behind the name: 1 is the parent, 11 to 14 the times.
fn fields(pid: u32) -> Outcome<Vec<i64>> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, rest) = stat.rsplit_once(')').ok_or("no name")?;
    Ok(rest.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect())
}
