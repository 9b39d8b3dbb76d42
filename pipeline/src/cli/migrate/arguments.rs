//! The words of `districts migrate`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use migrations::runner::Environment;

/// `districts migrate …`
#[derive(Debug, Subcommand)]
pub enum MigrateCommand {
    /// Apply every pending migration; a database marked `prod` is backed up first
    Up {
        /// Also apply a number below the newest applied one
        #[arg(long)]
        allow_out_of_order: bool,
    },
    /// Revert migrations, newest first
    #[command(after_help = "Example:\n  districts migrate down --to 5 --yes      revert everything above version 5")]
    Down {
        /// Revert until this version is the newest [default: the one below the newest]
        #[arg(long, value_name = "VERSION")]
        to: Option<i64>,
        /// Reverting drops tables with their data: say that you mean it
        #[arg(long)]
        yes: bool,
    },
    /// Revert the newest migration and apply it again; on `dev` only
    Redo,
    /// List migrations, applied and pending
    Status,
    /// Judge migrations before they meet a database: locks, row level security, keys, vectors, data
    #[command(
        after_help = "Without files, the program's own history is judged. A finding is silenced by a line `-- allow: rule reason`.\n\nExamples:\n  districts migrate lint\n  districts migrate lint migrations/history/0009_x.up.sql --github"
    )]
    Lint {
        /// SQL files [default: the history]
        files: Vec<PathBuf>,
        /// Print annotations as a CI on GitHub reads them
        #[arg(long)]
        github: bool,
        /// Notes too
        #[arg(long)]
        notes: bool,
    },
    /// Hold the database against its history, object by object; reads only, exit code 2 when they differ
    Drift,
    /// For CI: names and numbers, lint, then the history there, back and there again on a throw-away database, read as a stranger
    Check {
        /// A folder instead of the program's own history
        #[arg(long, value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
    /// Write migrations for what the declared schema has and the history (in `migrations/history`) has not, proved in both directions
    Generate(GenerateOptions),
    /// Set the record of one version right without running its SQL; logged
    Repair {
        #[command(subcommand)]
        command: RepairCommand,
    },
    /// Take over a database whose tables exist already: record versions without running them, once pg_dump agrees
    #[command(
        after_help = "A database made by Drizzle is recognised by its `__drizzle_migrations`, which is read and left alone.\n\nExample:\n  districts migrate baseline --to 5 --reason 'tables made by the old scripts'"
    )]
    Baseline {
        /// The newest version whose tables exist [default: the newest]
        #[arg(long, value_name = "VERSION")]
        to: Option<i64>,
        /// Kept in ops.migration_log
        #[arg(long)]
        reason: String,
    },
    /// Rows rather than tables: data migrations, by PostgreSQL schema
    Data {
        #[command(subcommand)]
        command: DataCommand,
    },
    /// Say what kind of database this is, or print it: dev may be reset and pushed to, prod is backed up before an up
    Environment {
        /// What it is
        kind: Option<Kind>,
    },
    /// Dump the database into the project's backups; dumps older than 7 days go
    Backup,
    /// Put a dump back, in one transaction
    Restore {
        /// The dump
        file: PathBuf,
        /// What is in the database now is replaced: say that you mean it
        #[arg(long)]
        yes: bool,
    },
    /// Bring a `dev` database straight to the declared schema, past the history; may lose data, and says so
    Push {
        /// The declared schema
        #[arg(long, value_name = "FOLDER", default_value = "migrations/declared")]
        declared: PathBuf,
        /// Print the SQL and stop
        #[arg(long)]
        dry_run: bool,
    },
    /// Revert everything and apply it again, data migrations included: an empty `dev` database at the newest version
    Reset,
    /// Put a few rows into every layer of a `dev` database, to try readers on; rows that are there stay
    Seed,
    /// Serve a page on this machine to look at schemas, tables, rows and migrations; reads only, until Ctrl-C
    #[command(after_help = "Example:\n  districts migrate studio --port 4983      then open http://127.0.0.1:4983/")]
    Studio {
        /// Port on 127.0.0.1; 0 takes a free one
        #[arg(long, default_value_t = 4983)]
        port: u16,
    },
    /// Prove row level security by reading everything as a stranger; find invalid indexes and constraints
    Verify,
}

/// What a database is for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Kind {
    /// Nobody depends on it
    Dev,
    /// A rehearsal
    Staging,
    /// People depend on it
    Prod,
}

impl From<Kind> for Environment {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Dev => Self::Dev,
            Kind::Staging => Self::Staging,
            Kind::Prod => Self::Prod,
        }
    }
}

/// `districts migrate generate`
#[derive(Debug, Args)]
#[command(
    after_help = "A column's line in a declared file may end with `-- renamed-from: old` or `-- backfill: expression`.\n\nExamples:\n  districts migrate generate add_phone\n  districts migrate generate split_names --empty"
)]
pub struct GenerateOptions {
    /// What the migration does, in a few words
    pub name: String,
    /// Two files to write by hand
    #[arg(long)]
    pub empty: bool,
    /// The declared schema
    #[arg(long, value_name = "FOLDER", default_value = "migrations/declared")]
    pub declared: PathBuf,
}

/// `districts migrate repair …`
#[derive(Debug, Subcommand)]
pub enum RepairCommand {
    /// Record a version whose work was done by hand
    MarkApplied(RepairOptions),
    /// Forget a version whose work was undone by hand
    Unmark(RepairOptions),
    /// Take today's file for the one that was applied: only its words changed
    Restamp(RepairOptions),
}

/// Which version, and why.
#[derive(Debug, Args)]
pub struct RepairOptions {
    /// The number in front of the file name
    pub version: i64,
    /// Kept in ops.migration_log
    #[arg(long)]
    pub reason: String,
}

/// `districts migrate data …`
#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Apply what is pending, in order
    #[command(
        after_help = "A file with `-- batch: 5000` is run over and over, each time in a transaction of its own, until it touches no row;\nkilled, it goes on where it stood. `-- file: states.csv (usps, name) sha256:…` sets a flat file ready as a temporary table;\na file may be below FOLDER/SCHEMA/files, or at https://… or s3://bucket/key (keys from AWS_… in the environment).\n\nExamples:\n  districts migrate data up\n  districts migrate data up reference --folder migrations/data"
    )]
    Up(DataOptions),
    /// Revert the newest one of each schema
    Down {
        #[command(flatten)]
        options: DataOptions,
        /// Reverting deletes rows: say that you mean it
        #[arg(long)]
        yes: bool,
    },
    /// Revert all of them, newest first; on `dev` only
    Reset(DataOptions),
    /// List them, applied, underway and pending
    Status(DataOptions),
}

impl DataCommand {
    pub(super) fn options(&self) -> &DataOptions {
        match self {
            Self::Up(options) | Self::Reset(options) | Self::Status(options) | Self::Down { options, .. } => options,
        }
    }
}

/// Which data migrations.
#[derive(Debug, Args)]
pub struct DataOptions {
    /// Only these PostgreSQL schemas
    pub schemas: Vec<String>,
    /// A folder of yours instead of the program's: FOLDER/SCHEMA/NNNN_words.{up,down}.sql, flat files in FOLDER/SCHEMA/files
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}
