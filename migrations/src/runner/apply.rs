//! One step, there or back: its time limits, another try when a lock was in the way, and what `CONCURRENTLY` leaves
//! behind.
//!
//! A failed or killed `create index concurrently` leaves an invalid index, over which `if not exists` then stumbles
//! happily. So a step outside a transaction is recorded only after its indexes are seen to be valid, and an invalid
//! one of its own is dropped before every try.

use std::time::Duration;

use sqlx::migrate::{Migrate, MigrateError as SqlxError};
use sqlx::{AssertSqlSafe, Executor, PgConnection};

use super::{MigrateError, TRACKING_TABLE, book};
use crate::history::{Step, header};
use crate::lint::index_names;

/// How long a statement waits for a table lock, unless the file says `-- lock_timeout: …`.
const LOCK_TIMEOUT: &str = "10s";
/// How long a statement may run, unless the file says `-- statement_timeout: …`.
const STATEMENT_TIMEOUT: &str = "30min";
/// How often a step is tried when locks are in the way, unless the file says `-- retries: …`.
const TRIES: u32 = 4;
/// SQLSTATEs that another try may cure: lock not available, deadlock detected.
const IN_THE_WAY: &[&str] = &["55P03", "40P01"];

/// Applies one pending step and records it.
pub(super) async fn apply(connection: &mut PgConnection, step: &Step) -> Result<(), MigrateError> {
    let tries = header(step.up, "retries").and_then(|text| text.parse().ok()).map_or(TRIES, |more: u32| more + 1);
    for attempt in 1.. {
        let row = book::begin(connection, step, "up", attempt, None).await?;
        let outcome = attempt_up(connection, step).await;
        let words = outcome.as_ref().err().map(ToString::to_string);
        let booked = book::end(connection, row, words.as_deref()).await;
        // Where the connection is gone, what went wrong first is what matters.
        if outcome.is_ok() {
            booked?;
        }
        match outcome {
            Err(error) if attempt < tries && is_in_the_way(&error) => {
                tokio::time::sleep(Duration::from_millis(250 << attempt.min(6))).await;
            }
            Err(error) => return Err(MigrateError::failed(step.name, "up", step.up, error)),
            Ok(()) => break,
        }
    }
    Ok(())
}

/// Reverts one applied step and removes its record.
pub(super) async fn revert(connection: &mut PgConnection, step: &Step) -> Result<(), MigrateError> {
    if let Some(reason) = header(step.down, "irreversible") {
        return Err(MigrateError::Irreversible { name: step.name.to_owned(), reason: reason.to_owned() });
    }
    let row = book::begin(connection, step, "down", 1, None).await?;
    limit(connection, step.down).await?;
    let migration = step.down_migration();
    let outcome = connection.revert(TRACKING_TABLE, &migration).await;
    let words = outcome.as_ref().err().map(ToString::to_string);
    let booked = book::end(connection, row, words.as_deref()).await;
    if outcome.is_ok() {
        booked?;
    }
    outcome.map(drop).map_err(|error| MigrateError::failed(step.name, "down", step.down, error))
}

async fn attempt_up(connection: &mut PgConnection, step: &Step) -> Result<(), SqlxError> {
    let migration = step.up_migration();
    limit(connection, step.up).await.map_err(|error| SqlxError::Source(error.into()))?;
    if !migration.no_tx {
        return connection.apply(TRACKING_TABLE, &migration).await.map(drop);
    }
    let indexes = index_names(step.up);
    drop_invalid(connection, &indexes).await?;
    let outcome = connection.execute(sqlx::raw_sql(AssertSqlSafe(step.up.to_owned()))).await;
    let left = drop_invalid(connection, &indexes).await?;
    outcome?;
    if let Some(name) = left.first() {
        return Err(SqlxError::Source(format!("index `{name}` came out invalid and was dropped").into()));
    }
    connection.skip(TRACKING_TABLE, &migration).await
}

/// Outside a transaction there are no limits: a limit there cuts off the wait of `CONCURRENTLY` for other transactions
/// and leaves an invalid index.
async fn limit(connection: &mut PgConnection, sql: &str) -> Result<(), MigrateError> {
    let is_outside = crate::history::is_outside_transaction(sql);
    let value = |name: &str, usual: &'static str| match header(sql, name) {
        Some(text) => text.to_owned(),
        None if is_outside => "0".to_owned(),
        None => usual.to_owned(),
    };
    sqlx::query("select set_config('lock_timeout', $1, false), set_config('statement_timeout', $2, false)")
        .bind(value("lock_timeout", LOCK_TIMEOUT))
        .bind(value("statement_timeout", STATEMENT_TIMEOUT))
        .execute(connection)
        .await
        .map(drop)
        .map_err(MigrateError::Read)
}

/// Drops those of `names` that are invalid, and says which.
async fn drop_invalid(connection: &mut PgConnection, names: &[String]) -> Result<Vec<String>, sqlx::Error> {
    let found: Vec<String> = sqlx::query_scalar(
        "select format('%I.%I', n.nspname, c.relname) from pg_index i
         join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
         where not i.indisvalid and c.relname = any($1)",
    )
    .bind(names)
    .fetch_all(&mut *connection)
    .await?;
    for name in &found {
        // PostgreSQL quoted it.
        sqlx::raw_sql(AssertSqlSafe(format!("drop index concurrently if exists {name}")))
            .execute(&mut *connection)
            .await?;
    }
    Ok(found)
}

fn is_in_the_way(error: &SqlxError) -> bool {
    let source = match error {
        SqlxError::Execute(source) | SqlxError::ExecuteMigration(source, _) => source,
        _ => return false,
    };
    let code = source.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| IN_THE_WAY.contains(&code.as_ref()))
}
