use sqlx::postgres::PgDatabaseError;

use super::lock::LockBusy;
use super::position;

/// Why a migration command stopped.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// No connection to the database.
    #[error("Failed to connect to the database")]
    Connect(#[source] sqlx::Error),
    /// The database refused a question about its own state.
    #[error("Failed to read the state of the database")]
    Read(#[source] sqlx::Error),
    /// The tracking table could not be made or read.
    #[error("Failed to use the tracking table `ops.schema_migrations`")]
    Tracking(#[source] sqlx::migrate::MigrateError),
    /// Another runner holds the migration lock.
    #[error(transparent)]
    Busy(#[from] LockBusy),
    /// A file changed after it was applied here.
    #[error("Failed to migrate: `{name}` was edited after it was applied to this database")]
    Edited {
        /// The step's file name without suffix.
        name: String,
    },
    /// The database was migrated by a newer program.
    #[error("Failed to migrate: the database has version {version}, which this program does not know")]
    NewerSchema {
        /// The unknown version.
        version: i64,
    },
    /// A version was applied whose file is gone, though later files are there.
    #[error("Failed to migrate: version {version} was applied to this database, and its file is gone")]
    Deleted {
        /// The version without a file.
        version: i64,
    },
    /// The way back is forbidden by its author.
    #[error("Failed to revert `{name}`: it is irreversible: {reason}")]
    Irreversible {
        /// The step's file name without suffix.
        name: String,
        /// Its author's reason.
        reason: String,
    },
    /// A repair without anything to repair.
    #[error("Failed to repair version {version}: {why}")]
    NothingToRepair {
        /// The version.
        version: i64,
        /// Why not.
        why: &'static str,
    },
    /// A step below the newest applied one is missing.
    #[error("Failed to migrate: `{pending}` is pending below `{applied}`, which is applied already")]
    OutOfOrder {
        /// The step that is missing.
        pending: String,
        /// The newest applied step.
        applied: String,
    },
    /// A step that came late would end at another schema than in its place.
    #[error("Failed to apply out of order: the two orders end at different schemas")]
    OrderMatters,
    /// A statement failed; its file was rolled back.
    #[error("Failed to apply `{file}`{place}: {message}")]
    Failed {
        /// The SQL file.
        file: String,
        /// ` line 12` when PostgreSQL said where.
        place: String,
        /// PostgreSQL's own words.
        message: String,
        /// The error itself.
        #[source]
        source: Box<sqlx::migrate::MigrateError>,
    },
}

impl MigrateError {
    pub(super) fn failed(name: &str, direction: &str, sql: &str, source: sqlx::migrate::MigrateError) -> Self {
        let database = database_error(&source);
        let message = database.map_or_else(|| source.to_string(), |error| error.message().to_owned());
        let place = database
            .and_then(|error| position::line_of(error, sql))
            .map_or_else(String::new, |line| format!(" line {line}"));
        Self::Failed { file: format!("{name}.{direction}.sql"), place, message, source: Box::new(source) }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Edited { name } => format!(
                "restore the released `{name}.up.sql`, and put the change into a new migration; if only its words changed, `districts migrate repair restamp VERSION --reason …`"
            ),
            Self::Deleted { version } => format!(
                "restore the file; if its work was undone by hand, `districts migrate repair unmark {version} --reason …`"
            ),
            Self::Irreversible { .. } => {
                "restore a backup (`districts migrate restore`), or write a new migration that mends it".to_owned()
            }
            Self::NothingToRepair { .. } => "`districts migrate status` says where every version stands".to_owned(),
            Self::NewerSchema { .. } => {
                "run the newest `districts`, or go back with the one that applied it".to_owned()
            }
            Self::OutOfOrder { .. } => {
                "renumber the pending migration so that it comes last, or apply it late with --allow-out-of-order"
                    .to_owned()
            }
            Self::OrderMatters => {
                "renumber the late migration so that it comes last, and write it for the schema it meets there".to_owned()
            }
            Self::Failed { message, .. } if message.contains("already exists") => {
                "the file was rolled back; if the object is the one the file makes, `districts migrate repair mark-applied VERSION --reason …`; `districts migrate drift` shows how it differs"
                    .to_owned()
            }
            Self::Failed { message, .. } if message.contains("came out invalid") => {
                "nothing was recorded: remove what made it invalid (duplicate keys, a cancelled build), and run again".to_owned()
            }
            Self::Failed { message, .. } if message.contains("extension \"vector\" is not available") => {
                "install pgvector 0.7 or newer on that server, or unset DATABASE_URL to use the embedded PostgreSQL"
                    .to_owned()
            }
            Self::Failed { message, .. } if message.contains("permission denied to create extension") => {
                "have a superuser run `create extension vector` in that database, once, and run again".to_owned()
            }
            Self::Failed { message, .. } if message.contains("permission denied") => {
                "connect as the owner of the database, or grant that role CREATE on it".to_owned()
            }
            Self::Failed { .. } => {
                "the file was rolled back and nothing of it recorded; run again once the cause is gone".to_owned()
            }
            Self::Busy(busy) => return busy.hint(),
            Self::Connect(_) | Self::Read(_) | Self::Tracking(_) => return None,
        };
        Some(hint)
    }
}

fn database_error(error: &sqlx::migrate::MigrateError) -> Option<&PgDatabaseError> {
    use sqlx::migrate::MigrateError as Sqlx;
    match error {
        Sqlx::Execute(source) | Sqlx::ExecuteMigration(source, _) => {
            source.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>())
        }
        _ => None,
    }
}
