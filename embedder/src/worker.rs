//! Gives documents their vectors: lease, cut, embed outside of any transaction, and in one transaction replace the old
//! chunks, record the state and clear the lease. A kill at any point leaves whole documents.
//!
//! What a remote model answers is stored in `embedding_paid` as it arrives, by the hash of exactly the text that was
//! sent: whatever ends this program then, that text is never paid for again.

use std::collections::HashMap;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt as _};
use pgvector::Vector;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use sqlx::postgres::PgConnection;
use tokio::time::{Duration, interval};
use uuid::Uuid;

use crate::EmbedError;
use crate::chunk::{Chunker, count_tokens};
use crate::copy::{COPY_EMBEDDINGS, Rows};
use crate::model::{Answer, Embedder, check};
use crate::queue::{Hold, bury};
use crate::work::{Pending, plan_of};

/// How much text is held at a time.
const BATCH_BYTES: i64 = 4 << 20;
/// How many documents are leased at a time.
const LEASED: i64 = 100;
const HEARTBEAT: Duration = Duration::from_secs(60);

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Documents embedded.
    pub documents: usize,
    /// Chunks stored.
    pub chunks: usize,
    /// Texts sent to a remote model.
    pub sent: usize,
    /// Documents that cannot be embedded.
    pub dead: usize,
}

impl Done {
    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            documents: self.documents + other.documents,
            chunks: self.chunks + other.chunks,
            sent: self.sent + other.sent,
            dead: self.dead + other.dead,
        }
    }
}

/// A document with its chunks, header on top.
struct Cut {
    document: Pending,
    chunks: Vec<String>,
    tokens: usize,
}

/// Works until the queue of this model has nothing free. `progress` hears of every batch.
pub async fn work(
    pool: &PgPool,
    model: &Embedder,
    chunker: Chunker,
    progress: impl Fn(Done),
) -> Result<Done, EmbedError> {
    let mut hold = Hold::take(pool).await?;
    let outcome = work_with(&mut hold, pool, model, chunker, progress).await;
    hold.release().await;
    outcome
}

async fn work_with(
    hold: &mut Hold,
    pool: &PgPool,
    model: &Embedder,
    chunker: Chunker,
    progress: impl Fn(Done),
) -> Result<Done, EmbedError> {
    let mut all = Done::default();
    loop {
        let ids = hold.claim(model.name(), LEASED).await?;
        if ids.is_empty() {
            return Ok(all);
        }
        let plan = plan_of(pool, model.name(), chunker, Some(&ids)).await?;
        let current: Vec<Uuid> =
            ids.iter().copied().filter(|id| plan.pending.iter().all(|document| document.id != *id)).collect();
        clear(pool, &current).await?;
        for batch in batches(&plan.pending) {
            let done = beating(hold, embed_batch(pool, model, chunker, batch)).await?;
            progress(done);
            all = all.and(done);
        }
    }
}

/// Runs `work` while the leases are renewed.
async fn beating<T>(hold: &mut Hold, work: impl Future<Output = Result<T, EmbedError>>) -> Result<T, EmbedError> {
    let mut work = std::pin::pin!(work);
    let mut beat = interval(HEARTBEAT);
    beat.tick().await;
    loop {
        tokio::select! {
            outcome = &mut work => return outcome,
            _ = beat.tick() => hold.renew().await?,
        }
    }
}

/// Bounded in bytes.
fn batches(pending: &[Pending]) -> Vec<&[Pending]> {
    let mut batches = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (index, document) in pending.iter().enumerate() {
        if bytes + document.bytes > BATCH_BYTES && index > start {
            batches.push(&pending[start..index]);
            (start, bytes) = (index, 0);
        }
        bytes += document.bytes;
    }
    if start < pending.len() {
        batches.push(&pending[start..]);
    }
    batches
}

async fn clear(pool: &PgPool, ids: &[Uuid]) -> Result<(), EmbedError> {
    let cleared = sqlx::query("delete from embedding_work where document_id = any($1)").bind(ids).execute(pool).await;
    cleared.map(drop).map_err(EmbedError::database("clear leases"))
}

