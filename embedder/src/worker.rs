//! Gives documents their vectors: lease, cut, embed outside of any transaction, and in one transaction replace the old
//! chunks, record the state and clear the lease. A kill at any point leaves whole documents; a database that goes away
//! is waited for.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::future::join_all;
use sqlx::PgPool;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant, interval, sleep};
use uuid::Uuid;

use crate::EmbedError;
use crate::batch::{Maker, batches, bytes_of};
use crate::chunk::Chunker;
use crate::courier::Courier;
use crate::model::Embedder;
use crate::queue::{Hold, renew};
use crate::work::{Pending, plan_of};

/// How much text is under way at a time, per worker: with its vectors and their rows, some twenty times as much memory.
/// A remote model is asked for several full requests at a time.
const UNDER_WAY_LOCAL: i64 = 3 << 19;
const UNDER_WAY_REMOTE: i64 = 4 << 20;
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
    let slicing = Arc::new(Semaphore::new(1));
    let maker = Maker { pool: pool.clone(), model: model.clone(), chunker, courier, slicing };
    let worker = Worker { maker, heartbeat: crew.heartbeat };
    let done = join_all((0..crew.workers).map(|_| worker.work(&progress))).await;
    done.into_iter().try_fold(Done::default(), |all, done| Ok(all.and(done?)))
}

struct Worker {
    maker: Maker,
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
        let mut hold = Hold::take(&self.maker.pool).await?;
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
            if let Err(error) = renew(&self.maker.pool, key).await {
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
        let most = if self.maker.courier.is_some() { UNDER_WAY_REMOTE } else { UNDER_WAY_LOCAL };
        loop {
            while failure.is_ok() && bytes < most {
                if let Some(batch) = ready.pop_front() {
                    bytes += bytes_of(&batch);
                    under_way.spawn(self.maker.clone().embed(batch));
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
        let ids = hold.claim(self.maker.model.name(), LEASED).await?;
        if ids.is_empty() {
            return Ok(None);
        }
        let plan = plan_of(&self.maker.pool, self.maker.model.name(), self.maker.chunker, Some(&ids)).await?;
        let current: Vec<Uuid> =
            ids.iter().copied().filter(|id| plan.pending.iter().all(|document| document.id != *id)).collect();
        clear(&self.maker.pool, &current).await?;
        Ok(Some(batches(plan.pending)))
    }
}

async fn clear(pool: &PgPool, ids: &[Uuid]) -> Result<(), EmbedError> {
    let cleared = sqlx::query("delete from embedding_work where document_id = any($1)").bind(ids).execute(pool).await;
    cleared.map(drop).map_err(EmbedError::database("clear leases"))
}
