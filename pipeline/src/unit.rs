//! Units of work and what they were last made from: how a stage knows that it is current.

use sha2::{Digest, Sha256};
use sqlx::postgres::{PgConnection, PgPool};

/// A unit of a stage: a file, a state.
#[derive(Debug, Clone)]
pub struct Unit {
    /// The stage.
    pub stage: &'static str,
    /// Which one.
    pub name: String,
    /// Hash of everything it is made from.
    pub fingerprint: String,
}

impl Unit {
    /// Whether the tables were brought into line with exactly these inputs.
    pub async fn is_current(&self, pool: &PgPool) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar(
            "select exists (select from stage_units where stage = $1 and unit = $2 and fingerprint = $3)",
        )
        .bind(self.stage)
        .bind(&self.name)
        .bind(&self.fingerprint)
        .fetch_one(pool)
        .await
    }

    /// Marks it as done, in the transaction that did it.
    pub async fn mark(&self, connection: &mut PgConnection, rows: u64) -> Result<(), sqlx::Error> {
        sqlx::query(include_str!("sql/mark_unit.sql"))
            .bind(self.stage)
            .bind(&self.name)
            .bind(&self.fingerprint)
            .bind(i64::try_from(rows).unwrap_or(i64::MAX))
            .execute(connection)
            .await
            .map(drop)
    }
}

/// A hash over parts that cannot run into each other.
pub fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
