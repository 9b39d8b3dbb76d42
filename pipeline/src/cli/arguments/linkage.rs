//! `districts match`, `review`, `evaluate` and `model`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::job::parse_state;

/// `districts match …`
#[derive(Debug, Subcommand)]
pub enum MatchCommand {
    /// Print the evidence of a record's link: each comparison, both values, its weight, the running probability
    #[command(
        after_help = "Examples:\n  districts match explain TX 101912\n  districts match explain 4823640       every record linked to that LEA"
    )]
    Explain {
        /// State of the record, or the NCES id of an LEA
        #[arg(value_name = "STATE|NCES_ID")]
        state_or_nces_id: String,
        /// The record: its state id, its name, or the beginning of its row's id
        id: Option<String>,
    },
}

/// A state record.
#[derive(Debug, Args)]
pub struct RecordName {
    /// Two-letter state
    #[arg(value_parser = parse_state)]
    pub state: String,
    /// Its state id, its name, or the beginning of its row's id
    pub id: String,
}

/// Who decides, and why.
#[derive(Debug, Args)]
pub struct Decider {
    /// Who decides
    #[arg(long, value_name = "NAME", env = "USER", default_value = "unknown")]
    pub by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub why: Option<String>,
}

/// `districts review …`
#[derive(Debug, Subcommand)]
pub enum ReviewCommand {
    /// What waits for a person, surest first
    List {
        /// Only this state
        #[arg(long, value_parser = parse_state)]
        state: Option<String>,
        /// Records without any candidate too
        #[arg(long)]
        orphans: bool,
        /// Most shown
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// A record with its evidence
    Show {
        /// Two-letter state
        #[arg(value_parser = parse_state)]
        state: String,
        /// Its state id, its name, or the beginning of its row's id
        id: String,
    },
    /// The proposed LEA is right
    #[command(after_help = "Example:\n  districts review accept TX 101912 --by jane --why \"called them\"")]
    Accept {
        #[command(flatten)]
        record: RecordName,
        #[command(flatten)]
        decider: Decider,
    },
    /// The proposed LEA is wrong
    Reject {
        #[command(flatten)]
        record: RecordName,
        /// The LEA it is not [default: the proposed one]
        #[arg(long)]
        nces_id: Option<String>,
        #[command(flatten)]
        decider: Decider,
    },
    /// It is this LEA
    Assign {
        #[command(flatten)]
        record: RecordName,
        /// NCES id, 7 digits
        nces_id: String,
        #[command(flatten)]
        decider: Decider,
    },
    /// Write the queue as a CSV with columns for decisions
    Export {
        /// CSV to write
        file: PathBuf,
        /// Only this state
        #[arg(long, value_parser = parse_state)]
        state: Option<String>,
    },
    /// Take decisions from that CSV, all or none
    Import {
        /// CSV to read
        file: PathBuf,
        /// Who decided
        #[arg(long, value_name = "NAME", env = "USER", default_value = "unknown")]
        by: String,
    },
}

/// `districts evaluate`
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "The truth is the LEA whose ST_LEAID a record's id is; the ids are then hidden. Without --fields and --drop-partners all\nstandard settings are measured.\n\nExamples:\n  districts evaluate\n  districts evaluate --fields name,city --states TX,OH --errors 20\n  districts evaluate --truth names.csv          a CSV with name and nces_id"
)]
pub struct EvaluateOptions {
    #[command(subcommand)]
    pub command: Option<EvaluateCommand>,
    /// Show the matcher the ids too
    #[arg(long)]
    pub with_ids: bool,
    /// Hide the ids (what is done without --with-ids)
    #[arg(long, conflicts_with = "with_ids")]
    pub hide_ids: bool,
    /// Fields shown beside the name: city, county, zip, street, phone, web, kind, person
    #[arg(long, value_delimiter = ',', value_name = "FIELDS")]
    pub fields: Option<Vec<String>>,
    /// Share of the true LEAs taken out of the list
    #[arg(long, value_name = "SHARE")]
    pub drop_partners: Option<f64>,
    /// Only these states
    #[arg(long, value_delimiter = ',', value_name = "STATES")]
    pub states: Option<Vec<String>>,
    /// Names with their NCES id, instead of the states' records
    #[arg(long, value_name = "CSV")]
    pub truth: Option<PathBuf>,
    /// Model to measure [default: the project's]
    #[arg(long, value_name = "TOML")]
    pub model: Option<PathBuf>,
    /// Print every state
    #[arg(long)]
    pub by_state: bool,
    /// Print every list: a state may have several
    #[arg(long)]
    pub by_list: bool,
    /// Draw confidence against the share that is right, as an SVG; of several settings, each its own line
    #[arg(long, value_name = "SVG")]
    pub plot: Option<PathBuf>,
    /// Worst errors explained
    #[arg(long, default_value_t = 0)]
    pub errors: usize,
}

/// `districts evaluate …`
#[derive(Debug, Subcommand)]
pub enum EvaluateCommand {
    /// Measure search by meaning, by words and by both with queries whose answers are known
    #[command(
        after_help = "A line of the file: {\"query\": \"capstone rubric\", \"relevant\": [\"https://…\", \"2634260\"]}, addresses of documents or NCES ids.\n\nExample:\n  districts evaluate search queries.jsonl"
    )]
    Search {
        /// Queries, JSON lines
        #[arg(value_name = "QUERIES.jsonl")]
        file: PathBuf,
    },
}

/// `districts model …`
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Estimate weights, calibration and thresholds from the records whose ids say what is right
    #[command(after_help = "Example:\n  districts model train --truth names.csv --version mine-1 --out model.toml")]
    Train {
        /// Names with their NCES id, trained on too; may be repeated
        #[arg(long, value_name = "CSV")]
        truth: Vec<PathBuf>,
        /// Name of the model, recorded with every link
        #[arg(long)]
        version: String,
        /// Where to write it
        #[arg(long, value_name = "TOML")]
        out: PathBuf,
        /// Folds the states are dealt into
        #[arg(long, default_value_t = 6)]
        folds: usize,
        /// Precision that links without a person must reach on unseen states
        #[arg(long, default_value_t = 0.9998)]
        precision: f64,
        /// Print every state, with weights that had not seen it
        #[arg(long)]
        by_state: bool,
        /// Print every list, with weights that had not seen its state
        #[arg(long)]
        by_list: bool,
    },
    /// Print the model in use
    Show,
}
