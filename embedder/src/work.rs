//! Which documents lack vectors: a document is current while `document_embedding_state` agrees with it.

use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

use crate::EmbedError;
use crate::chunk::{CHUNKER_VERSION, Chunker};

/// A document whose vectors are missing or old.
#[derive(Debug, Clone)]
pub struct Pending {
    pub(crate) id: Uuid,
    pub(crate) header: String,
    pub(crate) input_hash: String,
    pub(crate) content_hash: String,
    pub(crate) bytes: i64,
}

/// What is to do.
#[derive(Debug, Default)]
pub struct Plan {
    /// All documents.
    pub documents: usize,
    /// Those to embed.
    pub pending: Vec<Pending>,
    /// Text of documents that keep their vectors.
    pub kept_bytes: i64,
    /// Text of documents that have vectors, of what they say now or said before.
    pub stored_bytes: i64,
}

#[cfg(test)]
impl Pending {
    /// Of so much text.
    pub(crate) fn of_bytes(bytes: i64) -> Self {
        let [header, input_hash, content_hash] = [(); 3].map(|()| String::new());
        Self { id: Uuid::nil(), header, input_hash, content_hash, bytes }
    }
}

impl Plan {
    /// Which documents are to embed.
    pub fn ids(&self) -> Vec<Uuid> {
        self.pending.iter().map(|document| document.id).collect()
    }

    /// Text to embed.
    pub fn pending_bytes(&self) -> i64 {
        self.pending.iter().map(|document| document.bytes).sum()
    }
}

type Listed = (Uuid, String, String, String, String, Option<String>, String, i32, Option<String>, Option<String>);

/// Compares every document with the state of its vectors.
pub async fn plan(pool: &PgPool, model: &str, chunker: Chunker) -> Result<Plan, EmbedError> {
    plan_of(pool, model, chunker, None).await
}

/// As [`plan`], for some documents only.
pub(crate) async fn plan_of(
    pool: &PgPool,
    model: &str,
    chunker: Chunker,
    ids: Option<&[Uuid]>,
) -> Result<Plan, EmbedError> {
    let rows: Vec<Listed> = sqlx::query_as(include_str!("sql/documents.sql"))
        .bind(ids)
        .fetch_all(pool)
        .await
        .map_err(EmbedError::database("list the documents"))?;
    let mut plan = Plan { documents: rows.len(), ..Plan::default() };
    for row in rows {
        let (bytes, is_stored) = (i64::from(row.7), row.8.is_some());
        plan.stored_bytes += if is_stored { bytes } else { 0 };
        match pending(row, model, chunker) {
            Some(document) => plan.pending.push(document),
            None => plan.kept_bytes += bytes,
        }
    }
    Ok(plan)
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
    (!is_current).then_some(Pending { id, header, input_hash, content_hash, bytes: i64::from(length) })
}

/// `Troy School District (MI) · strategic plan · 2024 priorities`: what a chunk alone would not say.
fn header_line(name: &str, state: &str, category: &str, title: Option<&str>, nces_id: &str) -> String {
    let district = if name.is_empty() { format!("district {nces_id}") } else { format!("{name} ({state})") };
    let words = category.replace('_', " ");
    let parts = [Some(district.as_str()), (category != "other").then_some(words.as_str()), title];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ").replace(['\n', '\r'], " ")
}
