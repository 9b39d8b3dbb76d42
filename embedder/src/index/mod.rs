//! The vector index: built after load, sized from the row count, replaced whole, never missing.
//!
//! | file | question it answers |
//! |---|---|
//! | `shape` | which method, over what precision? |
//! | `load` | is a load better done without it? |
//! | `drift` | does it still find what is near? |
//! | `tune` | how far must a search look? |

mod drift;
mod load;
mod shape;
mod tune;

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgConnection;

use crate::{DIMENSIONS, EmbedError};

pub use load::set_aside;
pub use shape::{Kind, Precision, Shape};
pub use tune::{Step, Tuned, tune};

/// The index that searches use.
pub const INDEX_NAME: &str = "idx_embeddings_vector";
/// Below this many rows k-means has too little to learn from, and a scan is as fast.
pub const FEWEST_ROWS: i64 = 1_000;
/// The index is built again once the rows have grown or shrunk by this factor.
const OUTGROWN: f64 = 1.5;

/// An index that is there and valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Ready {
    /// Rows it was built over.
    pub rows: i64,
    /// Its lists; of HNSW none.
    pub lists: i32,
    /// How far a search looks.
    pub probes: i32,
    /// How it is made.
    pub shape: Shape,
    /// Whether a scan goes on by itself (pgvector 0.8).
    #[serde(skip)]
    pub goes_on: bool,
}

impl Ready {
    /// Sets up this transaction's searches. Where a scan does not go on by itself, one that is filtered looks as far as it
    /// can: its list is full, at the price of a scan. Gives itself back with the probes it uses.
    pub(crate) async fn prepare(self, connection: &mut PgConnection, is_filtered: bool) -> Result<Self, sqlx::Error> {
        let is_short = is_filtered && !self.goes_on;
        let probes = if is_short { self.shape.farthest(self.lists) } else { self.probes };
        let going_on = if self.goes_on { self.shape.going_on(self.lists) } else { Vec::new() };
        for (name, value) in std::iter::once(self.shape.depth(probes)).chain(going_on) {
            sqlx::query("select set_config($1, $2, true)").bind(name).bind(value).execute(&mut *connection).await?;
        }
        // A sort would mean that every vector is read; the index gives them in order.
        sqlx::query("set local enable_sort = off").execute(connection).await?;
        Ok(Self { probes, ..self })
    }
}

/// The index that searches use, where there is one.
pub async fn ready(connection: &mut PgConnection) -> Result<Option<Ready>, sqlx::Error> {
    let built: Option<(i64, i32, i32, String, String, bool)> =
        sqlx::query_as(include_str!("../sql/valid_index.sql")).bind(INDEX_NAME).fetch_optional(connection).await?;
    Ok(built.map(|(rows, lists, probes, kind, precision, goes_on)| Ready {
        rows,
        lists,
        probes,
        shape: Shape::of_words(&kind, &precision),
        goes_on,
    }))
}

/// How an index over so many rows is built and searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Sizing {
    /// Clusters.
    pub lists: i32,
    /// Clusters that a search visits.
    pub probes: i32,
    /// `maintenance_work_mem` the build needs, in MB.
    pub build_memory_mb: i64,
    /// How it is made.
    pub shape: Shape,
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
    Sizing { lists, probes: probes as i32, build_memory_mb: build_memory_mb(lists), shape: Shape::default() }
}

/// As [`sizing`], of a shape: a graph has no lists, and looks at so many of its best.
pub fn sizing_of(rows: i64, shape: Shape) -> Sizing {
    match shape.kind {
        Kind::IvfFlat => Sizing { shape, ..sizing(rows) },
        Kind::Hnsw => Sizing { lists: 0, probes: HNSW_EF_SEARCH, build_memory_mb: graph_memory_mb(rows, shape), shape },
    }
}

/// Recall@10 of .998 at 83,194 rows (EMBEDDING, section 3).
const HNSW_EF_SEARCH: i32 = 100;

/// The graph is built in memory as long as it fits; beyond 2 GB pgvector goes on slower, on disk.
fn graph_memory_mb(rows: i64, shape: Shape) -> i64 {
    let number = if shape.precision == Precision::HalfVec { 2 } else { 4 };
    let bytes = rows.max(1) * (number * DIMENSIONS as i64 + 512);
    ((bytes * 13 / 10) >> 20).clamp(64, 2048)
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
    inspect_as(pool, None).await
}

/// As [`inspect`]; another shape than the index has asks for a new one.
pub async fn inspect_as(pool: &PgPool, shape: Option<Shape>) -> Result<Built, EmbedError> {
    let rows: i64 = sqlx::query_scalar(include_str!("../sql/index_rows.sql"))
        .fetch_one(pool)
        .await
        .map_err(EmbedError::database("count the vectors"))?;
    let mut connection = pool.acquire().await.map_err(EmbedError::database("connect"))?;
    let built = ready(&mut connection).await.map_err(EmbedError::database("look at the vector index"))?;
    let shape = match shape.or(built.map(|ready| ready.shape)) {
        Some(shape) => shape,
        None => last_shape(&mut connection).await.map_err(EmbedError::database("look at the vector index"))?,
    };
    let wanted = sizing_of(rows, shape);
    Ok(match built {
        Some(ready) if fits(ready.rows, rows) && ready.shape == shape => {
            Built::Current { rows, sizing: Sizing { lists: ready.lists, probes: ready.probes, ..wanted } }
        }
        None if rows < FEWEST_ROWS => Built::TooFew { rows },
        _ => Built::Now { rows, sizing: wanted },
    })
}

