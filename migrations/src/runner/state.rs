//! Where every step stands in a database, and what forbids to go on.

use sqlx::PgConnection;
use sqlx::migrate::{AppliedMigration, Migrate};

use super::{MigrateError, TRACKING_TABLE};
use crate::history::Step;

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

/// The versions the database has recorded; none when it has no tracking table yet.
pub(super) async fn recorded(connection: &mut PgConnection) -> Result<Vec<AppliedMigration>, MigrateError> {
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

pub(super) fn compare(steps: &[Step], applied: &[AppliedMigration]) -> Vec<StepStatus> {
    let known = steps.iter().map(|step| {
        let record = applied.iter().find(|record| record.version == step.version);
        let state = match record {
            None => StepState::Pending,
            Some(record) if record.checksum == step.up_migration().checksum => StepState::Applied,
            Some(_) => StepState::Edited,
        };
        StepStatus { version: step.version, name: step.name.to_owned(), state }
    });
    let unknown =
        applied.iter().filter(|record| steps.iter().all(|step| step.version != record.version)).map(|record| {
            StepStatus { version: record.version, name: format!("{:04}", record.version), state: StepState::Unknown }
        });
    let mut statuses: Vec<_> = known.chain(unknown).collect();
    statuses.sort_by_key(|status| status.version);
    statuses
}

/// Stops at what cannot be repaired by applying more: edited files, a newer schema, a number that came late.
pub(super) fn refuse_drift(statuses: &[StepStatus], is_late_allowed: bool) -> Result<(), MigrateError> {
    let newest_known = statuses.iter().filter(|status| status.state != StepState::Unknown).map(|status| status.version);
    let newest_known = newest_known.max().unwrap_or(0);
    for status in statuses {
        match status.state {
            StepState::Edited => return Err(MigrateError::Edited { name: status.name.clone() }),
            StepState::Unknown if status.version < newest_known => {
                return Err(MigrateError::Deleted { version: status.version });
            }
            StepState::Unknown => return Err(MigrateError::NewerSchema { version: status.version }),
            StepState::Applied | StepState::Pending => {}
        }
    }
    let first_pending = statuses.iter().find(|status| status.state == StepState::Pending);
    let newest_applied = statuses.iter().rfind(|status| status.state == StepState::Applied);
    match (first_pending, newest_applied) {
        (Some(pending), Some(applied)) if pending.version < applied.version && !is_late_allowed => {
            Err(MigrateError::OutOfOrder { pending: pending.name.clone(), applied: applied.name.clone() })
        }
        _ => Ok(()),
    }
}
