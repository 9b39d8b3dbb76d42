//! What can be typed: one file per room of the program.

mod crawl;
mod database;
mod documents;
mod job;
mod linkage;
mod sources;
mod tables;

use clap::{Args, Parser, Subcommand};

pub use crawl::*;
pub use database::*;
pub use documents::*;
pub use job::*;
pub use linkage::*;
pub use sources::*;
pub use tables::*;

/// One trustworthy table of all US public school districts: NCES, state registries, documents.
#[derive(Debug, Parser)]
#[command(name = "districts", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct Arguments {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub verb: Verb,
}

const EXAMPLES: &str = "Examples:
  districts run --sample                     the whole job on generated files, no configuration
  districts search --sample \"portrait of a graduate\"
  districts init && districts run            the whole job on your files
  districts run --only match,check --states TX
  districts db psql                          look at the tables

Exit codes: 0 good, 1 finished with expectations missed, 2 error.";

/// What every command takes.
#[derive(Debug, Args)]
pub struct Common {
    /// PostgreSQL to use [default: DATABASE_URL, .env, districts.toml, else the embedded one]
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Work on the sample, in a database of its own
    #[arg(long, global = true)]
    pub sample: bool,
    /// Print JSON for machines
    #[arg(long, global = true)]
    pub json: bool,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Run the pipeline: migrate, ingest, match, embed, index, check
    Run(RunOptions),
    /// Import one file of one state, described or not, through match
    Import(ImportOptions),
    /// Find documents by meaning
    Search(SearchOptions),
    /// Find the documents most like one
    Similar(SimilarOptions),
    /// Look at, build and tune the vector index
    Index {
        #[command(subcommand)]
        command: IndexCommand,
    },
    /// List districts by their keyword scores, and explain a score
    Score {
        #[command(subcommand)]
        command: ScoreCommand,
    },
    /// Fetch documents from districts' websites, and see what came of it
    Documents {
        #[command(subcommand)]
        command: DocumentsCommand,
    },
    /// Embed new and changed documents; join in from another machine; see what cannot be embedded
    #[command(args_conflicts_with_subcommands = true)]
    Embed {
        #[command(flatten)]
        options: EmbedOptions,
        #[command(subcommand)]
        command: Option<EmbedCommand>,
    },
    /// Write a table for people: CSV or a workbook
    Export {
        #[command(subcommand)]
        command: ExportCommand,
    },
    /// List what is wrong with districts, and settle it
    Flags {
        #[command(subcommand)]
        command: FlagsCommand,
    },
    /// Write sample files: real formats, invented content, known truth
    Sample(SampleOptions),
    /// List, show, check and begin declarations of sources
    Source {
        #[command(subcommand)]
        command: SourceCommand,
    },
    /// Explain links
    Match {
        #[command(subcommand)]
        command: MatchCommand,
    },
    /// Decide what a person must decide; decisions outlive every later run
    Review {
        #[command(subcommand)]
        command: ReviewCommand,
    },
    /// Measure linkage against the truth that the states' ids give; measure search
    Evaluate(EvaluateOptions),
    /// Train and show the matching model
    Model {
        #[command(subcommand)]
        command: ModelCommand,
    },
    /// Compare federal files
    Nces {
        #[command(subcommand)]
        command: NcesCommand,
    },
    /// Write a commented districts.toml
    Init(InitOptions),
    /// Apply, revert and list schema migrations
    Migrate {
        /// A folder of NNNN_words.{up,down}.sql instead of the program's own history
        #[arg(long, global = true, value_name = "FOLDER", help_heading = "Global Options")]
        history: Option<std::path::PathBuf>,
        #[command(subcommand)]
        command: super::migrate::MigrateCommand,
    },
    /// Start, stop and look at the embedded PostgreSQL
    Db {
        #[command(subcommand)]
        command: DbCommand,
    },
}
