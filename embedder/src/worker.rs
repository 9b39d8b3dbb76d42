//! Gives documents their vectors: lease, cut, embed outside of any transaction, and in one transaction replace the old
//! chunks, record the state and clear the lease. A kill at any point leaves whole documents; a database that goes away
//! is waited for.

use std::collections::{HashMap, VecDeque};

use futures_util::future::join_all;
use rayon::prelude::*;
use sqlx::PgPool;
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant, interval, sleep};
use uuid::Uuid;

use crate::EmbedError;
use crate::chunk::{Chunker, count_tokens};
use crate::courier::Courier;
use crate::model::Embedder;
use crate::queue::{Hold, renew};
use crate::store::{Cut, store};
use crate::work::{Pending, plan_of};

/// How much text is cut and stored together.
const BATCH_BYTES: i64 = 1 << 19;
/// How much text is under way at a time, per worker: with its vectors and their rows, some twenty times as much memory.
/// A remote model is asked for several full requests at a time.
const UNDER_WAY_LOCAL: i64 = 3 << 19;
const UNDER_WAY_REMOTE: i64 = 4 << 20;
/// What a document costs beside its text: it has a vector, however short it is.
const DOCUMENT_BYTES: i64 = 2 << 10;
/// How many documents are leased at a time.
const LEASED: i64 = 100;
/// How long a database that went away is waited for.
const PATIENCE: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_secs(1);

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

/// Who works.
#[derive(Debug, Clone, Copy)]
pub struct Crew {
    /// How many at a time.
    pub workers: usize,
    /// How often they say that they are alive; a lease lasts five minutes.
    pub heartbeat: Duration,
}

impl Crew {
    /// So many workers.
    pub fn of(workers: usize) -> Self {
        Self { workers, heartbeat: Duration::from_secs(60) }
    }
}

/// Lets a crew work until the queue of this model has nothing free. `progress` hears of every batch. When one
/// fails, the others end what they have begun: an answer under way is paid for.
pub async fn work(
    pool: &PgPool,
    model: &Embedder,
    chunker: Chunker,
    crew: Crew,
    progress: impl Fn(Done),
) -> Result<Done, EmbedError> {
    let courier = match model {
        Embedder::Local(_) => None,
        Embedder::Remote(http) => Some(Courier::new(pool.clone(), http.clone())),
    };
    let worker = Worker { pool: pool.clone(), model: model.clone(), chunker, courier, heartbeat: crew.heartbeat };
    let done = join_all((0..crew.workers).map(|_| worker.work(&progress))).await;
    done.into_iter().try_fold(Done::default(), |all, done| Ok(all.and(done?)))
}

#[derive(Clone)]
struct Worker {
    pool: PgPool,
    model: Embedder,
    chunker: Chunker,
    courier: Option<Courier>,
    heartbeat: Duration,
}

impl Worker {
    /// As long as the database comes back within [`PATIENCE`].
    async fn work(&self, progress: &impl Fn(Done)) -> Result<Done, EmbedError> {
        let (mut all, mut lost_at) = (Done::default(), None);
        loop {
            let mut done = Done::default();
            let outcome = self.hold_and_work(&mut done, progress).await;
            all = all.and(done);
            match outcome {
                Err(error) if error.is_lost_connection() => {
                    let since = *lost_at.get_or_insert_with(Instant::now);
                    if done == Done::default() && since.elapsed() > PATIENCE {
                        return Err(error);
                    }
                    if done != Done::default() {
                        lost_at = None;
                    }
                    tracing::warn!(%error, "the database went away; waiting for it");
                    sleep(PAUSE).await;
                }
                outcome => return outcome.map(|()| all),
            }
        }
    }

    async fn hold_and_work(&self, done: &mut Done, progress: &impl Fn(Done)) -> Result<(), EmbedError> {
        let mut hold = Hold::take(&self.pool).await?;
        let key = hold.key();
        let outcome = tokio::select! {
            outcome = self.drain(&mut hold, done, progress) => outcome,
            () = self.beat(key) => Ok(()),
        };
        hold.release().await;
        outcome
    }

    /// Renews the leases for ever. A beat that fails is made good by the next.
    async fn beat(&self, key: i64) {
        let mut beat = interval(self.heartbeat);
        loop {
            beat.tick().await;
            if let Err(error) = renew(&self.pool, key).await {
                tracing::debug!(%error, "leases are not renewed");
            }
        }
    }