async fn embed_batch(pool: &PgPool, model: &Embedder, chunker: Chunker, batch: &[Pending]) -> Result<Done, EmbedError> {
    let ids: Vec<Uuid> = batch.iter().map(|document| document.id).collect();
    let texts: Vec<(Uuid, String, String)> = sqlx::query_as(include_str!("sql/texts.sql"))
        .bind(&ids)
        .fetch_all(pool)
        .await
        .map_err(EmbedError::database("read texts"))?;
    let mut planned: HashMap<Uuid, Pending> = batch.iter().map(|document| (document.id, document.clone())).collect();
    // A text that changed since it was planned is left in the queue.
    let work: Vec<(Pending, String)> = texts
        .into_iter()
        .filter_map(|(id, text, hash)| {
            Some((planned.remove(&id).filter(|document| document.content_hash == hash)?, text))
        })
        .collect();
    let cut = tokio::task::spawn_blocking(move || {
        work.into_par_iter().map(|(document, text)| cut(document, &text, chunker)).collect::<Vec<_>>()
    });
    let cut = cut.await.map_err(|_| EmbedError::Worker)?;
    let (answers, sent) = answers(pool, model, &cut).await?;
    let done = store_batch(pool, model.name(), cut, answers, sent).await?;
    free(pool, &ids).await?;
    Ok(done)
}

/// What changed under our hands is anybody's again.
async fn free(pool: &PgPool, ids: &[Uuid]) -> Result<(), EmbedError> {
    sqlx::query("update embedding_work set worker_key = null, attempts = 0 where document_id = any($1) and not is_dead")
        .bind(ids)
        .execute(pool)
        .await
        .map(drop)
        .map_err(EmbedError::database("free leases"))
}

/// The header stands above every chunk and counts against its limit.
fn cut(document: Pending, text: &str, chunker: Chunker) -> Cut {
    let room = chunker.max_tokens.saturating_sub(count_tokens(&document.header) + 2).max(chunker.max_tokens / 2);
    let body = Chunker { max_tokens: room, ..chunker };
    let mut tokens = 0;
    let chunks = body.chunks(text).into_iter().map(|chunk| {
        tokens += chunk.tokens;
        format!("{}\n\n{}", document.header, chunk.text)
    });
    let chunks = chunks.collect();
    Cut { document, chunks, tokens }
}

/// An answer for every chunk, in order, and how many texts were sent for them.
async fn answers(pool: &PgPool, model: &Embedder, cut: &[Cut]) -> Result<(Vec<Answer>, usize), EmbedError> {
    let texts = || cut.iter().flat_map(|one| &one.chunks);
    if let Embedder::Local(_) = model {
        return Ok((model.embed(texts().cloned().collect()).await?, 0));
    }
    let hashes: Vec<Vec<u8>> = texts().map(|text| Sha256::digest(text.as_bytes()).to_vec()).collect();
    let paid: Vec<(Vec<u8>, Vector)> =
        sqlx::query_as("select text_hash, embedding from embedding_paid where model = $1 and text_hash = any($2)")
            .bind(model.name())
            .bind(&hashes)
            .fetch_all(pool)
            .await
            .map_err(EmbedError::database("look for texts that are paid for"))?;
    let mut known: HashMap<Vec<u8>, Answer> =
        paid.into_iter().map(|(hash, vector)| (hash, Ok(vector.to_vec()))).collect();
    let mut missing: Vec<(&Vec<u8>, &String)> =
        hashes.iter().zip(texts()).filter(|(hash, _)| !known.contains_key(*hash)).collect();
    missing.sort_unstable();
    missing.dedup();
    let missing: Vec<(Vec<u8>, String)> =
        missing.into_iter().map(|(hash, text)| (hash.clone(), text.clone())).collect();
    // Every request's answers are stored as they come, whatever becomes of the others.
    let sending: Vec<BoxFuture<'_, Result<Vec<Answer>, EmbedError>>> =
        missing.chunks(model.texts_per_request()).map(|part| send(pool, model, part).boxed()).collect();
    // No more are under way than the server may be asked at once: an answer that waits to be stored is one to lose.
    let answered: Vec<Result<Vec<Answer>, EmbedError>> =
        stream::iter(sending).buffered(model.requests_at_once()).collect().await;
    for (part, answers) in missing.chunks(model.texts_per_request()).zip(answered) {
        known.extend(part.iter().map(|(hash, _)| hash.clone()).zip(answers?));
    }
    let lost = || Err("no answer".to_owned());
    let answers = hashes.iter().map(|hash| known.get(hash).cloned().unwrap_or_else(lost)).collect();
    Ok((answers, missing.len()))
}

/// One request, and its answers stored.
async fn send(pool: &PgPool, model: &Embedder, part: &[(Vec<u8>, String)]) -> Result<Vec<Answer>, EmbedError> {
    let answers = model.embed(part.iter().map(|(_, text)| text.clone()).collect()).await?;
    keep(pool, model.name(), part, &answers).await?;
    Ok(answers)
}

