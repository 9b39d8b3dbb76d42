//! Whether the index still finds what is near: its lists stay where they were built, whatever the rows become.

use sqlx::PgPool;

use super::{INDEX_NAME, tune};
use crate::EmbedError;

/// From this share of the rows on that are new since the index was built or measured, it is measured.
const NEW_SHARE: f64 = 0.2;
/// Queries it is measured with.
const QUERIES: i64 = 40;
/// An index that finds less than this share of the ten nearest is built anew.
const LEAST_RECALL: f64 = 0.95;

/// Measures an index whose rows have changed, and says whether it is to be built anew. One that is not is measured again
/// only when as many rows have changed once more.
pub(super) async fn has_drifted(pool: &PgPool, rows: i64, mut progress: impl FnMut(&str)) -> Result<bool, EmbedError> {
    let changed: i64 = sqlx::query_scalar(include_str!("../sql/index_changed.sql"))
        .bind(INDEX_NAME)
        .fetch_one(pool)
        .await
        .map_err(EmbedError::database("look at what changed under the vector index"))?;
    if changed == 0 || (changed as f64) < NEW_SHARE * rows as f64 {
        return Ok(false);
    }
    progress("measuring recall, for rows have changed");
    let Some(step) = tune::as_it_is(pool, QUERIES).await? else { return Ok(false) };
    if step.recall < LEAST_RECALL {
        return Ok(true);
    }
    tune::store(pool, step).await.map(|()| false)
}