    /// Leases and embeds until nothing is free. Several batches are under way, so that neither the model nor the
    /// database waits for the other; after a failure they are waited for, and no more begin.
    async fn drain(&self, hold: &mut Hold, done: &mut Done, progress: &impl Fn(Done)) -> Result<(), EmbedError> {
        let (mut under_way, mut failure) = (JoinSet::new(), Ok(()));
        let mut ready: VecDeque<Vec<Pending>> = VecDeque::new();
        let (mut bytes, mut is_dry) = (0, false);
        let most = if self.courier.is_some() { UNDER_WAY_REMOTE } else { UNDER_WAY_LOCAL };
        loop {
            while failure.is_ok() && bytes < most {
                if let Some(batch) = ready.pop_front() {
                    bytes += bytes_of(&batch);
                    under_way.spawn(self.clone().embed(batch));
                    continue;
                }
                if is_dry {
                    break;
                }
                match self.lease(hold).await {
                    Ok(Some(batches)) => ready.extend(batches),
                    Ok(None) => is_dry = true,
                    Err(error) => failure = Err(error),
                }
            }
            let Some(ended) = under_way.join_next().await else { return failure };
            let (size, outcome) = ended.map_err(|_| EmbedError::Worker)?;
            bytes -= size;
            is_dry = false;
            match outcome {
                Ok(batch) => {
                    progress(batch);
                    *done = done.and(batch);
                }
                Err(error) => failure = failure.and(Err(error)),
            }
        }
    }

    /// Leased documents in batches; none when nothing is free.
    async fn lease(&self, hold: &mut Hold) -> Result<Option<Vec<Vec<Pending>>>, EmbedError> {
        let ids = hold.claim(self.model.name(), LEASED).await?;
        if ids.is_empty() {
            return Ok(None);
        }
        let plan = plan_of(&self.pool, self.model.name(), self.chunker, Some(&ids)).await?;
        let current: Vec<Uuid> =
            ids.iter().copied().filter(|id| plan.pending.iter().all(|document| document.id != *id)).collect();
        clear(&self.pool, &current).await?;
        Ok(Some(batches(plan.pending)))
    }

    /// One batch, whose size comes back with what became of it.
    async fn embed(self, batch: Vec<Pending>) -> (i64, Result<Done, EmbedError>) {
        (bytes_of(&batch), self.embed_batch(batch).await)
    }

    async fn embed_batch(&self, batch: Vec<Pending>) -> Result<Done, EmbedError> {
        let ids: Vec<Uuid> = batch.iter().map(|document| document.id).collect();
        let cut = cut_all(&self.pool, &ids, batch, self.chunker).await?;
        let (answers, sent) = match &self.courier {
            Some(courier) => courier.carry(texts(&cut)).await?,
            None => (self.model.embed(texts(&cut).into_iter().map(|(text, _)| text).collect()).await?, 0),
        };
        let done = store(&self.pool, self.model.name(), cut, answers, sent).await?;
        free(&self.pool, &ids).await?;
        Ok(done)
    }
}

/// Reads and cuts documents. A text that changed since it was planned is left out; it is still queued.
pub(crate) async fn cut_all(
    pool: &PgPool,
    ids: &[Uuid],
    batch: Vec<Pending>,
    chunker: Chunker,
) -> Result<Vec<Cut>, EmbedError> {
    let texts: Vec<(Uuid, String, String)> = sqlx::query_as(include_str!("sql/texts.sql"))
        .bind(ids)
        .fetch_all(pool)
        .await
        .map_err(EmbedError::database("read texts"))?;
    let mut planned: HashMap<Uuid, Pending> = batch.into_iter().map(|document| (document.id, document)).collect();
    let unchanged = texts.into_iter().filter_map(|(id, text, hash)| {
        Some((planned.remove(&id).filter(|document| document.content_hash == hash)?, text))
    });
    let work: Vec<(Pending, String)> = unchanged.collect();
    let cut = move || work.into_par_iter().map(|(document, text)| cut(document, &text, chunker)).collect();
    tokio::task::spawn_blocking(cut).await.map_err(|_| EmbedError::Worker)
}

fn bytes_of(batch: &[Pending]) -> i64 {
    batch.iter().map(cost).sum()
}

fn cost(document: &Pending) -> i64 {
    document.bytes + DOCUMENT_BYTES
}

/// Bounded in bytes.
pub(crate) fn batches(pending: Vec<Pending>) -> Vec<Vec<Pending>> {
    let (mut batches, mut bytes) = (vec![Vec::new()], 0);
    for document in pending {
        if bytes + cost(&document) > BATCH_BYTES && bytes > 0 {
            batches.push(Vec::new());
            bytes = 0;
        }
        bytes += cost(&document);
        if let Some(batch) = batches.last_mut() {
            batch.push(document);
        }
    }
    batches.retain(|batch| !batch.is_empty());
    batches
}

async fn clear(pool: &PgPool, ids: &[Uuid]) -> Result<(), EmbedError> {
    let cleared = sqlx::query("delete from embedding_work where document_id = any($1)").bind(ids).execute(pool).await;
    cleared.map(drop).map_err(EmbedError::database("clear leases"))
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
    let header = count_tokens(&document.header) + 2;
    let room = chunker.max_tokens.saturating_sub(header).max(chunker.max_tokens / 2);
    let body = Chunker { max_tokens: room, ..chunker };
    let chunks = body.chunks(text).into_iter();
    let (chunks, tokens) =
        chunks.map(|chunk| (format!("{}\n\n{}", document.header, chunk.text), chunk.tokens + header)).unzip();
    Cut { document, chunks, tokens }
}

/// Every chunk with its tokens, in order.
fn texts(cut: &[Cut]) -> Vec<(String, usize)> {
    cut.iter().flat_map(|one| one.chunks.iter().cloned().zip(one.tokens.iter().copied())).collect()
}
