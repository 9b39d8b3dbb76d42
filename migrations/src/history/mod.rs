//! The migration history: what is applied, in this order. A file is never edited once released.
//!
//! Adding one: write `history/NNNN_words.up.sql` and its `.down.sql`, then add the line here; a
//! test fails when a file is missing from the list.

pub mod folder;

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType};

/// One step of the history, with its way back.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The number in front of the file name.
    pub version: i64,
    /// The words behind it.
    pub name: &'static str,
    /// SQL that applies the step.
    pub up: &'static str,
    /// SQL that reverts it.
    pub down: &'static str,
}

macro_rules! step {
    ($version:literal, $name:literal) => {
        Step {
            version: $version,
            name: $name,
            up: include_str!(concat!("../../history/", $name, ".up.sql")),
            down: include_str!(concat!("../../history/", $name, ".down.sql")),
        }
    };
}

/// Every step, oldest first.
pub const HISTORY: &[Step] = &[
    step!(1, "0001_audit_layer"),
    step!(2, "0002_source_layer"),
    step!(3, "0003_matching_layer"),
    step!(4, "0004_document_layer"),
    step!(5, "0005_run_layer"),
    step!(6, "0006_registry_views"),
    step!(7, "0007_source_years"),
    step!(8, "0008_review_decisions"),
    step!(9, "0009_embedding_work"),
    step!(10, "0010_reference_data"),
    step!(11, "0011_document_words"),
    step!(12, "0012_index_shape"),
    step!(13, "0013_document_vanished"),
    step!(14, "0014_free_embedding_work"),
    step!(15, "0015_crawled_pages"),
    step!(16, "0016_state_enrollment"),
    step!(17, "0017_embeddings_in_line"),
];

/// A file whose first bytes are this marker runs outside a transaction.
const NO_TRANSACTION: &str = "-- no-transaction";

impl Step {
    /// The forward migration in the form sqlx records and checks (SHA-384 of the file).
    pub fn up_migration(&self) -> Migration {
        self.migration(MigrationType::ReversibleUp, self.up)
    }

    /// Whether it is one of the program's own, to the letter.
    pub fn is_shipped(&self) -> bool {
        HISTORY.iter().any(|shipped| shipped.version == self.version && shipped.up == self.up)
    }

    /// The reverse migration.
    pub fn down_migration(&self) -> Migration {
        self.migration(MigrationType::ReversibleDown, self.down)
    }

    fn migration(&self, kind: MigrationType, sql: &'static str) -> Migration {
        Migration::new(self.version, self.name.into(), kind, sql.into_sql_str(), is_outside_transaction(sql))
    }
}

/// Whether a file says that it runs outside a transaction.
pub fn is_outside_transaction(sql: &str) -> bool {
    sql.starts_with(NO_TRANSACTION)
}

/// The value of a header line such as `-- lock_timeout: 5s`; headers stand above the first statement.
pub fn header<'a>(sql: &'a str, name: &str) -> Option<&'a str> {
    let comments = sql.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with("--"));
    let mut values = comments.filter_map(|line| line.strip_prefix("--")?.trim().strip_prefix(name)?.strip_prefix(':'));
    values.next().map(str::trim).filter(|value| !value.is_empty())
}

/// The newest version this binary knows.
pub fn newest_version() -> i64 {
    HISTORY.last().map_or(0, |step| step.version)
}

/// A short name for exactly this history: two binaries that agree on it make the same schema.
pub fn fingerprint() -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for step in HISTORY {
        hash.update(step.name);
        hash.update(step.up);
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
