//! Storing whole documents: in one transaction the old chunks are replaced, the state is recorded and the lease cleared.

use std::collections::HashSet;

use sqlx::{PgPool, Postgres, Transaction};
use uuid::Uuid;

use crate::EmbedError;
use crate::copy::{COPY_EMBEDDINGS, Rows};
use crate::cut::{Cut, Row};
use crate::model::{Answer, check};
use crate::queue::bury;
use crate::worker::Done;

/// Stores the documents whose chunks all have vectors; buries the others.
pub(crate) async fn store(
    pool: &PgPool,
    model: &str,
    cut: Vec<Cut>,
    answers: Vec<Answer>,
    sent: usize,
) -> Result<Done, EmbedError> {
    let mut answers = answers.into_iter();
    let mut done = Done { sent, ..Done::default() };
    let mut whole = Vec::new();
    let mut storing = Storing::begin(pool).await?;
    for one in cut {
        let vectors: Result<Vec<Vec<f32>>, String> =
            answers.by_ref().take(one.len()).collect::<Vec<_>>().into_iter().collect();
        match vectors {
            Ok(vectors) => {
                vectors.iter().try_for_each(|vector| check(model, vector))?;
                whole.push((one, vectors));
            }
            Err(reason) => {
                bury(&mut storing.transaction, one.document.id, &reason).await?;
                done.dead += 1;
            }
        }
    }
    let same = storing.replace(whole.iter().map(|(one, _)| one)).await?;
    whole.retain(|(one, _)| same.contains(&one.document.id));
    let rows = whole.iter().flat_map(|(one, vectors)| one.rows(0, vectors));
    storing.copy(rows).await?;
    let cuts: Vec<&Cut> = whole.iter().map(|(one, _)| one).collect();
    Ok(done.and(storing.end(model, &cuts).await?))
}

/// The transaction in which documents get their chunks: nothing of it is seen before its end.
pub(crate) struct Storing {
    transaction: Transaction<'static, Postgres>,
}

impl Storing {
    pub async fn begin(pool: &PgPool) -> Result<Self, EmbedError> {
        let transaction = pool.begin().await.map_err(EmbedError::database("begin a transaction"))?;
        Ok(Self { transaction })
    }

    /// Takes away the old chunks of the documents that say what they said when they were cut, and names these. What
    /// changed or vanished meanwhile keeps what it has; if it is there, it is still queued.
    pub async fn replace(&mut self, cuts: impl Iterator<Item = &Cut>) -> Result<HashSet<Uuid>, EmbedError> {
        let (ids, hashes): (Vec<Uuid>, Vec<&str>) =
            cuts.map(|one| (one.document.id, one.document.content_hash.as_str())).unzip();
        let same: Vec<Uuid> = sqlx::query_scalar(include_str!("sql/unchanged.sql"))
            .bind(&ids)
            .bind(&hashes)
            .fetch_all(&mut *self.transaction)
            .await
            .map_err(EmbedError::database("lock documents"))?;
        sqlx::query("delete from document_embeddings where document_id = any($1)")
            .bind(&same)
            .execute(&mut *self.transaction)
            .await
            .map_err(EmbedError::database("replace chunks"))?;
        Ok(same.into_iter().collect())
    }

    /// Rows, sent as they are made ready.
    pub async fn copy(&mut self, rows: impl Iterator<Item = Row<'_>>) -> Result<(), EmbedError> {
        let sent = async {
            let mut copy = self.transaction.copy_in_raw(COPY_EMBEDDINGS).await?;
            let mut ready = Rows::new();
            for (document, number, text, vector) in rows {
                ready.push(document, number, &text, vector);
                if let Some(part) = ready.full() {
                    copy.send(part).await?;
                }
            }
            copy.send(ready.finish()).await?;
            copy.finish().await
        };
        sent.await.map(drop).map_err(EmbedError::database("store vectors"))
    }

    /// Records the state, clears the leases, and lets everybody see it.
    pub async fn end(mut self, model: &str, cuts: &[&Cut]) -> Result<Done, EmbedError> {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let ids: Vec<Uuid> = cuts.iter().map(|one| one.document.id).collect();
        let hashes: Vec<&str> = cuts.iter().map(|one| one.document.input_hash.as_str()).collect();
        let chunks: Vec<i32> = cuts.iter().map(|one| i32::try_from(one.len()).unwrap_or(i32::MAX)).collect();
        let tokens: Vec<i64> = cuts.iter().map(|one| count(one.all_tokens())).collect();
        sqlx::query(include_str!("sql/record_state.sql"))
            .bind(&ids)
            .bind(&hashes)
            .bind(model)
            .bind(&chunks)
            .bind(&tokens)
            .execute(&mut *self.transaction)
            .await
            .map_err(EmbedError::database("record documents"))?;
        sqlx::query("delete from embedding_work where document_id = any($1)")
            .bind(&ids)
            .execute(&mut *self.transaction)
            .await
            .map_err(EmbedError::database("clear leases"))?;
        self.transaction.commit().await.map_err(EmbedError::database("commit vectors"))?;
        let chunks = cuts.iter().map(|one| one.len()).sum();
        Ok(Done { documents: cuts.len(), chunks, ..Done::default() })
    }

    /// A document that cannot be embedded, instead.
    pub async fn bury(mut self, document: Uuid, reason: &str) -> Result<(), EmbedError> {
        bury(&mut self.transaction, document, reason).await?;
        self.transaction.commit().await.map_err(EmbedError::database("commit vectors"))
    }
}
