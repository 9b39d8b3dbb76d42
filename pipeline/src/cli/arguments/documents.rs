//! `districts search`, `score` and `embed`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// `districts search`
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  districts search \"portrait of a graduate\" --state TX\n  districts search \"career pathways\" --category strategic_plan --limit 5 --json\n  districts search \"capstone rubric\" --by words"
)]
pub struct SearchOptions {
    /// What to look for
    pub text: String,
    /// What is compared [default: what measures best: words with the offline model, both with another]
    #[arg(long, value_enum)]
    pub by: Option<By>,
    #[command(flatten)]
    pub filter: DocumentFilter,
    /// Most documents shown
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(i64).range(1..=1000))]
    pub limit: i64,
    /// Search by meaning and show the plan PostgreSQL used
    #[arg(long)]
    pub explain: bool,
}

/// Which documents, of which districts.
#[derive(Debug, Args)]
pub struct DocumentFilter {
    /// Only districts of this state
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// Only documents of this category: portrait_of_graduate, strategic_plan, other
    #[arg(long, value_name = "CATEGORY")]
    pub category: Option<String>,
    /// Only districts of this outreach tier: tier1, tier2, tier3
    #[arg(long, value_name = "TIER", value_parser = ["tier1", "tier2", "tier3"])]
    pub tier: Option<String>,
    /// Only districts of so many pupils at least
    #[arg(long, value_name = "PUPILS")]
    pub least_enrollment: Option<i32>,
    /// Only districts of so many pupils at most
    #[arg(long, value_name = "PUPILS")]
    pub most_enrollment: Option<i32>,
}

/// `districts similar`
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  districts similar https://example.org/plan.pdf --state TX")]
pub struct SimilarOptions {
    /// The document: its address, or the beginning of its row's id
    pub document: String,
    #[command(flatten)]
    pub filter: DocumentFilter,
    /// Most documents shown
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(i64).range(1..=1000))]
    pub limit: i64,
}

/// `districts index …`
#[derive(Debug, Subcommand)]
pub enum IndexCommand {
    /// What the vector index is, what it was built over, and how well it finds
    Status,
    /// Build it where it does not fit its rows, under another name, then swap: searches never lack one
    #[command(after_help = "Examples:\n  districts index build\n  districts index build --kind hnsw --type halfvec")]
    Build {
        /// Method [default: as it is, else ivfflat]
        #[arg(long, value_enum)]
        kind: Option<IndexKind>,
        /// What it stores of a vector: halfvec is half as large [default: as it is, else vector]
        #[arg(long = "type", value_enum)]
        precision: Option<IndexType>,
        /// Also when it fits its rows
        #[arg(long)]
        again: bool,
    },
    /// Measure recall@10 against exact search, with and without a 2 % filter, and store the cheapest setting that reaches the target
    Tune {
        /// Share of the ten nearest that must be found
        #[arg(long, default_value_t = 0.98)]
        target: f64,
        /// Queries measured with: pieces of stored texts
        #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(i64).range(10..=10_000))]
        queries: i64,
    },
}

/// The method of a vector index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum IndexKind {
    /// Clusters
    Ivfflat,
    /// A graph: slow to build, quick to search
    Hnsw,
}

/// What a vector index stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum IndexType {
    /// Four bytes a number
    Vector,
    /// Two bytes a number
    Halfvec,
}

/// What a search compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Vectors, through the index
    Meaning,
    /// Words, ranked by BM25
    Words,
    /// Both, fused by their ranks
    Both,
}

/// `districts score …`
#[derive(Debug, Subcommand)]
pub enum ScoreCommand {
    /// Districts by their total, best first
    List {
        /// Only districts of this state
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
        /// Most districts shown
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
        limit: i64,
    },
    /// Print a district's score as a sum that can be redone by hand, with the words it rests on
    #[command(after_help = "Example:\n  districts score explain 2634260")]
    Explain {
        /// NCES id, 7 digits
        nces_id: String,
    },
    /// Score files as if they were the documents of one district; no database is asked
    #[command(
        after_help = "PDF, HTML, docx and text. With a taxonomy of your own in `[score] taxonomy`: what would it say?\n\nExample:\n  districts score text plans/*.pdf"
    )]
    Text {
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print the shipped keyword taxonomy, to begin one's own with
    #[command(
        after_help = "Example:\n  districts score taxonomy > taxonomy.toml      and `[score] taxonomy = \"taxonomy.toml\"`"
    )]
    Taxonomy,
}

/// `districts embed`
#[derive(Debug, Args)]
#[command(
    after_help = "The same as `districts run --only embed,index`.\n\nExamples:\n  districts embed --dry-run\n  districts embed --workers 4\n  districts embed worker --workers 4      on another machine, at the same time"
)]
pub struct EmbedOptions {
    /// Workers at a time [default: `[embed] workers`]
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub workers: Option<u8>,
    /// Print documents, chunks, tokens, cost and minutes at the limit; change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `districts embed …`
#[derive(Debug, Subcommand)]
pub enum EmbedCommand {
    /// Work on the queue beside others until nothing waits
    #[command(
        after_help = "Several workers on several machines share one queue; what a killed one had leased is free at once.\n\nExample:\n  districts embed worker --workers 4"
    )]
    Worker {
        /// Workers at a time
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=64))]
        workers: u8,
    },
    /// Count documents: current, waiting, dead; and check that no chunk is lost
    Status,
    /// List documents that cannot be embedded, with the reason
    Dead,
    /// Let dead documents be tried again by the next run
    Retry,
}
