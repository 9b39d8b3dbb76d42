//! `districts documents`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `districts documents …`
#[derive(Debug, Subcommand)]
pub enum DocumentsCommand {
    /// Read districts' websites, politely, for the documents that matter
    Fetch(FetchOptions),
    /// Count the attempts by what came of them
    Status {
        /// Only districts of this state
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
    },
}

/// `districts documents fetch`
#[derive(Debug, Args)]
#[command(
    after_help = "robots.txt is honoured; a site gets one request at a time with a pause between; nothing is asked of private\naddresses or of other sites. Kill it anywhere: the next one goes on with the districts that are not read to their end.\n`[crawl]` in districts.toml holds pauses and bounds, `[fetch] contact` what webmasters see.\n\nExamples:\n  districts documents fetch --state MI --limit 20\n  districts documents fetch --district 2634260 --again\n  districts documents fetch --urls found.csv        columns nces_id, url"
)]
pub struct FetchOptions {
    /// Only districts of this state
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// Only this district; may be repeated
    #[arg(long, value_name = "NCES_ID")]
    pub district: Vec<String>,
    /// Not the districts' websites but the documents of a CSV with the columns nces_id and url
    #[arg(long, value_name = "FILE", conflicts_with_all = ["state", "district"])]
    pub urls: Option<PathBuf>,
    /// Also districts that were read lately
    #[arg(long)]
    pub again: bool,
    /// Most districts
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..))]
    pub limit: Option<i64>,
    /// List who would be visited, and where; ask nobody
    #[arg(long)]
    pub dry_run: bool,
}
