//! Sources that are addresses: fetched once, kept in `.districts/cache`, pinned in `sources.lock`, and asked for
//! again only if they changed.
//!
//! | file | question it answers |
//! |---|---|
//! | `address` | what is a path, what an address, and how is it shown without its secrets |
//! | `download` | how bytes come over a line that breaks |
//! | `object` | what lies in an object store |
//! | `ledger` | what was fetched when, with which checksum (`sources.lock`) |

mod address;
mod download;
mod ledger;
mod object;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use loaders::source::{Kind, file_checksum};
use url::Url;

pub use address::Location;
use address::shown;
use download::{Answer, Download, Known};
use ledger::{Entry, Ledger};
pub use object::{S3, object};

use crate::fault::{self, Fault};
use crate::progress::Progress;
use crate::settings::{FetchSettings, Project};

/// Whether the network may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Network {
    /// Ask whether a source has changed.
    #[default]
    Ask,
    /// Use the copies there are.
    Offline,
    /// Use the copies there are, and only if they are those of `sources.lock`.
    Locked,
}

/// Fetches what a project's sources name.
#[derive(Debug)]
pub struct Fetcher {
    cache: PathBuf,
    ledger: PathBuf,
    network: Network,
    settings: FetchSettings,
}

/// A source's file on this machine.
#[derive(Debug)]
pub struct Copy {
    /// Where it lies.
    pub path: PathBuf,
    /// What a person should know of it: that it is old, or could not be asked for.
    pub remark: Option<String>,
}

impl Fetcher {
    /// For the sources of this project.
    pub fn new(project: &Project, network: Network) -> Self {
        Self {
            cache: project.home().join("cache"),
            ledger: project.folder.join("sources.lock"),
            network,
            settings: project.settings.fetch.clone(),
        }
    }

    /// The file of a source: as it lies on disk, or a copy of what its address serves.
    pub async fn get(
        &self,
        key: &str,
        location: &Location,
        project: &Project,
        progress: &Progress,
    ) -> anyhow::Result<Copy> {
        match location {
            Location::Path(path) => Ok(Copy { path: project.path(path), remark: None }),
            Location::Url(url) if url.scheme() == "file" => {
                let path = url.to_file_path().map_err(|()| {
                    Fault::new(format!("Failed to read `{url}`: it names no file"), "write file:///absolute/path")
                })?;
                Ok(Copy { path, remark: None })
            }
            Location::Url(url) => self.fetch(key, url, progress).await,
        }
    }

    async fn fetch(&self, key: &str, url: &Url, progress: &Progress) -> anyhow::Result<Copy> {
        let mut ledger = Ledger::read(&self.ledger)?;
        let path = self.place(key, url);
        let known = ledger.find(key, url).filter(|entry| is_intact(&path, entry)).cloned();
        match (self.network, known) {
            (Network::Ask, known) => self.ask(key, url, path, known, &mut ledger, progress).await,
            (_, Some(known)) => Ok(Copy { remark: Some(format!("`{key}`: the copy {} is used", known.age())), path }),
            (network, None) => Err(missing_copy(network, key, url, path.is_file()).into()),
        }
    }

    /// Asks the server; what it cannot give, the copy does.
    async fn ask(
        &self,
        key: &str,
        url: &Url,
        path: PathBuf,
        known: Option<Entry>,
        ledger: &mut Ledger,
        progress: &Progress,
    ) -> anyhow::Result<Copy> {
        progress.step(&format!("fetching {key} from {}", shown(url)));
        let request = Download {
            url,
            target: &path,
            limit_bytes: self.settings.max_bytes,
            idle: Duration::from_secs(self.settings.timeout_seconds),
            contact: self.settings.contact.as_deref(),
        };
        let tags =
            known.as_ref().map(|entry| Known { etag: entry.etag.clone(), last_modified: entry.last_modified.clone() });
        let outcome = match request.run(tags, progress).await {
            Ok(Answer::Unchanged) => return Ok(Copy { path, remark: None }),
            Ok(Answer::New(arrived)) => accept(key, url, &arrived.part).map(|()| arrived),
            Err(error) => Err(error),
        };
        match (outcome, known) {
            (Ok(arrived), _) => {
                std::fs::rename(&arrived.part, &path)
                    .with_context(|| format!("Failed to write `{}`", path.display()))?;
                ledger.put(Entry::new(key, url, &path, arrived.known)?);
                ledger.write(&self.ledger)?;
                Ok(Copy { path, remark: None })
            }
            (Err(error), Some(known)) => {
                let words = fault::chain(&error);
                let remark = format!("{words}; the copy {} is used instead", known.age());
                Ok(Copy { path, remark: Some(remark) })
            }
            (Err(error), None) => Err(error),
        }
    }

    /// One folder per key, so that the publisher's file name is kept: it is what errors name.
    fn place(&self, key: &str, url: &Url) -> PathBuf {
        let name = url.path_segments().and_then(Iterator::last).unwrap_or_default();
        let plain: String =
            name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).take(100).collect();
        let name = if plain.trim_matches('.').is_empty() { "file".to_owned() } else { plain };
        let folder: String = key.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        self.cache.join(folder).join(name)
    }
}

fn is_intact(path: &Path, entry: &Entry) -> bool {
    file_checksum(path).is_ok_and(|checksum| checksum == entry.sha256)
}

fn missing_copy(network: Network, key: &str, url: &Url, is_there: bool) -> Fault {
    let why = match (network, is_there) {
        (Network::Locked, true) => "the copy is not the one that sources.lock names",
        (_, true) => "the copy in the cache is damaged or unknown to sources.lock",
        (_, false) => "there is no copy in the cache",
    };
    Fault::new(
        format!("Failed to read `{key}` ({}) without the network: {why}", shown(url)),
        "run once without --offline or --locked, or put the file beside districts.toml and name its path",
    )
}

/// A web page where a file was expected must not replace the last good copy.
fn accept(key: &str, url: &Url, part: &Path) -> anyhow::Result<()> {
    // An .xls may honestly be a web page: half of the agencies' are.
    const DATA: &[&str] = &[".zip", ".xlsx", ".csv", ".json", ".dbf", ".ods", ".txt", ".tsv"];
    let path = url.path().to_ascii_lowercase();
    let is_data = DATA.iter().any(|ending| path.ends_with(ending));
    let source = loaders::source::Source::beginning(part);
    match source {
        Ok(source) if source.kind() == Kind::Empty => Err(Fault::new(
            format!("Failed to fetch `{key}`: {} served nothing", shown(url)),
            "open the address in a browser; if it has moved, correct it in districts.toml or in the declaration",
        )
        .into()),
        Ok(source) if is_data && source.kind() == Kind::Html => {
            let _ = std::fs::remove_file(part);
            Err(source.refuse(&format!("what {} should serve", shown(url))).into())
        }
        _ => Ok(()),
    }
}
