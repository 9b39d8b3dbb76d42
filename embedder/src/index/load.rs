//! Whether a load is better done with the index in place.
//!
//! Measured at 83,000 rows (bench `storing`), server CPU a row: 60 µs without an index, 190 with it in place, 114 to 124
//! of an index built anew. So a load pays for a new index when it is some nine tenths of the rows there are after it; and
//! what the index stage will build anew anyway, because the rows outgrow it, need not be kept up to date until then.

use sqlx::PgPool;

use super::{OUTGROWN, ready};
use crate::EmbedError;
use crate::model::Embedder;
use crate::work::Plan;

/// Share of the rows from which on a load costs more than an index.
const WORTH_AN_INDEX: f64 = 0.9;
/// How long searches under way are waited for.
const PATIENCE: &str = "set local lock_timeout = '5s'";
/// PostgreSQL's `lock_not_available`.
const LOCKED: &str = "55P03";

/// Takes the index away before a load that is better done without it; says whether it did. Until [`super::build`] has
/// made a new one, searches compare every vector. A remote model is slower than the index: it stays in place then.
pub async fn set_aside(pool: &PgPool, plan: &Plan, model: &Embedder) -> Result<bool, EmbedError> {
    if matches!(model, Embedder::Remote(_)) || !is_better_without(plan) {
        return Ok(false);
    }
    let wrong = EmbedError::database("set the vector index aside");
    let taken = async {
        let mut transaction = pool.begin().await?;
        if ready(&mut transaction).await?.is_none() {
            return Ok(false);
        }
        sqlx::query(PATIENCE).execute(&mut *transaction).await?;
        sqlx::query("drop index idx_embeddings_vector").execute(&mut *transaction).await?;
        transaction.commit().await.map(|()| true)
    };
    match taken.await {
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(LOCKED) => Ok(false),
        taken => taken.map_err(wrong),
    }
}

fn is_better_without(plan: &Plan) -> bool {
    let load = plan.pending_bytes() as f64;
    let after = load + plan.kept_bytes as f64;
    after >= OUTGROWN * plan.stored_bytes as f64 || load >= WORTH_AN_INDEX * after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_stays_unless_it_is_outgrown_or_nearly_all_rows_are_new() {
        let is_better = |load: i64, kept_bytes: i64, stored_bytes: i64| {
            let pending = vec![crate::work::Pending::of_bytes(load)];
            is_better_without(&Plan { documents: 0, pending, kept_bytes, stored_bytes })
        };
        assert!(!is_better(40, 100, 100), "two fifths more");
        assert!(is_better(50, 100, 100), "half more outgrows it");
        assert!(!is_better(80, 20, 100), "four fifths are replaced");
        assert!(is_better(91, 9, 100), "nearly all are replaced");
    }
}
