//! Applies and reverts the history, one file at a time, one runner at a time.
//!
//! sqlx parses, checks and records; what it lacks stands here: a lock that is polled on its own
//! connection (sqlx's own stays held by a pooled connection after an error, and waits blocking,
//! which deadlocks against `CREATE INDEX CONCURRENTLY`), the lock's holder named, time limits,
//! progress per file, and errors that show the line of our SQL.

mod apply;
mod baseline;
mod book;
mod error;
mod lock;
mod position;
mod repair;
mod state;

use sqlx::PgConnection;
use sqlx::postgres::PgConnectOptions;

pub use baseline::{Foreign, baseline, drizzle};
pub use book::{Environment, environment, mark_environment, record};
pub use error::MigrateError;
pub use lock::{LockBusy, RunLock};
pub use repair::{Repair, repair};
pub use state::{StepState, StepStatus};

pub(crate) use book::{actor, ensure};

use state::{compare, recorded, refuse_drift};

use crate::history::{HISTORY, Step};
use crate::session;

/// Where applied versions are recorded.
pub const TRACKING_TABLE: &str = "ops.schema_migrations";
const TRACKING_SCHEMA: &str = "ops";

/// How an up is meant.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner {
    /// Also applies a number below the newest applied one.
    pub is_late_allowed: bool,
}

/// Applies every pending step of the program's history and returns the names of those it applied.
///
/// `progress` hears each step once it is applied. Refuses to go on over an edited or unknown step.
pub async fn up(options: &PgConnectOptions, progress: impl FnMut(&Step)) -> Result<Vec<&'static str>, MigrateError> {
    up_through(options, HISTORY, Manner::default(), progress).await
}

/// As [`up`], for any steps.
pub async fn up_through(
    options: &PgConnectOptions,
    steps: &[Step],
    manner: Manner,
    mut progress: impl FnMut(&Step),
) -> Result<Vec<&'static str>, MigrateError> {
    let mut connection = connect(options).await?;
    if is_current(&mut connection, steps).await? {
        return Ok(Vec::new());
    }
    let lock = RunLock::migration(options, &mut connection).await?;
    let applied = apply_pending(&mut connection, steps, manner, &mut progress).await;
    lock.release().await;
    applied
}

/// Reverts applied steps of the program's history, newest first, until `target` is the newest one left.
pub async fn down(
    options: &PgConnectOptions,
    target: i64,
    progress: impl FnMut(&Step),
) -> Result<Vec<&'static str>, MigrateError> {
    down_through(options, HISTORY, target, progress).await
}

/// As [`down`], for any steps.
pub async fn down_through(
    options: &PgConnectOptions,
    steps: &[Step],
    target: i64,
    mut progress: impl FnMut(&Step),
) -> Result<Vec<&'static str>, MigrateError> {
    let mut connection = connect(options).await?;
    let lock = RunLock::migration(options, &mut connection).await?;
    let reverted = revert_to(&mut connection, steps, target, &mut progress).await;
    lock.release().await;
    reverted
}

/// Where every step stands. Reads only.
pub async fn status(options: &PgConnectOptions) -> Result<Vec<StepStatus>, MigrateError> {
    status_of(options, HISTORY).await
}

/// As [`status`], of any steps.
pub async fn status_of(options: &PgConnectOptions, steps: &[Step]) -> Result<Vec<StepStatus>, MigrateError> {
    let mut connection = connect(options).await?;
    Ok(compare(steps, &recorded(&mut connection).await?))
}

/// Where every step stands, and what the database is for. Reads only.
pub async fn standing(
    options: &PgConnectOptions,
    steps: &[Step],
) -> Result<(Vec<StepStatus>, Option<Environment>), MigrateError> {
    let mut connection = connect(options).await?;
    let statuses = compare(steps, &recorded(&mut connection).await?);
    Ok((statuses, environment(&mut connection).await?))
}

/// A connection that says only what matters.
pub(crate) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, MigrateError> {
    let options = options.clone().options([("client_min_messages", "warning")]);
    session::connect(&options).await.map_err(MigrateError::Connect)
}

async fn is_current(connection: &mut PgConnection, steps: &[Step]) -> Result<bool, MigrateError> {
    let statuses = compare(steps, &recorded(connection).await?);
    Ok(statuses.iter().all(|status| status.state == StepState::Applied))
}

async fn apply_pending(
    connection: &mut PgConnection,
    steps: &[Step],
    manner: Manner,
    progress: &mut impl FnMut(&Step),
) -> Result<Vec<&'static str>, MigrateError> {
    book::ensure(connection).await?;
    let statuses = compare(steps, &recorded(connection).await?);
    refuse_drift(&statuses, manner.is_late_allowed)?;
    let is_pending = |step: &&Step| {
        statuses.iter().any(|status| status.version == step.version && status.state == StepState::Pending)
    };
    let mut names = Vec::new();
    for step in steps.iter().filter(is_pending) {
        apply::apply(connection, step).await?;
        progress(step);
        names.push(step.name);
    }
    Ok(names)
}

async fn revert_to(
    connection: &mut PgConnection,
    steps: &[Step],
    target: i64,
    progress: &mut impl FnMut(&Step),
) -> Result<Vec<&'static str>, MigrateError> {
    book::ensure(connection).await?;
    let statuses = compare(steps, &recorded(connection).await?);
    let is_applied = |step: &&Step| {
        statuses.iter().any(|status| status.version == step.version && status.state != StepState::Pending)
    };
    let mut names = Vec::new();
    for step in steps.iter().rev().filter(|step| step.version > target).filter(is_applied) {
        apply::revert(connection, step).await?;
        progress(step);
        names.push(step.name);
    }
    Ok(names)
}
