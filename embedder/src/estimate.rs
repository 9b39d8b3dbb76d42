//! What embedding would take, counted rather than guessed: the documents are cut as they would be, and what is paid for
//! or said twice is left out of what would be sent.

use std::collections::HashSet;

use rayon::prelude::*;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

use crate::EmbedError;
use crate::batch::{batches, cut_all};
use crate::chunk::Chunker;
use crate::work::{Pending, Plan};

/// What is to be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Estimate {
    /// Documents to embed.
    pub documents: usize,
    /// Their chunks.
    pub chunks: usize,
    /// Chunks whose text would be sent to a remote model.
    pub texts: usize,
    /// Tokens of these, or of all chunks where nothing is sent.
    pub tokens: u64,
}

/// Cuts what is planned; `model` is a remote one's name.
pub async fn estimate(
    pool: &PgPool,
    plan: &Plan,
    chunker: Chunker,
    model: Option<&str>,
) -> Result<Estimate, EmbedError> {
    let mut estimate = Estimate { documents: plan.pending.len(), ..Estimate::default() };
    let mut seen = HashSet::new();
    for batch in batches(plan.pending.clone()) {
        let texts = texts_of(pool, batch, chunker).await?;
        estimate.chunks += texts.len();
        let Some(model) = model else {
            estimate.texts += texts.len();
            estimate.tokens += texts.iter().map(|(_, tokens)| *tokens as u64).sum::<u64>();
            continue;
        };
        let hashes: Vec<&[u8]> = texts.iter().map(|(hash, _)| hash.as_slice()).collect();
        let paid: Vec<Vec<u8>> =
            sqlx::query_scalar("select text_hash from embedding_paid where model = $1 and text_hash = any($2)")
                .bind(model)
                .bind(hashes)
                .fetch_all(pool)
                .await
                .map_err(EmbedError::database("look for texts that are paid for"))?;
        let paid: HashSet<Vec<u8>> = paid.into_iter().collect();
        for (hash, tokens) in texts {
            if !paid.contains(hash.as_slice()) && seen.insert(hash) {
                estimate.texts += 1;
                estimate.tokens += tokens as u64;
            }
        }
    }
    Ok(estimate)
}

/// Hash and tokens of every chunk.
async fn texts_of(pool: &PgPool, batch: Vec<Pending>, chunker: Chunker) -> Result<Vec<([u8; 32], usize)>, EmbedError> {
    let ids: Vec<Uuid> = batch.iter().map(|document| document.id).collect();
    let cut = cut_all(pool, &ids, batch, chunker).await?;
    let hashed = cut.par_iter().flat_map_iter(|one| {
        one.texts(0..one.len()).map(|(text, tokens)| (Sha256::digest(text.as_bytes()).into(), tokens))
    });
    Ok(hashed.collect())
}
