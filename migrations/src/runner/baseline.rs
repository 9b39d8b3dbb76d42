//! Taking over a database that exists already: its tables are there, so nothing is executed; the versions that made
//! them are recorded once pg_dump has shown that they are what the history makes.

use sqlx::migrate::Migrate;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, PgConnection};

use super::state::recorded;
use super::{MigrateError, RunLock, TRACKING_TABLE, book};
use crate::history::Step;
use crate::session;

/// What another tool recorded.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Foreign {
    /// Its table.
    pub table: String,
    /// How many migrations it recorded.
    pub count: i64,
    /// When the newest was made, in milliseconds since 1970, as Drizzle writes it.
    pub newest_ms: Option<i64>,
}

/// The tracking tables of Drizzle in this database.
pub async fn drizzle(options: &PgConnectOptions) -> Result<Vec<Foreign>, MigrateError> {
    let mut connection = session::connect(options).await.map_err(MigrateError::Connect)?;
    let tables: Vec<String> = sqlx::query_scalar(
        "select format('%I.%I', schemaname, tablename) from pg_tables where tablename = '__drizzle_migrations'",
    )
    .fetch_all(&mut connection)
    .await
    .map_err(MigrateError::Read)?;
    let mut found = Vec::new();
    for table in tables {
        // PostgreSQL quoted it.
        let question = format!("select count(*), max(created_at)::bigint from {table}");
        let (count, newest_ms) =
            sqlx::query_as(AssertSqlSafe(question)).fetch_one(&mut connection).await.map_err(MigrateError::Read)?;
        found.push(Foreign { table, count, newest_ms });
    }
    Ok(found)
}

/// Records `steps` as applied without executing them. Refuses where anything is recorded already.
pub async fn baseline(options: &PgConnectOptions, steps: &[Step], note: &str) -> Result<(), MigrateError> {
    let mut connection = session::connect(options).await.map_err(MigrateError::Connect)?;
    let lock = RunLock::migration(options, &mut connection).await?;
    let outcome = under_lock(&mut connection, steps, note).await;
    lock.release().await;
    outcome
}

async fn under_lock(connection: &mut PgConnection, steps: &[Step], note: &str) -> Result<(), MigrateError> {
    book::ensure(connection).await?;
    if let Some(record) = recorded(connection).await?.first() {
        return Err(MigrateError::NothingToRepair {
            version: record.version,
            why: "a baseline is for a database without recorded versions, and this one is recorded",
        });
    }
    for step in steps {
        let row = book::begin(connection, step, "baseline", 1, Some(note)).await?;
        connection.skip(TRACKING_TABLE, &step.up_migration()).await.map_err(MigrateError::Tracking)?;
        book::end(connection, row, None).await?;
    }
    // What 0001 does to the tracking table of a database it makes.
    sqlx::raw_sql("alter table ops.schema_migrations enable row level security")
        .execute(connection)
        .await
        .map(drop)
        .map_err(MigrateError::Read)
}
