//! Documents with their text: JSON lines, folders of text files, manifests of files of any kind.

mod folder;
mod jsonl;
mod manifest;
pub mod text;
mod urls;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

pub use folder::read_folder;
pub use jsonl::read_jsonl;
pub use manifest::{Extractor, read_manifest};
pub use urls::{Address, read_urls};

use crate::registry::clean;
use crate::source::file_checksum;
use crate::{BadRow, LoadError};

/// A document and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// NCES id of the district it belongs to, 7 digits.
    pub nces_id: String,
    /// Its address; where it has none, one made from source and name.
    pub url: String,
    /// `pdf`, `html` or `text`: what it was before its text was taken out.
    pub kind: String,
    /// Title.
    pub title: Option<String>,
    /// `portrait_of_graduate`, `strategic_plan` or `other`, where the source says so.
    pub category: Option<String>,
    /// The day it carries, `YYYY-MM-DD`.
    pub published_on: Option<NaiveDate>,
    /// Its text.
    pub text: String,
    /// How the text was come by.
    pub method: &'static str,
}

/// One document of a source, or why it could not be used: then `column` is its address. They come in the source's order, and one by one: all of a
/// source together may be larger than the memory.
pub type Found = Result<Document, BadRow>;

/// All documents of a small source.
#[derive(Debug, Default)]
pub struct DocumentFile {
    /// The good ones.
    pub documents: Vec<Document>,
    /// Those that could not be used; `column` is the address of each.
    pub bad: Vec<BadRow>,
}

impl DocumentFile {
    /// Keeps what a source has, such as `all.add(found)` of each.
    pub fn add(&mut self, found: Found) -> Result<(), LoadError> {
        match found {
            Ok(document) => self.documents.push(document),
            Err(bad) => self.bad.push(bad),
        }
        Ok(())
    }
}

/// A fingerprint of a source that changes when any of its files does: names and bytes.
pub fn checksum(path: &Path) -> Result<String, LoadError> {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for file in files_below(path)? {
        hash.update(file.strip_prefix(path).unwrap_or(&file).as_os_str().as_encoded_bytes());
        hash.update([0]);
        hash.update(file_checksum(&file)?);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The file itself, or every file below the folder, sorted. Links are not followed.
fn files_below(path: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let open = |source| LoadError::Open { path: path.to_owned(), source };
    let meta = std::fs::metadata(path).map_err(open)?;
    if meta.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries: Vec<_> = std::fs::read_dir(path).map_err(open)?.collect::<Result<_, _>>().map_err(open)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    let mut files = Vec::new();
    for entry in entries {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files.extend(files_below(&entry.path())?),
            Ok(kind) if kind.is_file() => files.push(entry.path()),
            _ => {}
        }
    }
    Ok(files)
}

/// An NCES id, with the zero that a spreadsheet took from it, or the reason why it is none.
fn checked_nces_id(id: &str) -> Result<String, &'static str> {
    clean::nces_id(id).ok_or("an NCES id has 7 digits")
}

/// A day as sources write it: `2024-03-05`, also with a time behind it, `3/5/2024`, `March 5, 2024`.
fn day(text: &str) -> Option<NaiveDate> {
    const WAYS: [&str; 4] = ["%Y-%m-%d", "%m/%d/%Y", "%B %d, %Y", "%Y/%m/%d"];
    let text = text.trim();
    let date = text.split_once(['T', ' ']).map_or(text, |(date, _)| date);
    WAYS.iter()
        .find_map(|way| NaiveDate::parse_from_str(text, way).or_else(|_| NaiveDate::parse_from_str(date, way)).ok())
}

/// PostgreSQL's text cannot hold NUL; extractors leave them.
fn clean_text(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}