/// Paid for, so stored at once.
async fn keep(pool: &PgPool, model: &str, sent: &[(Vec<u8>, String)], answers: &[Answer]) -> Result<(), EmbedError> {
    let good = sent.iter().zip(answers).filter_map(|((hash, _), answer)| Some((hash.clone(), answer.as_ref().ok()?)));
    let (hashes, vectors): (Vec<Vec<u8>>, Vec<Vector>) =
        good.map(|(hash, vector)| (hash, Vector::from(vector.clone()))).unzip();
    sqlx::query(
        "insert into embedding_paid (text_hash, model, embedding)
         select hash, $2, vector from unnest($1::bytea[], $3::vector[]) as t (hash, vector) on conflict do nothing",
    )
    .bind(hashes)
    .bind(model)
    .bind(vectors)
    .execute(pool)
    .await
    .map(drop)
    .map_err(EmbedError::database("store what is paid for"))
}

async fn store_batch(
    pool: &PgPool,
    model: &str,
    cut: Vec<Cut>,
    answers: Vec<Answer>,
    sent: usize,
) -> Result<Done, EmbedError> {
    let mut answers = answers.into_iter();
    let mut done = Done { sent, ..Done::default() };
    let mut whole = Vec::new();
    let mut transaction = pool.begin().await.map_err(EmbedError::database("begin a transaction"))?;
    for one in cut {
        let vectors: Result<Vec<Vec<f32>>, String> =
            answers.by_ref().take(one.chunks.len()).collect::<Vec<_>>().into_iter().collect();
        match vectors {
            Ok(vectors) => {
                vectors.iter().try_for_each(|vector| check(model, vector))?;
                whole.push((one, vectors));
            }
            Err(reason) => {
                bury(&mut transaction, one.document.id, &reason).await?;
                done.dead += 1;
            }
        }
    }
    let stored = replace(&mut transaction, model, whole).await.map_err(EmbedError::database("store vectors"))?;
    transaction.commit().await.map_err(EmbedError::database("commit vectors"))?;
    Ok(done.and(stored))
}

async fn replace(
    connection: &mut PgConnection,
    model: &str,
    mut whole: Vec<(Cut, Vec<Vec<f32>>)>,
) -> Result<Done, sqlx::Error> {
    let ids: Vec<Uuid> = whole.iter().map(|(one, _)| one.document.id).collect();
    // What changed or vanished while it was embedded is not stored; if it is there, it is still queued.
    let same: Vec<(Uuid, String)> = sqlx::query_as(
        "select id, content_hash::text from district_documents where id = any($1) order by id for share",
    )
    .bind(&ids)
    .fetch_all(&mut *connection)
    .await?;
    let same: HashMap<Uuid, String> = same.into_iter().collect();
    whole.retain(|(one, _)| same.get(&one.document.id) == Some(&one.document.content_hash));
    let ids: Vec<Uuid> = whole.iter().map(|(one, _)| one.document.id).collect();
    sqlx::query("delete from document_embeddings where document_id = any($1)")
        .bind(&ids)
        .execute(&mut *connection)
        .await?;
    let mut rows = Rows::new();
    for (one, vectors) in &whole {
        for (index, (text, vector)) in (0..).zip(one.chunks.iter().zip(vectors)) {
            rows.push(one.document.id, index, text, vector);
        }
    }
    let mut copy = connection.copy_in_raw(COPY_EMBEDDINGS).await?;
    copy.send(rows.finish()).await?;
    copy.finish().await?;
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let hashes: Vec<&str> = whole.iter().map(|(one, _)| one.document.input_hash.as_str()).collect();
    let chunks: Vec<i32> = whole.iter().map(|(one, _)| i32::try_from(one.chunks.len()).unwrap_or(i32::MAX)).collect();
    let tokens: Vec<i64> = whole.iter().map(|(one, _)| count(one.tokens)).collect();
    sqlx::query(include_str!("sql/record_state.sql"))
        .bind(&ids)
        .bind(&hashes)
        .bind(model)
        .bind(&chunks)
        .bind(&tokens)
        .execute(&mut *connection)
        .await?;
    sqlx::query("delete from embedding_work where document_id = any($1)").bind(&ids).execute(connection).await?;
    Ok(Done { documents: whole.len(), chunks: whole.iter().map(|(one, _)| one.chunks.len()).sum(), ..Done::default() })
}
