//! `districts sample`, `init`, `source` and `nces`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::job::parse_state;

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