/// The shape of an index that was set aside, or lost.
async fn last_shape(connection: &mut PgConnection) -> Result<Shape, sqlx::Error> {
    let built: Option<(String, String)> =
        sqlx::query_as("select kind, column_type from vector_index_builds where index_name = $1")
            .bind(INDEX_NAME)
            .fetch_optional(connection)
            .await?;
    Ok(built.map(|(kind, precision)| Shape::of_words(&kind, &precision)).unwrap_or_default())
}

fn fits(built_rows: i64, rows: i64) -> bool {
    let (small, large) = (built_rows.min(rows).max(1) as f64, built_rows.max(rows) as f64);
    large / small < OUTGROWN
}

/// Brings the index into line with its rows: nothing, or a new one swapped in, where it is outgrown or finds too little.
pub async fn build(pool: &PgPool) -> Result<Built, EmbedError> {
    build_as(pool, None, |_| {}).await
}

/// As [`build`], in that shape. `progress` hears from PostgreSQL how far the build is.
pub async fn build_as(
    pool: &PgPool,
    shape: Option<Shape>,
    mut progress: impl FnMut(&str),
) -> Result<Built, EmbedError> {
    let mut found = inspect_as(pool, shape).await?;
    if let Built::Current { rows, sizing } = found
        && drift::has_drifted(pool, rows, &mut progress).await?
    {
        found = Built::Now { rows, sizing: sizing_of(rows, sizing.shape) };
    }
    make(pool, found, progress).await
}

/// As [`build_as`], whether or not the index fits: it is made anew from the rows there are.
pub async fn build_again(pool: &PgPool, shape: Option<Shape>, progress: impl FnMut(&str)) -> Result<Built, EmbedError> {
    let found = match inspect_as(pool, shape).await? {
        Built::Current { rows, sizing } => Built::Now { rows, sizing: sizing_of(rows, sizing.shape) },
        other => other,
    };
    make(pool, found, progress).await
}

async fn make(pool: &PgPool, found: Built, progress: impl FnMut(&str)) -> Result<Built, EmbedError> {
    if let Built::Now { rows, sizing } = found {
        let mut transaction = pool.begin().await.map_err(EmbedError::database("begin a transaction"))?;
        tokio::select! {
            replaced = replace(&mut transaction, rows, sizing) => {
                replaced.map_err(EmbedError::database("build the vector index"))?;
            }
            () = watch(pool, progress) => {}
        }
        transaction.commit().await.map_err(EmbedError::database("commit the vector index"))?;
        // Not before: until then nobody may search.
        analyze(pool).await.map_err(EmbedError::database("analyze the vectors"))?;
    }
    Ok(found)
}

/// A vector fills most of a page, so that as many rows as PostgreSQL samples by default are as many pages: all that the
/// planner wants to know here shows in a tenth of them.
async fn analyze(pool: &PgPool) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin().await?;
    sqlx::query("set local default_statistics_target = 10").execute(&mut *transaction).await?;
    sqlx::query("analyze document_embeddings").execute(&mut *transaction).await?;
    transaction.commit().await
}

/// Tells how far the build is, as long as it lasts; a question that fails is asked again.
async fn watch(pool: &PgPool, mut progress: impl FnMut(&str)) {
    const EVERY: Duration = Duration::from_secs(1);
    let question = "select phase, tuples_done, tuples_total from pg_stat_progress_create_index
                     where datname = current_database() and relid = 'document_embeddings'::regclass";
    loop {
        tokio::time::sleep(EVERY).await;
        let far: Result<Option<(String, i64, i64)>, _> = sqlx::query_as(question).fetch_optional(pool).await;
        if let Ok(Some((phase, done, total))) = far {
            progress(&if total > 0 { format!("{phase}, {done} of {total}") } else { phase });
        }
    }
}

/// Under a new name, then swapped: searches use the old one until the new one is there.
async fn replace(connection: &mut PgConnection, rows: i64, sizing: Sizing) -> Result<(), sqlx::Error> {
    sqlx::query("select set_config('maintenance_work_mem', $1, true)")
        .bind(format!("{}MB", sizing.build_memory_mb))
        .execute(&mut *connection)
        .await?;
    sqlx::query(sqlx::AssertSqlSafe(sizing.shape.create(sizing.lists))).execute(&mut *connection).await?;
    sqlx::query("drop index if exists idx_embeddings_vector").execute(&mut *connection).await?;
    sqlx::query("alter index idx_embeddings_vector_new rename to idx_embeddings_vector")
        .execute(&mut *connection)
        .await?;
    let (kind, precision) = sizing.shape.words();
    sqlx::query(include_str!("../sql/record_index.sql"))
        .bind(INDEX_NAME)
        .bind(rows)
        .bind(sizing.lists)
        .bind(sizing.probes)
        .bind(kind)
        .bind(precision)
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
