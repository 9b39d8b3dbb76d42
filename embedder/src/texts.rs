//! Texts of documents, as the database has them. A long one comes in slices: what receives a value needs three times its
//! memory.

use sqlx::{Connection as _, PgConnection, PgPool};
use uuid::Uuid;

/// From how many characters on a text is long, and how many of it are fetched at a time.
pub const LONG_TEXT: i32 = 8 << 20;

/// The long text of a document that has this content hash. None where it has another by now, or is gone.
pub async fn long_text(pool: &PgPool, document: Uuid, content_hash: &str) -> Result<Option<String>, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let text = in_slices(&mut connection, document, content_hash).await;
    // It would keep two slices.
    connection.shrink_buffers();
    text
}

async fn in_slices(
    connection: &mut PgConnection,
    document: Uuid,
    content_hash: &str,
) -> Result<Option<String>, sqlx::Error> {
    let mut text = String::new();
    for first in (1..).step_by(LONG_TEXT as usize) {
        let slice: Option<String> = sqlx::query_scalar(include_str!("sql/text_slice.sql"))
            .bind(document)
            .bind(content_hash)
            .bind(first)
            .bind(LONG_TEXT)
            .fetch_optional(&mut *connection)
            .await?;
        let Some(slice) = slice else { return Ok(None) };
        if slice.is_empty() {
            break;
        }
        text.push_str(&slice);
    }
    Ok(Some(text))
}
