//! The state of the database in a dozen numbers.

use embedder::index::{Ready, ready};
use serde::Serialize;
use sqlx::PgPool;

use crate::stage::{StateCoverage, coverage};

/// What the database holds.
#[derive(Debug, Serialize)]
pub struct Figures {
    /// LEAs.
    pub districts: i64,
    /// Current state records.
    pub state_records: i64,
    /// Linked records by method.
    pub linked_by_method: Vec<(String, i64)>,
    /// Records to review.
    pub review: i64,
    /// Records without a candidate.
    pub orphans: i64,
    /// Documents.
    pub documents: i64,
    /// Chunks with vectors.
    pub chunks: i64,
    /// The vector index.
    pub index: Option<Ready>,
    /// Coverage of the states with a registry.
    pub states: Vec<StateCoverage>,
}

impl Figures {
    /// Reads them.
    pub async fn read(pool: &PgPool) -> Result<Self, sqlx::Error> {
        let states = coverage(pool).await?;
        let sum = |pick: fn(&StateCoverage) -> i64| states.iter().map(pick).sum();
        Ok(Self {
            districts: sum(|state| state.leas),
            state_records: sum(|state| state.records),
            review: sum(|state| state.review),
            orphans: sum(|state| state.orphans),
            linked_by_method: sqlx::query_as(include_str!("../sql/linked_by_method.sql")).fetch_all(pool).await?,
            documents: sqlx::query_scalar("select count(*) from district_documents").fetch_one(pool).await?,
            chunks: sqlx::query_scalar("select coalesce(sum(chunks), 0)::bigint from document_embedding_state")
                .fetch_one(pool)
                .await?,
            index: ready(&mut *pool.acquire().await?).await?,
            states: states.into_iter().filter(|state| state.records > 0).collect(),
        })
    }
}
