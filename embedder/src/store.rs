//! Storing whole documents: in one transaction the old chunks are replaced, the state is recorded and the lease cleared.

use std::collections::HashMap;

use sqlx::PgPool;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use crate::EmbedError;
use crate::copy::{COPY_EMBEDDINGS, Rows};
use crate::model::{Answer, check};
use crate::queue::bury;
use crate::work::Pending;
use crate::worker::Done;

/// A document with its chunks, header on top.
pub(crate) struct Cut {
    pub document: Pending,
    pub chunks: Vec<String>,
    /// Tokens of each chunk, the header's included.
    pub tokens: Vec<usize>,
}

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
    let lengths: Vec<usize> = whole.iter().flat_map(|(one, _)| one.chunks.iter().map(String::len)).collect();
    let mut rows = Rows::for_rows(lengths.len(), lengths.iter().sum());
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
    let tokens: Vec<i64> = whole.iter().map(|(one, _)| count(one.tokens.iter().sum())).collect();
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
