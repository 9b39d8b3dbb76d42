//! A batch of documents: cut, embedded, stored.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use sqlx::PgPool;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::EmbedError;
use crate::chunk::Chunker;
use crate::courier::Courier;
use crate::cut::Cut;
use crate::model::{Answer, Embedder, check};
use crate::store::{Storing, store};
use crate::texts::{LONG_TEXT, long_text};
use crate::work::Pending;
use crate::worker::Done;

/// How much text is cut and stored together.
const BATCH_BYTES: i64 = 1 << 19;
/// Chunks of one document whose vectors are held at a time: 12 MB.
const SLICE: usize = 2_000;
/// What a document costs beside its text: it has a vector, however short it is.
const DOCUMENT_BYTES: i64 = 2 << 10;

/// Makes vectors of documents.
#[derive(Clone)]
pub(crate) struct Maker {
    pub pool: PgPool,
    pub model: Embedder,
    pub chunker: Chunker,
    /// Asks a remote model.
    pub courier: Option<Courier>,
    /// One at a time: a document in slices holds a connection while its texts ask for another, and its vectors' memory.
    pub slicing: Arc<Semaphore>,
}

impl Maker {
    /// One batch, whose size comes back with what became of it.
    pub async fn embed(self, batch: Vec<Pending>) -> (i64, Result<Done, EmbedError>) {
        (bytes_of(&batch), self.embed_batch(batch).await)
    }

    async fn embed_batch(&self, batch: Vec<Pending>) -> Result<Done, EmbedError> {
        let ids: Vec<Uuid> = batch.iter().map(|document| document.id).collect();
        let mut cut = cut_all(&self.pool, &ids, batch, self.chunker).await?;
        let done = match cut.pop_if(|one| one.len() > SLICE) {
            // Too large for a batch, it is one alone.
            Some(large) if cut.is_empty() => self.embed_in_slices(large).await?,
            large => {
                cut.extend(large);
                let (answers, sent) = self.ask(cut.iter().flat_map(|one| one.texts(0..one.len())).collect()).await?;
                store(&self.pool, self.model.name(), cut, answers, sent).await?
            }
        };
        free(&self.pool, &ids).await?;
        Ok(done)
    }

    /// A document of any length, in as much memory as a slice of it takes. A remote model is asked for all of it before
    /// the transaction begins: what is paid for is stored, and comes back from there.
    async fn embed_in_slices(&self, one: Cut) -> Result<Done, EmbedError> {
        let _turn = self.slicing.acquire().await.map_err(|_| EmbedError::Worker)?;
        let slices: Vec<usize> = (0..one.len()).step_by(SLICE).collect();
        let mut all_sent = 0;
        if self.courier.is_some() {
            for first in &slices {
                let (answers, sent) = self.ask(slice(&one, *first)).await?;
                all_sent += sent;
                if let Some(reason) = answers.into_iter().find_map(Result::err) {
                    Storing::begin(&self.pool).await?.bury(one.document.id, &reason).await?;
                    return Ok(Done { sent: all_sent, dead: 1, ..Done::default() });
                }
            }
        }
        let mut storing = Storing::begin(&self.pool).await?;
        if storing.replace(std::iter::once(&one)).await?.is_empty() {
            return Ok(Done { sent: all_sent, ..Done::default() });
        }
        for first in slices {
            let (answers, sent) = self.ask(slice(&one, first)).await?;
            all_sent += sent;
            let vectors: Result<Vec<Vec<f32>>, String> = answers.into_iter().collect();
            let wrong = |reason| EmbedError::BadVector { model: self.model.name().to_owned(), reason };
            let vectors = vectors.map_err(wrong)?;
            vectors.iter().try_for_each(|vector| check(self.model.name(), vector))?;
            storing.copy(one.rows(first, &vectors)).await?;
        }
        let done = storing.end(self.model.name(), &[&one]).await?;
        Ok(Done { sent: all_sent, ..done })
    }

    /// The answers to texts, and how many were sent for them.
    async fn ask(&self, texts: Vec<(String, usize)>) -> Result<(Vec<Answer>, usize), EmbedError> {
        match &self.courier {
            Some(courier) => courier.carry(texts).await,
            None => Ok((self.model.embed(texts.into_iter().map(|(text, _)| text).collect()).await?, 0)),
        }
    }
}

/// Reads and cuts documents. A text that changed since it was planned is left out; it is still queued.
pub(crate) async fn cut_all(
    pool: &PgPool,
    ids: &[Uuid],
    batch: Vec<Pending>,
    chunker: Chunker,
) -> Result<Vec<Cut>, EmbedError> {
    let texts: Vec<(Uuid, Option<String>, String)> = sqlx::query_as(include_str!("sql/texts.sql"))
        .bind(ids)
        .bind(LONG_TEXT)
        .fetch_all(pool)
        .await
        .map_err(EmbedError::database("read texts"))?;
    let mut planned: HashMap<Uuid, Pending> = batch.into_iter().map(|document| (document.id, document)).collect();
    let mut work = Vec::new();
    for (id, short, hash) in texts {
        let Some(document) = planned.remove(&id).filter(|document| document.content_hash == hash) else { continue };
        let text = match short {
            Some(text) => Some(text),
            None => long_text(pool, id, &hash).await.map_err(EmbedError::database("read texts"))?,
        };
        work.extend(text.map(|text| (document, text)));
    }
    let cut = move || work.into_par_iter().map(|(document, text)| Cut::of(document, text, chunker)).collect();
    tokio::task::spawn_blocking(cut).await.map_err(|_| EmbedError::Worker)
}

/// What a batch costs.
pub(crate) fn bytes_of(batch: &[Pending]) -> i64 {
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

/// What changed under our hands is anybody's again.
async fn free(pool: &PgPool, ids: &[Uuid]) -> Result<(), EmbedError> {
    sqlx::query("update embedding_work set worker_key = null, attempts = 0 where document_id = any($1) and not is_dead")
        .bind(ids)
        .execute(pool)
        .await
        .map(drop)
        .map_err(EmbedError::database("free leases"))
}

/// Some chunks of a long document with their tokens.
fn slice(one: &Cut, first: usize) -> Vec<(String, usize)> {
    one.texts(first..one.len().min(first + SLICE)).collect()
}
