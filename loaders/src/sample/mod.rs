//! The sample: real file formats, invented content, any scale, known truth, the same bytes every
//! time.
//!
//! A sample folder is a whole project: NCES directory, registries with their declarations,
//! documents, `districts.toml`, and `truth.csv`, which says for each state record which LEA it is.

mod agency;
mod directory;
mod document;
mod publish;
mod registry;
mod rng;
mod vocabulary;

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use self::agency::{Agency, agencies_of};
use self::registry::{Entry, Layout};
use self::vocabulary::LEA_COUNTS;
use crate::states::State;

/// The seed of every published sample.
const SEED: u64 = 20_241_125;

/// How much is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Five states with a registry and three without: seconds.
    Demo,
    /// The size of the country: 19,740 LEAs, 51 registries, 21,000 documents.
    National,
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct SampleSize {
    /// LEAs in the NCES directory.
    pub leas: usize,
    /// State registries.
    pub registries: usize,
    /// Records in them.
    pub records: usize,
    /// Documents.
    pub documents: usize,
}

/// A sample file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("Failed to write `{}`: {reason}", path.display())]
pub struct SampleError {
    path: PathBuf,
    reason: String,
}

impl SampleError {
    fn new(path: &Path, reason: impl Display) -> Self {
        Self { path: path.to_owned(), reason: reason.to_string() }
    }
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> SampleError {
    let path = path.to_owned();
    move |error| SampleError { reason: error.to_string(), path }
}

/// What a scale consists of.
struct Plan {
    /// State, LEAs, whether it has a registry.
    states: Vec<(&'static State, usize, bool)>,
    documents: usize,
}

impl Scale {
    fn plan(self) -> Plan {
        const WITH_REGISTRY: &[&str] = &["CA", "CO", "IA", "OH", "TX"];
        const WITHOUT: &[&str] = &["NV", "UT", "WY"];
        match self {
            Self::Demo => {
                let with = WITH_REGISTRY.iter().filter_map(|code| Some((State::by_code(code)?, 240, true)));
                let without = WITHOUT.iter().filter_map(|code| Some((State::by_code(code)?, 60, false)));
                Plan { states: with.chain(without).collect(), documents: 480 }
            }
            Self::National => {
                let all = LEA_COUNTS.iter().filter_map(|(code, leas)| Some((State::by_code(code)?, *leas, true)));
                Plan { states: all.collect(), documents: 21_000 }
            }
        }
    }
}

/// Writes a sample project into `folder`, which is made if need be.
pub fn write(folder: &Path, scale: Scale) -> Result<SampleSize, SampleError> {
    for part in ["nces", "registries", "files", "documents"] {
        let path = folder.join(part);
        fs::create_dir_all(&path).map_err(io(&path))?;
    }
    let plan = scale.plan();
    let mut agencies = Vec::new();
    let mut published = Vec::new();
    for (state, count, has_registry) in &plan.states {
        let of_state = agencies_of(state, *count, SEED);
        if *has_registry {
            published.push(publish_state(folder, state.code, &of_state)?);
        }
        agencies.extend(of_state);
    }
    directory::write(&folder.join("nces/ccd_lea_029_2425_sample.zip"), &agencies)?;
    document::write(&folder.join("documents"), &agencies, plan.documents, SEED)?;
    write_truth(&folder.join("truth.csv"), &published)?;
    let settings = folder.join("districts.toml");
    fs::write(&settings, settings_text(&published)).map_err(io(&settings))?;
    let records = published.iter().map(|state| state.entries.len()).sum();
    Ok(SampleSize { leas: agencies.len(), registries: published.len(), records, documents: plan.documents })
}

/// A state's registry as written.
struct Published {
    key: String,
    file: String,
    entries: Vec<Entry>,
}

fn publish_state(folder: &Path, state: &str, agencies: &[Agency]) -> Result<Published, SampleError> {
    let layout = Layout::of(state);
    let entries = registry::entries_of(layout, agencies, SEED);
    let file = publish::file_name(layout, state);
    publish::write(&folder.join("files").join(&file), layout, &entries)?;
    let key = state.to_lowercase();
    let declaration = folder.join("registries").join(format!("{key}.toml"));
    fs::write(&declaration, declaration_text(layout, state, entries.len())).map_err(io(&declaration))?;
    Ok(Published { key, file, entries })
}

/// The built-in declaration of the layout, with this state's name and size.
fn declaration_text(layout: Layout, state: &str, count: usize) -> String {
    let text = crate::registry::builtin_text(layout.declaration_key()).unwrap_or_default();
    let line = |line: &str| match line.split_once(" = ") {
        Some(("state", _)) => format!("state = \"{state}\""),
        Some(("title", _)) => format!("title = \"Sample registry of {state}\""),
        Some(("publisher", _)) => "publisher = \"districts sample\"".to_owned(),
        Some(("districts", _)) => format!("districts = [{}, {}]", count / 2, count * 2),
        Some(("url" | "licence" | "cadence", _)) => String::new(),
        _ => line.to_owned(),
    };
    text.lines().map(line).filter(|line| !line.is_empty()).map(|line| line + "\n").collect()
}

fn write_truth(path: &Path, published: &[Published]) -> Result<(), SampleError> {
    let mut csv = csv::Writer::from_path(path).map_err(|error| SampleError::new(path, error))?;
    csv.write_record(["source", "state_district_id", "nces_id"]).map_err(|error| SampleError::new(path, error))?;
    for (state, entry) in published.iter().flat_map(|state| state.entries.iter().map(move |entry| (state, entry))) {
        let row = [state.key.as_str(), &entry.id, entry.nces_id.as_deref().unwrap_or("")];
        csv.write_record(row).map_err(|error| SampleError::new(path, error))?;
    }
    csv.flush().map_err(io(path))
}

fn settings_text(published: &[Published]) -> String {
    let mut text = "# Written by `districts sample`. Paths are relative to this file.\n\n[nces]\ndirectory = \"nces/ccd_lea_029_2425_sample.zip\"\n\n[registries]\n".to_owned();
    for state in published {
        text.push_str(&format!("{} = \"files/{}\"\n", state.key, state.file));
    }
    text.push_str("\n[[documents]]\njsonl = \"documents/plans.jsonl\"\n\n[[documents]]\nfolder = \"documents/texts\"\n\n[check]\nmin_match_rate = 0.9\n");
    text
}
