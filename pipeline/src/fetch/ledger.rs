//! `sources.lock`: what was fetched, from where, when, and its checksum. It belongs into version control: another
//! machine can tell whether it works on the same files.

use std::path::Path;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use loaders::source::file_checksum;
use serde::{Deserialize, Serialize};
use url::Url;

use super::address::shown;
use super::download::Known;
use crate::fault::Fault;

const HEAD: &str = "# Written by `districts`: what was fetched, and its checksum. Do not edit; do commit.\n\n";

/// One fetched source.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    pub key: String,
    /// Without its secrets.
    pub url: String,
    pub sha256: String,
    pub bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    pub fetched_at: DateTime<Utc>,
}

impl Entry {
    pub fn new(key: &str, url: &Url, file: &Path, known: Known) -> anyhow::Result<Self> {
        Ok(Self {
            key: key.to_owned(),
            url: shown(url),
            sha256: file_checksum(file)?,
            bytes: file.metadata()?.len(),
            etag: known.etag,
            last_modified: known.last_modified,
            fetched_at: Utc::now(),
        })
    }

    /// `of 3 days ago`, with its date.
    pub fn age(&self) -> String {
        let age = Utc::now() - self.fetched_at;
        let words = match (age.num_days(), age.num_hours(), age.num_minutes()) {
            (days, _, _) if days > 1 => format!("{days} days ago"),
            (_, hours, _) if hours > 1 => format!("{hours} hours ago"),
            (_, _, minutes) => format!("{minutes} minutes ago"),
        };
        format!("of {words} ({})", self.fetched_at.format("%Y-%m-%d %H:%M UTC"))
    }
}

/// The whole file.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Ledger {
    #[serde(default, rename = "source")]
    entries: Vec<Entry>,
}

impl Ledger {
    /// Reads it; none is an empty one.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            other => other.with_context(|| format!("Failed to open `{}`", path.display()))?,
        };
        toml::from_str(&text).map_err(|error| {
            let reason = loaders::registry::mistake::describe(&text, &error);
            Fault::new(
                format!("Failed to read `{}`: {reason}", path.display()),
                "take it back from version control, or remove it: the sources are then fetched again",
            )
            .into()
        })
    }

    pub fn find(&self, key: &str, url: &Url) -> Option<&Entry> {
        let url = shown(url);
        self.entries.iter().find(|entry| entry.key == key && entry.url == url)
    }

    pub fn put(&mut self, entry: Entry) {
        self.entries.retain(|known| known.key != entry.key);
        self.entries.push(entry);
        self.entries.sort_by(|a, b| a.key.cmp(&b.key));
    }

    /// Writes it whole or not at all.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        let part = path.with_extension("lock.part");
        let text = format!("{HEAD}{}", toml::to_string(self)?);
        std::fs::write(&part, text)
            .and_then(|()| std::fs::rename(&part, path))
            .with_context(|| format!("Failed to write `{}`", path.display()))
    }
}
