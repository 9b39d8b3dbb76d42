//! `districts export` and `flags`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// `districts export …`
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// One row per district: who runs it, how to reach it, how good the row is
    #[command(
        after_help = "Examples:\n  districts export registry --state TX --out texas.xlsx\n  districts export registry --out all.parquet\n  districts export registry --format csv > all.csv"
    )]
    Registry(ExportOptions),
    /// Districts that have a superintendent
    Superintendents(ExportOptions),
}

/// What is exported, and where to.
#[derive(Debug, Args)]
pub struct ExportOptions {
    /// Only districts of this state
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// The file [default: stdout]; its name tells the format
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// The format, where no file tells it [default: csv]
    #[arg(long, value_enum)]
    pub format: Option<ExportFormat>,
}

/// A format of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// Comma-separated; what a spreadsheet would take for a formula is marked as text
    Csv,
    /// An Excel workbook, all text
    Xlsx,
    /// A JSON object per line
    Jsonl,
    /// Apache Parquet, numbers as numbers
    Parquet,
}

/// `districts flags …`
#[derive(Debug, Subcommand)]
pub enum FlagsCommand {
    /// Open flags, worst first
    List {
        /// Only districts of this state
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
        /// Only flags of this type, such as DUPLICATE_MATCH
        #[arg(long, value_name = "TYPE")]
        kind: Option<String>,
        /// Most flags shown
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
        limit: i64,
    },
    /// Settle a flag; it stays on record with who and why
    Resolve {
        /// The flag's id, as `flags list` prints it
        id: uuid::Uuid,
        /// Why it is settled
        #[arg(long)]
        reason: String,
    },
}
