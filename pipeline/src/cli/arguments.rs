//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::fetch::Network;

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
    /// Embed what waits, from this machine or another; see what cannot be embedded
    Embed {
        #[command(subcommand)]
        command: EmbedCommand,
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
    /// Measure linkage against the truth that the states' ids give
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
        #[command(subcommand)]
        command: super::migrate::MigrateCommand,
    },
    /// Start, stop and look at the embedded PostgreSQL
    Db {
        #[command(subcommand)]
        command: DbCommand,
    },
}

/// `districts run`
#[derive(Debug, Args)]
#[command(
    after_help = "Stages, in order: migrate nces registries match documents score embed index check.\nEach skips what is current; kill a run anywhere and run it again."
)]
pub struct RunOptions {
    /// Only these stages (migrate always runs)
    #[arg(long, value_delimiter = ',', value_name = "STAGES")]
    pub only: Option<Vec<String>>,
    /// This stage and those after it
    #[arg(long, value_name = "STAGE", conflicts_with = "only")]
    pub from: Option<String>,
    /// Only these states, in the stages that go by state: registries, match, check
    #[arg(long, value_delimiter = ',', value_name = "STATES")]
    pub states: Option<Vec<String>>,
    /// Say what would be done, change nothing
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub care: Care,
}

/// How sources are treated.
#[derive(Debug, Args)]
pub struct Care {
    /// Ask no server: use the copies in .districts/cache, and say how old they are
    #[arg(long)]
    pub offline: bool,
    /// Like --offline, and only with the very files that sources.lock names
    #[arg(long, conflicts_with = "offline")]
    pub locked: bool,
    /// Take a file that is older than the one loaded last
    #[arg(long)]
    pub accept_older: bool,
}

impl Care {
    /// Whether the network may be asked.
    pub fn network(&self) -> Network {
        match (self.offline, self.locked) {
            (_, true) => Network::Locked,
            (true, false) => Network::Offline,
            (false, false) => Network::Ask,
        }
    }
}

/// `districts import`
#[derive(Debug, Args)]
#[command(
    after_help = "A declared state's file is read by its declaration. Any other is held against what NCES knows of the state:\nwhat is found is shown, used, and with --save written to registries/KEY.toml.\n\nExamples:\n  districts import TX districts.json\n  districts import WY wy.xlsx --map name=\"District Name\" --save\n  districts import IA ia.xlsx --infer --id-rule 'Co | pad 2 + District | strip \" \" | pad 4 + \" 000\"'"
)]
pub struct ImportOptions {
    /// Two-letter state
    #[arg(value_parser = parse_state)]
    pub state: String,
    /// The file, or its address
    pub file: String,
    /// Which column holds a field, instead of the one found: field="Header"; may be repeated
    #[arg(long, value_name = "FIELD=HEADER")]
    pub map: Vec<String>,
    /// Sheet of a workbook
    #[arg(long)]
    pub sheet: Option<String>,
    /// Row of the header, from 1
    #[arg(long, value_name = "ROW")]
    pub header_row: Option<usize>,
    /// How the state's id becomes ST_LEAID: columns, steps behind |, literals, joined by +
    #[arg(long, value_name = "RULE")]
    pub id_rule: Option<String>,
    /// Ask before the inferred declaration is used, and take corrections; needs a terminal
    #[arg(long)]
    pub interactive: bool,
    /// Key of the declaration to use or to save [default: the state in lower case]
    #[arg(long, value_name = "KEY")]
    pub source: Option<String>,
    /// Infer even where a declaration exists
    #[arg(long)]
    pub infer: bool,
    /// Write the inferred declaration to registries/KEY.toml
    #[arg(long)]
    pub save: bool,
    /// Show what would be done, change nothing
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub care: Care,
}

fn parse_state(text: &str) -> Result<String, String> {
    let is_code = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_code { Ok(text.to_uppercase()) } else { Err("a state is two letters, such as TX".to_owned()) }
}

/// `districts search`
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  districts search \"portrait of a graduate\" --state TX\n  districts search \"career pathways\" --category strategic_plan --limit 5 --json"
)]
pub struct SearchOptions {
    /// What to look for
    pub text: String,
    /// Only districts of this state
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// Only documents of this category: portrait_of_graduate, strategic_plan, other
    #[arg(long, value_name = "CATEGORY")]
    pub category: Option<String>,
    /// Most documents shown
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(i64).range(1..=1000))]
    pub limit: i64,
    /// Show the plan PostgreSQL used
    #[arg(long)]
    pub explain: bool,
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

