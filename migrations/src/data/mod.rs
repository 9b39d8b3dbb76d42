//! Data migrations: rows rather than tables, by PostgreSQL schema, in order, each with its way back.
//!
//! A file `data/<schema>/NNNN_words.up.sql` is one transaction. With `-- batch: 5000` it is one statement that is run
//! over and over with that number as `$1`, each time in a transaction of its own, until it touches no row: what was
//! done stays done whatever ends it, and the next run goes on. With `-- file: states.csv (usps, name) sha256:…` the
//! rows of a flat file stand ready in a temporary table named after it, all text; a JSON file is one row of a column
//! `document jsonb`.

mod flat;
mod run;
mod steps;

pub use flat::{Fetch, FlatFile};
pub use run::{DataState, DataStatus, down, reset, status, up};
pub use steps::{DataStep, Home, read, shipped};

use crate::history::folder::FolderFault;
use crate::runner::MigrateError;

/// Why data did not move.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The folder is not in order.
    #[error("Failed to read the data migrations of `{schema}`: {}", .faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Folder {
        /// Which schema.
        schema: String,
        /// Everything that is wrong.
        faults: Vec<FolderFault>,
    },
    /// A header that cannot be read, or a batch that never ends.
    #[error("Failed to run `{name}`: {why}")]
    Header {
        /// The step.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// A flat file that is not there, or not the one that is meant.
    #[error("Failed to load `{file}` for `{name}`: {why}")]
    File {
        /// The step.
        name: String,
        /// The file.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// Edited after it was applied, or its file is gone.
    #[error("Failed to run the data migrations: `{name}` {what}")]
    Drift {
        /// The step.
        name: String,
        /// How.
        what: &'static str,
    },
    /// A schema without data migrations.
    #[error("Failed to find data migrations of `{0}`")]
    Unknown(String),
    /// PostgreSQL refused a statement.
    #[error("Failed to apply `{name}`: {message}")]
    Failed {
        /// The step.
        name: String,
        /// PostgreSQL's words.
        message: String,
    },
    /// The lock, the connection, the bookkeeping.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
}

impl DataError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Folder { faults, .. } => faults.first().map_or("", FolderFault::hint).to_owned(),
            Self::Header { .. } => "a batch is one statement that uses $1; a file is named as in `-- file: states.csv (usps, name) sha256:…`".to_owned(),
            Self::File { .. } => "nothing was applied; put the right file there, or its right SHA-256 into the header".to_owned(),
            Self::Drift { .. } => "restore the file as it was applied, and put the change into the next number".to_owned(),
            Self::Unknown(_) => "`districts migrate data status` lists every schema".to_owned(),
            Self::Failed { .. } => "this step was rolled back (of a batched one, its last batch); run again once the cause is gone".to_owned(),
            Self::Migrate(error) => error.hint().unwrap_or_default(),
        }
    }
}
