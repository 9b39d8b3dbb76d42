//! A CSV that says which file belongs to which district: `nces_id` and `path` (or `file`), and where they are there
//! `url`, `title`, `category`, `published_on`.

use std::path::{Component, Path, PathBuf};

use csv::StringRecord;
use rayon::prelude::*;

use super::text::Extracted;
use super::{Document, Found, checked_nces_id, clean_text, day};
use crate::fault::Spot;
use crate::{BadRow, LoadError};

/// Takes the text out of a file; with limits, in a process of its own, where the file is from outside.
pub type Extractor<'a> = &'a (dyn Fn(&Path) -> Result<Extracted, String> + Sync);

/// The most files one manifest may name.
const MOST_FILES: usize = 1_000_000;

/// Files whose text is held at a time.
const AT_A_TIME: usize = 64;

/// Reads the manifest and every file it names, below the manifest's own folder. Ends with the first error, its own or one
/// of `each`.
pub fn read_manifest<E: From<LoadError>>(
    path: &Path,
    extract: Extractor<'_>,
    mut each: impl FnMut(Found) -> Result<(), E>,
) -> Result<(), E> {
    let open = |source| LoadError::Open { path: path.to_owned(), source };
    let bytes = std::fs::read(path).map_err(open)?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(&bytes[..]);
    let heads: Vec<String> = reader
        .headers()
        .map(|row| row.iter().map(|head| head.trim_start_matches('\u{feff}').to_lowercase()).collect())
        .unwrap_or_default();
    let folder = path.parent().unwrap_or(Path::new("."));
    let Some(manifest) = Manifest::of(folder, &heads) else {
        let nearest = format!("the columns are: {}", heads.join(", "));
        return Err(LoadError::MissingColumn {
            spot: Spot::of(path),
            column: "nces_id` and `path".to_owned(),
            nearest,
        }
        .into());
    };
    let mut records = (2..).zip(reader.records().take(MOST_FILES));
    loop {
        let some: Vec<_> = records.by_ref().take(AT_A_TIME).collect();
        if some.is_empty() {
            return Ok(());
        }
        let found: Vec<_> = some.par_iter().map(|(row, record)| manifest.found(*row, record, extract)).collect();
        found.into_iter().try_for_each(&mut each)?;
    }
}

/// Where its files lie and what stands in which column.
struct Manifest<'a> {
    folder: &'a Path,
    nces_id: usize,
    file: usize,
    url: Option<usize>,
    title: Option<usize>,
    category: Option<usize>,
    published_on: Option<usize>,
}

impl<'a> Manifest<'a> {
    fn of(folder: &'a Path, heads: &[String]) -> Option<Self> {
        let at = |names: &[&str]| heads.iter().position(|head| names.contains(&head.as_str()));
        Some(Self {
            folder,
            nces_id: at(&["nces_id"])?,
            file: at(&["path", "file"])?,
            url: at(&["url"]),
            title: at(&["title"]),
            category: at(&["category"]),
            published_on: at(&["published_on"]),
        })
    }

    fn found(&self, row: usize, record: &csv::Result<StringRecord>, extract: Extractor<'_>) -> Found {
        let bad =
            |column: &str, value: &str, reason| BadRow { row, column: column.into(), value: value.into(), reason };
        let record = record.as_ref().map_err(|error| bad("", "", error.to_string()))?;
        let id = record.get(self.nces_id).unwrap_or_default();
        self.document(record, extract).map_err(|reason| bad(&self.url_of(record), id, reason))
    }

    fn url_of(&self, record: &StringRecord) -> String {
        let given = self.url.and_then(|at| record.get(at)).filter(|url| !url.is_empty());
        given.map_or_else(|| format!("file:{}", record.get(self.file).unwrap_or_default()), str::to_owned)
    }

    fn document(&self, record: &StringRecord, extract: Extractor<'_>) -> Result<Document, String> {
        let field = |at: Option<usize>| at.and_then(|at| record.get(at)).filter(|text| !text.is_empty());
        let nces_id = checked_nces_id(field(Some(self.nces_id)).unwrap_or_default())?;
        let name = field(Some(self.file)).ok_or("no file is named")?;
        let relative = Path::new(name);
        let extracted = extract(&within(self.folder, relative)?)?;
        refuse_page(relative, &extracted)?;
        let stem = relative.file_stem().map(|stem| stem.to_string_lossy().replace(['_', '-'], " "));
        let method = match extracted.kind.as_str() {
            "pdf" => "pdf-layout",
            "html" => "html-main",
            "docx" => "docx",
            _ => "plain",
        };
        Ok(Document {
            nces_id,
            url: self.url_of(record),
            kind: extracted.kind,
            title: field(self.title).map(str::to_owned).or(extracted.title).or(stem),
            category: field(self.category).map(str::to_owned),
            published_on: field(self.published_on).and_then(day),
            text: clean_text(extracted.text),
            method,
        })
    }
}

/// A page under another name is what a server says of a file it does not have.
fn refuse_page(path: &Path, extracted: &Extracted) -> Result<(), String> {
    let named = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let Some(named) = named.filter(|named| extracted.kind == "html" && matches!(named.as_str(), "pdf" | "docx")) else {
        return Ok(());
    };
    let title = extracted.title.as_ref().map_or_else(String::new, |title| format!(" titled \"{title}\""));
    Err(format!("it is an HTML page{title} and no {named}; open its address in a browser and download it again"))
}

/// The file's real path; a link out of the folder is as bad as dots.
fn within(folder: &Path, relative: &Path) -> Result<PathBuf, String> {
    const LEAVES: &str = "the path leaves the manifest's folder";
    if !relative.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err(LEAVES.to_owned());
    }
    let real = |path: &Path| path.canonicalize().map_err(|error| format!("it cannot be opened: {error}"));
    let folder = real(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?;
    let path = real(&folder.join(relative))?;
    if path.starts_with(&folder) { Ok(path) } else { Err(LEAVES.to_owned()) }
}
