//! Setting the records right without running SQL: one version at a time, under the lock, logged with its reason.

use sqlx::PgConnection;
use sqlx::migrate::Migrate;
use sqlx::postgres::PgConnectOptions;

use super::state::{compare, recorded};
use super::{MigrateError, RunLock, StepState, TRACKING_TABLE, book};
use crate::history::Step;
use crate::session;

/// What is set right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// Records a version whose work was done by hand.
    MarkApplied,
    /// Forgets a version whose work was undone by hand.
    Unmark,
    /// Takes today's file for the one that was applied.
    Restamp,
}

impl Repair {
    fn word(self) -> &'static str {
        match self {
            Self::MarkApplied => "mark-applied",
            Self::Unmark => "unmark",
            Self::Restamp => "restamp",
        }
    }
}

/// Sets the record of one version right.
pub async fn repair(
    options: &PgConnectOptions,
    steps: &[Step],
    version: i64,
    how: Repair,
    reason: &str,
) -> Result<(), MigrateError> {
    let mut connection = session::connect(options).await.map_err(MigrateError::Connect)?;
    let lock = RunLock::migration(options, &mut connection).await?;
    let outcome = under_lock(&mut connection, steps, version, how, reason).await;
    lock.release().await;
    outcome
}

async fn under_lock(
    connection: &mut PgConnection,
    steps: &[Step],
    version: i64,
    how: Repair,
    reason: &str,
) -> Result<(), MigrateError> {
    book::ensure(connection).await?;
    let statuses = compare(steps, &recorded(connection).await?);
    let state = statuses.iter().find(|status| status.version == version).map(|status| status.state);
    let wrong = |why: &'static str| Err(MigrateError::NothingToRepair { version, why });
    match (how, state) {
        (_, None) => return wrong("there is no such version in the history"),
        (Repair::MarkApplied, Some(StepState::Pending)) | (Repair::Restamp, Some(StepState::Edited)) => {}
        (Repair::Unmark, Some(StepState::Applied | StepState::Edited | StepState::Unknown)) => {}
        (Repair::MarkApplied, Some(_)) => return wrong("it is recorded as applied already"),
        (Repair::Unmark, Some(StepState::Pending)) => return wrong("it is not recorded as applied"),
        (Repair::Restamp, Some(_)) => return wrong("its file is the one that was applied, or it was not applied"),
    }
    let unknown = Step { version, name: "unknown to this program", up: "", down: "" };
    let step = steps.iter().find(|step| step.version == version).unwrap_or(&unknown);
    let row = book::begin(connection, step, how.word(), 1, Some(reason)).await?;
    match how {
        Repair::MarkApplied => {
            connection.skip(TRACKING_TABLE, &step.up_migration()).await.map_err(MigrateError::Tracking)?;
        }
        Repair::Unmark => {
            let gone = sqlx::query("delete from ops.schema_migrations where version = $1").bind(version);
            gone.execute(&mut *connection).await.map_err(MigrateError::Read)?;
        }
        Repair::Restamp => {
            let stamped = sqlx::query("update ops.schema_migrations set checksum = $2 where version = $1");
            let stamped = stamped.bind(version).bind(step.up_migration().checksum.into_owned());
            stamped.execute(&mut *connection).await.map_err(MigrateError::Read)?;
        }
    }
    book::end(connection, row, None).await
}
