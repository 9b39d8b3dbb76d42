//! `districts.toml`, and what stands in for it.

mod crawl;
mod embed;
mod target;
mod template;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use loaders::registry::{Declaration, mistake};
use matcher::Model;
use serde::Deserialize;

use crate::fault::Fault;
use crate::fetch::Location;
use crate::score::Taxonomy;

pub use crawl::CrawlSettings;
pub use embed::EmbedSettings;
pub use target::{DatabaseUrl, Target};
pub use template::TEMPLATE;

/// Name of the settings file.
pub const FILE_NAME: &str = "districts.toml";
/// Name of the folder the program keeps its own things in.
pub const HOME_NAME: &str = ".districts";

/// A project: the folder of `districts.toml`, or the present one.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder paths are relative to.
    pub folder: PathBuf,
    /// What the file says; the defaults without one.
    pub settings: Settings,
    /// Whether there is a file.
    pub has_file: bool,
    /// Declarations that are in no file, which win over those that are.
    pub declarations: Vec<Declaration>,
}

/// The contents of `districts.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where the database is.
    pub database: DatabaseSettings,
    /// The federal files.
    pub nces: NcesSettings,
    /// Declaration key to file or address; `true` is the address in the declaration.
    pub registries: BTreeMap<String, RegistrySource>,
    /// How addresses are fetched.
    pub fetch: FetchSettings,
    /// How districts' websites are read.
    pub crawl: CrawlSettings,
    /// Where documents come from.
    pub documents: Vec<DocumentSource>,
    /// How records become links.
    #[serde(rename = "match")]
    pub matching: MatchSettings,
    /// What documents are scored by.
    pub score: ScoreSettings,
    /// How documents become vectors.
    pub embed: EmbedSettings,
    /// What a good night looks like.
    pub check: CheckSettings,
}

/// `[database]`
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseSettings {
    /// A PostgreSQL URL; may hold a password, so it is never printed.
    pub url: Option<String>,
}

impl std::fmt::Debug for DatabaseSettings {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "DatabaseSettings {{ url: {} }}", if self.url.is_some() { "set" } else { "none" })
    }
}

/// `[nces]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NcesSettings {
    /// The CCD LEA directory, a zip as published or its CSV; a file or an address.
    pub directory: Option<Location>,
    /// The CCD membership file: students.
    pub membership: Option<Location>,
    /// The CCD staff file.
    pub staff: Option<Location>,
    /// Saved results of the district search: county, locale and, where there is no membership file, students.
    pub search: Vec<Location>,
}

/// Where a registry's file is.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum RegistrySource {
    /// A file or an address.
    At(Location),
    /// `true`: the address in the declaration.
    Declared(bool),
}

/// `[fetch]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FetchSettings {
    /// The largest file fetched.
    pub max_bytes: u64,
    /// How long a server may be silent.
    pub timeout_seconds: u64,
    /// An address or URL that publishers can write to; it goes into the User-Agent.
    pub contact: Option<String>,
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self { max_bytes: 2 << 30, timeout_seconds: 60, contact: None }
    }
}

/// `[match]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MatchSettings {
    /// A model of `districts model train`, instead of the shipped one.
    pub model: Option<PathBuf>,
}

/// `[score]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScoreSettings {
    /// A keyword taxonomy instead of the shipped one.
    pub taxonomy: Option<PathBuf>,
}

/// One `[[documents]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "NamedSource")]
pub enum DocumentSource {
    /// JSON lines.
    Jsonl(PathBuf),
    /// A folder of text files, one sub-folder per NCES id.
    Folder(PathBuf),
    /// A CSV that names files and their districts.
    Manifest(PathBuf),
}

impl DocumentSource {
    /// The file or folder.
    pub fn path(&self) -> &Path {
        match self {
            Self::Jsonl(path) | Self::Folder(path) | Self::Manifest(path) => path,
        }
    }
}

/// A `[[documents]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedSource {
    jsonl: Option<PathBuf>,
    folder: Option<PathBuf>,
    manifest: Option<PathBuf>,
}

impl TryFrom<NamedSource> for DocumentSource {
    type Error = &'static str;

    fn try_from(named: NamedSource) -> Result<Self, Self::Error> {
        match (named.jsonl, named.folder, named.manifest) {
            (Some(path), None, None) => Ok(Self::Jsonl(path)),
            (None, Some(path), None) => Ok(Self::Folder(path)),
            (None, None, Some(path)) => Ok(Self::Manifest(path)),
            _ => Err("each `[[documents]]` names one of `jsonl`, `folder` and `manifest`"),
        }
    }
}

/// `[check]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CheckSettings {
    /// Least share of a state's records that are linked without review.
    pub min_match_rate: f64,
    /// Fewest districts in the table.
    pub min_districts: i64,
    /// Other rates for single states.
    pub states: BTreeMap<String, f64>,
}

impl Default for CheckSettings {
    fn default() -> Self {
        Self { min_match_rate: 0.95, min_districts: 1, states: BTreeMap::new() }
    }
}

impl Project {
    /// The project around `start`: the nearest `districts.toml` in it or above it.
    pub fn around(start: &Path) -> anyhow::Result<Self> {
        let found = start.ancestors().find(|folder| folder.join(FILE_NAME).is_file());
        match found {
            Some(folder) => Self::in_folder(folder),
            None => Ok(Self {
                folder: start.to_owned(),
                settings: Settings::default(),
                has_file: false,
                declarations: Vec::new(),
            }),
        }
    }

    /// The project whose `districts.toml` lies in `folder`.
    pub fn in_folder(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(FILE_NAME);
        let text = std::fs::read_to_string(&path).with_context(|| format!("Failed to open `{}`", path.display()))?;
        let settings: Settings = toml::from_str(&text).map_err(|error| {
            Fault::new(
                format!("Failed to read `{}`: {}", path.display(), mistake::describe(&text, &error)),
                "correct that line; `districts init` writes a commented example",
            )
        })?;
        settings.embed.check()?;
        Ok(Self { folder: folder.to_owned(), settings, has_file: true, declarations: Vec::new() })
    }

    /// A path of the settings, made absolute.
    pub fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    /// The matching model: the settings' own, or the shipped one.
    pub fn model(&self) -> anyhow::Result<Model> {
        let Some(path) = &self.settings.matching.model else { return Ok(Model::shipped()?) };
        let path = self.path(path);
        let text = std::fs::read_to_string(&path).with_context(|| format!("Failed to open `{}`", path.display()))?;
        Model::parse(&text).with_context(|| format!("Failed to use `{}`", path.display()))
    }

    /// The keyword taxonomy: the settings' own, or the shipped one.
    pub fn taxonomy(&self) -> anyhow::Result<Taxonomy> {
        let Some(path) = &self.settings.score.taxonomy else { return Taxonomy::shipped() };
        let path = self.path(path);
        let text = std::fs::read_to_string(&path).with_context(|| format!("Failed to open `{}`", path.display()))?;
        Taxonomy::parse(&text).with_context(|| format!("Failed to use `{}`", path.display()))
    }

    /// The program's own folder.
    pub fn home(&self) -> PathBuf {
        self.folder.join(HOME_NAME)
    }

    /// The user's own registry declarations.
    pub fn registries_folder(&self) -> PathBuf {
        self.folder.join("registries")
    }
}
