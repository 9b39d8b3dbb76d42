//! `districts run` and `import`.

use clap::Args;

use crate::fetch::Network;

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

pub(super) fn parse_state(text: &str) -> Result<String, String> {
    let is_code = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_code { Ok(text.to_uppercase()) } else { Err("a state is two letters, such as TX".to_owned()) }
}
