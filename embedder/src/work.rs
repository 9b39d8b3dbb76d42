//! Which documents lack vectors, and giving them some.
//!
//! A document is current while `document_embedding_state` agrees with it. A batch's old chunks, new
//! chunks and state change in one transaction, so that a kill at any point leaves whole documents.

use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use crate::EmbedError;
use crate::chunk::{CHUNKER_VERSION, Chunker, count_tokens};
use crate::copy::{COPY_EMBEDDINGS, Rows};
use crate::model::{self, Model};

/// How much text is held at a time.
const BATCH_BYTES: i64 = 4 << 20;
/// How many documents at most.
const BATCH_DOCUMENTS: usize = 200;

/// A document whose vectors are missing or old.
#[derive(Debug, Clone)]
pub struct Pending {
    id: Uuid,
    header: String,
    input_hash: String,
    bytes: i64,
}

/// What is to do.
#[derive(Debug, Default)]
pub struct Plan {
    /// All documents.
    pub documents: usize,
    /// Those to embed.
    pub pending: Vec<Pending>,
}

/// What a batch did.
#[derive(Debug, Clone, Copy, Default)]
pub struct Done {
    /// Documents embedded.
    pub documents: usize,
    /// Chunks stored.
    pub chunks: usize,
}

type Listed = (Uuid, String, String, String, String, Option<String>, String, i32, Option<String>, Option<String>);

/// Compares every document with the state of its vectors.
pub async fn plan(pool: &PgPool, model: &str, chunker: Chunker) -> Result<Plan, EmbedError> {
    let rows: Vec<Listed> = sqlx::query_as(include_str!("sql/documents.sql"))
        .fetch_all(pool)
        .await
        .map_err(EmbedError::database("list the documents"))?;
    let documents = rows.len();
    let pending = rows.into_iter().filter_map(|row| pending(row, model, chunker)).collect();
    Ok(Plan { documents, pending })
}

fn pending(row: Listed, model: &str, chunker: Chunker) -> Option<Pending> {
    let (id, nces_id, name, state, category, title, content_hash, length, had_hash, had_model) = row;
    let header = header_line(&name, &state, &category, title.as_deref(), &nces_id);
    let mut hash = Sha256::new();
    for part in
        [CHUNKER_VERSION, &chunker.max_tokens.to_string(), &chunker.overlap_tokens.to_string(), &header, &content_hash]
    {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let input_hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let is_current = had_hash.as_deref() == Some(&input_hash) && had_model.as_deref() == Some(model);
    (!is_current).then_some(Pending { id, header, input_hash, bytes: i64::from(length) })
}

/// `Troy School District (MI) · strategic plan · 2024 priorities`: what a chunk alone would not say.
fn header_line(name: &str, state: &str, category: &str, title: Option<&str>, nces_id: &str) -> String {
    let district = if name.is_empty() { format!("district {nces_id}") } else { format!("{name} ({state})") };
    let words = category.replace('_', " ");
    let parts = [Some(district.as_str()), (category != "other").then_some(words.as_str()), title];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ").replace(['\n', '\r'], " ")
}

/// Splits what is to do into batches of bounded size.
pub fn batches(pending: &[Pending]) -> Vec<&[Pending]> {
    let mut batches = Vec::new();
    let mut start = 0;
    let mut bytes = 0;
    for (index, document) in pending.iter().enumerate() {
        let is_full = index - start >= BATCH_DOCUMENTS || bytes + document.bytes > BATCH_BYTES;
        if is_full && index > start {
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

/// A document's chunks with their vectors.
struct Embedded {
    id: Uuid,
    input_hash: String,
    chunks: Vec<(String, Vec<f32>)>,
    tokens: usize,
}

/// Embeds and stores one batch.
pub async fn embed_batch(
    pool: &PgPool,
    model: &Arc<dyn Model>,
    chunker: Chunker,
    batch: &[Pending],
) -> Result<Done, EmbedError> {
    let ids: Vec<Uuid> = batch.iter().map(|document| document.id).collect();
    let texts: Vec<(Uuid, String)> = sqlx::query_as(include_str!("sql/texts.sql"))
        .bind(&ids)
        .fetch_all(pool)
        .await
        .map_err(EmbedError::database("read texts"))?;
    let work: Vec<(Pending, String)> = texts
        .into_iter()
        .filter_map(|(id, text)| {
            batch.iter().find(|document| document.id == id).map(|document| (document.clone(), text))
        })
        .collect();
    let embedder = Arc::clone(model);
    let embedded = tokio::task::spawn_blocking(move || {
        work.par_iter().map(|(document, text)| embed(&*embedder, chunker, document, text)).collect::<Vec<_>>()
    })
    .await
    .map_err(|_| EmbedError::Worker)?;
    for (_, vector) in embedded.iter().flat_map(|document| &document.chunks) {
        model::check(model.name(), vector)?;
    }
    store(pool, model.name(), &embedded).await?;
    Ok(Done { documents: embedded.len(), chunks: embedded.iter().map(|document| document.chunks.len()).sum() })
}

/// The header stands above every chunk and counts against its limit.
fn embed(model: &dyn Model, chunker: Chunker, document: &Pending, text: &str) -> Embedded {
    let room = chunker.max_tokens.saturating_sub(count_tokens(&document.header) + 2).max(chunker.max_tokens / 2);
    let body = Chunker { max_tokens: room, ..chunker };
    let mut tokens = 0;
    let chunks = body.chunks(text).into_iter().map(|chunk| {
        tokens += chunk.tokens;
        let text = format!("{}\n\n{}", document.header, chunk.text);
        let vector = model.embed(&text);
        (text, vector)
    });
    let chunks = chunks.collect();
    Embedded { id: document.id, input_hash: document.input_hash.clone(), chunks, tokens }
}

async fn store(pool: &PgPool, model: &str, embedded: &[Embedded]) -> Result<(), EmbedError> {
    let mut transaction = pool.begin().await.map_err(EmbedError::database("begin a transaction"))?;
    replace(&mut transaction, model, embedded).await.map_err(EmbedError::database("store vectors"))?;
    transaction.commit().await.map_err(EmbedError::database("commit vectors"))
}

async fn replace(connection: &mut PgConnection, model: &str, embedded: &[Embedded]) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = embedded.iter().map(|document| document.id).collect();
    sqlx::query("delete from document_embeddings where document_id = any($1)")
        .bind(&ids)
        .execute(&mut *connection)
        .await?;
    let mut rows = Rows::new();
    for document in embedded {
        for (index, (text, vector)) in (0..).zip(&document.chunks) {
            rows.push(document.id, index, text, vector);
        }
    }
    let mut copy = connection.copy_in_raw(COPY_EMBEDDINGS).await?;
    copy.send(rows.finish()).await?;
    copy.finish().await?;
    let hashes: Vec<&str> = embedded.iter().map(|document| document.input_hash.as_str()).collect();
    let chunks: Vec<i32> =
        embedded.iter().map(|document| i32::try_from(document.chunks.len()).unwrap_or(i32::MAX)).collect();
    let tokens: Vec<i64> = embedded.iter().map(|document| i64::try_from(document.tokens).unwrap_or(i64::MAX)).collect();
    sqlx::query(include_str!("sql/record_state.sql"))
        .bind(&ids)
        .bind(&hashes)
        .bind(model)
        .bind(&chunks)
        .bind(&tokens)
        .execute(connection)
        .await?;
    Ok(())
}
