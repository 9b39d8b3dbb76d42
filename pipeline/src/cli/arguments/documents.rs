//! `districts search`, `score` and `embed`.

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
    /// Only districts of this state
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// Only documents of this category: portrait_of_graduate, strategic_plan, other
    #[arg(long, value_name = "CATEGORY")]
    pub category: Option<String>,
    /// Most documents shown
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(i64).range(1..=1000))]
    pub limit: i64,
    /// Search by meaning and show the plan PostgreSQL used
    #[arg(long)]
    pub explain: bool,
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