/// `districts export …`
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// One row per district: who runs it, how to reach it, how good the row is
    #[command(
        after_help = "Examples:\n  districts export registry --state TX --out texas.xlsx\n  districts export registry --format csv > all.csv"
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

/// `districts sample`
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  districts sample --out /tmp/country --scale national && cd /tmp/country && districts run"
)]
pub struct SampleOptions {
    /// Folder to write to
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How much
    #[arg(long, value_enum, default_value_t = ScaleName::Demo)]
    pub scale: ScaleName,
}

/// How big a sample is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScaleName {
    /// Five states with a registry, 480 documents
    Demo,
    /// 19,740 LEAs, 51 registries, 21,000 documents
    National,
}

impl From<ScaleName> for loaders::sample::Scale {
    fn from(name: ScaleName) -> Self {
        match name {
            ScaleName::Demo => Self::Demo,
            ScaleName::National => Self::National,
        }
    }
}

/// `districts init`
#[derive(Debug, Args)]
pub struct InitOptions {
    /// Folder to write it to
    #[arg(default_value = ".")]
    pub folder: PathBuf,
}

/// `districts source …`
#[derive(Debug, Subcommand)]
pub enum SourceCommand {
    /// Every source, built in or your own, and the file configured for it
    List,
    /// Print a declaration
    Show {
        /// Key of the source
        key: String,
    },
    /// Check declarations, and with --file a file against one; changes nothing
    #[command(
        after_help = "Examples:\n  districts source check\n  districts source check registries/wy.toml --file wy.xlsx"
    )]
    Check {
        /// Keys, or paths of TOML files [default: all]
        declarations: Vec<String>,
        /// A file to read by the declaration
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// Begin a declaration in registries/
    New {
        /// Two-letter state
        #[arg(value_parser = parse_state)]
        state: String,
        /// Key [default: the state in lower case]
        #[arg(long)]
        key: Option<String>,
    },
    /// Print the JSON Schema of declarations, for editors
    Schema,
}

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
    after_help = "The truth is the LEA whose ST_LEAID a record's id is; the ids are then hidden. Without --fields and --drop-partners all\nstandard settings are measured.\n\nExamples:\n  districts evaluate\n  districts evaluate --fields name,city --states TX,OH --errors 20\n  districts evaluate --truth names.csv          a CSV with name and nces_id"
)]
pub struct EvaluateOptions {
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
    /// Worst errors explained
    #[arg(long, default_value_t = 0)]
    pub errors: usize,
}

/// `districts model …`
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Estimate weights, calibration and thresholds from the records whose ids say what is right
    #[command(after_help = "Example:\n  districts model train --truth names.csv --version trained-2 --out model.toml")]
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
        #[arg(long, default_value_t = 0.9997)]
        precision: f64,
    },
    /// Print the model in use
    Show,
}

/// `districts nces …`
#[derive(Debug, Subcommand)]
pub enum NcesCommand {
    /// What opened, closed, was renamed or got another id between two CCD directories
    #[command(after_help = "Example:\n  districts nces diff ccd_lea_029_1819.zip ccd_lea_029_2425.zip --state TX")]
    Diff {
        /// The earlier year's file
        earlier: PathBuf,
        /// The later year's file
        later: PathBuf,
        /// Only this state
        #[arg(long, value_parser = parse_state)]
        state: Option<String>,
        /// Show every line
        #[arg(long)]
        all: bool,
    },
}

/// `districts db …`
#[derive(Debug, Subcommand)]
pub enum DbCommand {
    /// Start the embedded PostgreSQL and leave it running
    Start {
        /// Listen on 127.0.0.1 with this port too, with a new password that is printed once
        #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1024..))]
        port: Option<u16>,
    },
    /// Stop it
    Stop,
    /// Say whether it runs, where its data, socket and log are
    Status,
    /// Print its URL, for other programs on this machine
    Url,
    /// Open psql on it, or run one statement
    #[command(after_help = "Example:\n  districts db psql -- -c 'select * from superintendent_directory limit 5'")]
    Psql {
        /// Arguments for psql
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Drop the database (with --sample: the sample's) and make it anew, empty
    Reset {
        /// All data in it is lost: say that you mean it
        #[arg(long)]
        yes: bool,
    },
}
