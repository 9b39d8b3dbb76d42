//! What goes wrong, and what to do about it.

use std::sync::Arc;

/// Why embedding, indexing or searching stopped.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EmbedError {
    /// The database refused.
    #[error("Failed to {action}")]
    Database {
        /// What was tried.
        action: &'static str,
        /// The database's error.
        #[source]
        source: Arc<sqlx::Error>,
    },
    /// A vector that must not be stored.
    #[error("Failed to accept a vector of model `{model}`: {reason}")]
    BadVector {
        /// The model.
        model: String,
        /// Width, finiteness or length.
        reason: String,
    },
    /// The stored vectors are of another model.
    #[error("Failed to search: the stored vectors are of model `{stored}`, the query would be of `{asked}`")]
    OtherModel {
        /// The model of the stored vectors.
        stored: String,
        /// The model asked with.
        asked: String,
    },
    /// There is nothing to search.
    #[error("Failed to search: no document has been embedded yet")]
    Nothing,
    /// PostgreSQL would read every vector, though there is an index.
    #[error("Failed to search: PostgreSQL would read every vector instead of the index")]
    Scan,
    /// A model behind an address cannot be used.
    #[error("{message}")]
    Server {
        /// What failed and what the server said.
        message: String,
        /// What to do about it.
        hint: String,
    },
    /// Rows and records of them disagree.
    #[error("Failed to account for every chunk: {0}")]
    Unaccounted(String),
    /// A worker thread ended before its work was done.
    #[error("Failed to finish embedding: a worker stopped")]
    Worker,
}

impl EmbedError {
    pub(crate) fn database(action: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Database { action, source: Arc::new(source) }
    }

    /// Whether the database went away rather than refused: the same may work when it is back.
    pub(crate) fn is_lost_connection(&self) -> bool {
        matches!(self, Self::Database { source, .. } if is_lost(source))
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::OtherModel { stored, .. } => {
                let setting = match stored.strip_prefix("http:") {
                    Some(name) => format!("model = \"http\" with name = \"{name}\""),
                    None => format!("model = \"{stored}\""),
                };
                format!("set `{setting}` under [embed], or run `districts run --only embed,index` to embed again")
            }
            Self::Nothing => "run `districts run` with documents configured, or try `--sample`".to_owned(),
            Self::Scan => {
                "`districts index status` says what the index is; `districts index build --again` makes it anew"
                    .to_owned()
            }
            Self::Server { hint, .. } => hint.clone(),
            Self::Unaccounted(_) => {
                "something else wrote document_embeddings: remove the rows of the documents named, and run again"
                    .to_owned()
            }
            Self::Database { .. } | Self::BadVector { .. } | Self::Worker => return None,
        };
        Some(hint)
    }
}

/// Whether the database went away, or has no room now, rather than refused. Class 57 is "operator intervention": a shutdown, or a server that
/// is only starting; <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
pub(crate) fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => true,
        // A connection that breaks while it is spoken to is told as a breach of protocol.
        sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(error) => {
            // 53300: more clients than the server takes, now. 40: another transaction came first.
            const PASSING: &[&str] = &["57P0", "08", "53300", "40"];
            error.code().is_some_and(|code| PASSING.iter().any(|class| code.starts_with(class)))
        }
        _ => false,
    }
}
