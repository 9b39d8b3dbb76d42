//! Applies and reverts the history, one file at a time, one runner at a time.
//!
//! sqlx parses, checks and records; what it lacks stands here: a lock that is polled on its own
//! connection (sqlx's own stays held by a pooled connection after an error, and waits blocking,
//! which deadlocks against `CREATE INDEX CONCURRENTLY`), the lock's holder named, time limits,
//! progress per file, and errors that show the line of our SQL.

mod error;
mod lock;
mod position;

use std::time::Duration;

use sqlx::migrate::{AppliedMigration, Migrate};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};

pub use error::MigrateError;
pub use lock::{LockBusy, RunLock};

use crate::history::{HISTORY, Step};

/// Where applied versions are recorded.
pub const TRACKING_TABLE: &str = "ops.schema_migrations";
const TRACKING_SCHEMA: &str = "ops";
/// How long a migration waits for another runner.
const LOCK_WAIT: Duration = Duration::from_secs(30);
/// How long one statement of a migration waits for a table lock.
const TABLE_LOCK_TIMEOUT: &str = "10s";

/// One line of `districts migrate status`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct StepStatus {
    /// The number in front of the file name.
    pub version: i64,
    /// The file's name without its suffix.
    pub name: String,
    /// Where the step stands in this database.
    pub state: StepState,
}

/// Where a step stands in a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Applied, and the file is the one that was applied.
    Applied,
    /// Not applied yet.
    Pending,
    /// Applied from a file that has since been edited.
    Edited,
    /// Applied by a newer program: this one has no such file.
    Unknown,
}

/// Applies every pending step and returns the names of those it applied.
///
/// `progress` hears each step's name once it is applied. Refuses to go on over an edited or
/// unknown step.
pub async fn up(
    options: &PgConnectOptions,
    mut progress: impl FnMut(&Step),
) -> Result<Vec<&'static str>, MigrateError> {
    let mut connection = connect(options).await?;
    if is_current(&mut connection).await? {
        return Ok(Vec::new());
    }
    let lock = RunLock::wait(options, lock::MIGRATION_KEY, LOCK_WAIT).await?;
    let applied = apply_pending(&mut connection, &mut progress).await;
    lock.release().await;
    applied
}

/// Reverts applied steps, newest first, until `target` is the newest one left.
pub async fn down(
    options: &PgConnectOptions,
    target: i64,
    mut progress: impl FnMut(&Step),
) -> Result<Vec<&'static str>, MigrateError> {
    let mut connection = connect(options).await?;
    let lock = RunLock::wait(options, lock::MIGRATION_KEY, LOCK_WAIT).await?;
    let reverted = revert_to(&mut connection, target, &mut progress).await;
    lock.release().await;
    reverted
}

/// Where every step stands. Reads only.
pub async fn status(options: &PgConnectOptions) -> Result<Vec<StepStatus>, MigrateError> {
    let mut connection = connect(options).await?;
    let applied = recorded(&mut connection).await?;
    Ok(compare(&applied))
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, MigrateError> {
    let options = options.clone().options([("lock_timeout", TABLE_LOCK_TIMEOUT), ("client_min_messages", "warning")]);
    options.connect().await.map_err(MigrateError::Connect)
}

/// The versions the database has recorded; none when it has no tracking table yet.
async fn recorded(connection: &mut PgConnection) -> Result<Vec<AppliedMigration>, MigrateError> {
    let exists: bool = sqlx::query_scalar("select to_regclass($1) is not null")
        .bind(TRACKING_TABLE)
        .fetch_one(&mut *connection)
        .await
        .map_err(MigrateError::Read)?;
    if !exists {
        return Ok(Vec::new());
    }
    connection.list_applied_migrations(TRACKING_TABLE).await.map_err(MigrateError::Tracking)
}

fn compare(applied: &[AppliedMigration]) -> Vec<StepStatus> {
    let known = HISTORY.iter().map(|step| {
        let record = applied.iter().find(|record| record.version == step.version);
        let state = match record {
            None => StepState::Pending,
            Some(record) if record.checksum == step.up_migration().checksum => StepState::Applied,
            Some(_) => StepState::Edited,
        };
        StepStatus { version: step.version, name: step.name.to_owned(), state }
    });
    let unknown =
        applied.iter().filter(|record| HISTORY.iter().all(|step| step.version != record.version)).map(|record| {
            StepStatus { version: record.version, name: format!("{:04}", record.version), state: StepState::Unknown }
        });
    let mut statuses: Vec<_> = known.chain(unknown).collect();
    statuses.sort_by_key(|status| status.version);
    statuses
}

async fn is_current(connection: &mut PgConnection) -> Result<bool, MigrateError> {
    let statuses = compare(&recorded(connection).await?);
    Ok(statuses.iter().all(|status| status.state == StepState::Applied))
}

/// Stops at what cannot be repaired by applying more: edited files and a newer schema.
fn refuse_drift(statuses: &[StepStatus]) -> Result<(), MigrateError> {
    for status in statuses {
        match status.state {
            StepState::Edited => return Err(MigrateError::Edited { name: status.name.clone() }),
            StepState::Unknown => return Err(MigrateError::NewerSchema { version: status.version }),
            StepState::Applied | StepState::Pending => {}
        }
    }
    let first_pending = statuses.iter().find(|status| status.state == StepState::Pending);
    let newest_applied = statuses.iter().rfind(|status| status.state == StepState::Applied);
    match (first_pending, newest_applied) {
        (Some(pending), Some(applied)) if pending.version < applied.version => {
            Err(MigrateError::OutOfOrder { pending: pending.name.clone(), applied: applied.name.clone() })
        }
        _ => Ok(()),
    }
}

async fn apply_pending(
    connection: &mut PgConnection,
    progress: &mut impl FnMut(&Step),
) -> Result<Vec<&'static str>, MigrateError> {
    connection.create_schema_if_not_exists(TRACKING_SCHEMA).await.map_err(MigrateError::Tracking)?;
    connection.ensure_migrations_table(TRACKING_TABLE).await.map_err(MigrateError::Tracking)?;
    let statuses = compare(&recorded(connection).await?);
    refuse_drift(&statuses)?;
    let mut names = Vec::new();
    for step in HISTORY {
        let pending =
            statuses.iter().any(|status| status.version == step.version && status.state == StepState::Pending);
        if pending {
            let migration = step.up_migration();
            connection
                .apply(TRACKING_TABLE, &migration)
                .await
                .map_err(|source| MigrateError::failed(step.name, "up", step.up, source))?;
            progress(step);
            names.push(step.name);
        }
    }
    Ok(names)
}

async fn revert_to(
    connection: &mut PgConnection,
    target: i64,
    progress: &mut impl FnMut(&Step),
) -> Result<Vec<&'static str>, MigrateError> {
    let statuses = compare(&recorded(connection).await?);
    let mut names = Vec::new();
    for step in HISTORY.iter().rev().filter(|step| step.version > target) {
        let applied =
            statuses.iter().any(|status| status.version == step.version && status.state != StepState::Pending);
        if applied {
            let migration = step.down_migration();
            connection
                .revert(TRACKING_TABLE, &migration)
                .await
                .map_err(|source| MigrateError::failed(step.name, "down", step.down, source))?;
            progress(step);
            names.push(step.name);
        }
    }
    Ok(names)
}
