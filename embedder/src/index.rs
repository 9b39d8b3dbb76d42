//! The IVFFlat index: built after load, sized from the row count, replaced whole, never missing.

use sqlx::PgPool;
use sqlx::postgres::PgConnection;

use crate::{DIMENSIONS, EmbedError};

/// The index that searches use.
pub const INDEX_NAME: &str = "idx_embeddings_vector";
/// Below this many rows k-means has too little to learn from, and a scan is as fast.
pub const FEWEST_ROWS: i64 = 1_000;
/// The index is built again once the rows have grown or shrunk by this factor.
const OUTGROWN: f64 = 1.5;

/// How an index over so many rows is built and searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Sizing {
    /// Clusters.
    pub lists: i32,
    /// Clusters that a search visits.
    pub probes: i32,
    /// `maintenance_work_mem` the build needs, in MB.
    pub build_memory_mb: i64,
}

/// How many vectors a search compares at least: what 17 of 288 lists hold at 83,194 rows. Fewer rows are
/// not worth a guess at where the nearest lie.
const LEAST_VISITED: f64 = 5_000.0;

/// √rows lists and √lists probes; more probes while there are few rows. At 83,194 rows that is 288 and 17:
/// recall@10 0.988 at 10 ms of CPU, where pgvector's advice of rows/1000 gave 0.965 at 19 (EMBEDDING,
/// section 3). Half of the lists at most: the planner takes more for a scan.
pub fn sizing(rows: i64) -> Sizing {
    let rows = rows.max(1) as f64;
    let lists = rows.sqrt().round().clamp(10.0, 32_768.0);
    let enough = (LEAST_VISITED * lists / rows).min(lists / 2.0);
    let probes = lists.sqrt().max(enough).round();
    let lists = lists as i32;
    Sizing { lists, probes: probes as i32, build_memory_mb: build_memory_mb(lists) }
}

/// pgvector refuses a build that does not fit: sampled rows and centres, with a third in reserve.
fn build_memory_mb(lists: i32) -> i64 {
    let sampled = (i64::from(lists) * 50).max(10_000) + i64::from(lists);
    let bytes = sampled * (4 * DIMENSIONS as i64 + 8);
    ((bytes * 13 / 10) >> 20) + 16
}

/// What the index stage found and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Built {
    /// Too few rows; there is none and none is needed.
    TooFew {
        /// Rows there are.
        rows: i64,
    },
    /// The index fits its rows.
    Current {
        /// Rows there are.
        rows: i64,
        /// How it was built.
        sizing: Sizing,
    },
    /// It was built.
    Now {
        /// Rows there are.
        rows: i64,
        /// How it was built.
        sizing: Sizing,
    },
}

/// What would be done, without doing it.
pub async fn inspect(pool: &PgPool) -> Result<Built, EmbedError> {
    let rows: i64 = sqlx::query_scalar("select count(*) from document_embeddings")
        .fetch_one(pool)
        .await
        .map_err(EmbedError::database("count the vectors"))?;
    let built: Option<(i64, i32, i32)> = sqlx::query_as(include_str!("sql/valid_index.sql"))
        .bind(INDEX_NAME)
        .fetch_optional(pool)
        .await
        .map_err(EmbedError::database("look at the vector index"))?;
    let wanted = sizing(rows);
    Ok(match built {
        Some((built_rows, lists, probes)) if fits(built_rows, rows) => {
            Built::Current { rows, sizing: Sizing { lists, probes, ..wanted } }
        }
        None if rows < FEWEST_ROWS => Built::TooFew { rows },
        _ => Built::Now { rows, sizing: wanted },
    })
}

fn fits(built_rows: i64, rows: i64) -> bool {
    let (small, large) = (built_rows.min(rows).max(1) as f64, built_rows.max(rows) as f64);
    large / small < OUTGROWN
}

/// Brings the index into line with its rows: nothing, or a new one swapped in.
pub async fn build(pool: &PgPool) -> Result<Built, EmbedError> {
    let found = inspect(pool).await?;
    if let Built::Now { rows, sizing } = found {
        let mut transaction = pool.begin().await.map_err(EmbedError::database("begin a transaction"))?;
        replace(&mut transaction, rows, sizing).await.map_err(EmbedError::database("build the vector index"))?;
        transaction.commit().await.map_err(EmbedError::database("commit the vector index"))?;
        sqlx::query("analyze document_embeddings")
            .execute(pool)
            .await
            .map_err(EmbedError::database("analyze the vectors"))?;
    }
    Ok(found)
}

/// Under a new name, then swapped: searches use the old one until the new one is there.
async fn replace(connection: &mut PgConnection, rows: i64, sizing: Sizing) -> Result<(), sqlx::Error> {
    sqlx::query("select set_config('maintenance_work_mem', $1, true)")
        .bind(format!("{}MB", sizing.build_memory_mb))
        .execute(&mut *connection)
        .await?;
    sqlx::query(sqlx::AssertSqlSafe(format!(include_str!("sql/create_index.sql"), lists = sizing.lists)))
        .execute(&mut *connection)
        .await?;
    sqlx::query("drop index if exists idx_embeddings_vector").execute(&mut *connection).await?;
    sqlx::query("alter index idx_embeddings_vector_new rename to idx_embeddings_vector")
        .execute(&mut *connection)
        .await?;
    sqlx::query(include_str!("sql/record_index.sql"))
        .bind(INDEX_NAME)
        .bind(rows)
        .bind(sizing.lists)
        .bind(sizing.probes)
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_at_the_measured_points() {
        let at = sizing(83_194);
        assert_eq!((at.lists, at.probes), (288, 17));
        assert!(at.build_memory_mb >= 87, "pgvector asked for 87 MB, {} given", at.build_memory_mb);
        assert_eq!((sizing(1_000).lists, sizing(1_000).probes), (32, 16));
        assert_eq!((sizing(10_288).lists, sizing(10_288).probes), (101, 49));
        assert!(sizing(0).lists >= 1);
    }

    #[test]
    fn growth_by_half_outgrows_an_index() {
        assert!(fits(1_000, 1_400) && fits(1_000, 700));
        assert!(!fits(1_000, 1_500) && !fits(1_000, 600) && !fits(0, 1_000));
    }
}
