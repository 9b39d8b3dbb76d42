//! A CSV that says which file belongs to which district: `nces_id` and `path` (or `file`), and where they are there
//! `url`, `title`, `category`, `published_on`.

use std::path::{Component, Path, PathBuf};

use super::text::Extracted;
use super::{Document, DocumentFile, checked_nces_id, clean_text};
use rayon::prelude::*;

use crate::fault::Spot;
use crate::{BadRow, LoadError};

/// Takes the text out of a file; with limits, in a process of its own, where the file is from outside.
pub type Extractor<'a> = &'a (dyn Fn(&Path) -> Result<Extracted, String> + Sync);

/// The most files one manifest may name.
const MOST_FILES: usize = 1_000_000;

/// Reads the manifest and every file it names, below the manifest's own folder.
pub fn read_manifest(path: &Path, extract: Extractor<'_>) -> Result<DocumentFile, LoadError> {
    let open = |source| LoadError::Open { path: path.to_owned(), source };
    let bytes = std::fs::read(path).map_err(open)?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(&bytes[..]);
    let heads: Vec<String> = reader
        .headers()
        .map(|row| row.iter().map(|head| head.trim_start_matches('\u{feff}').to_lowercase()).collect())
        .unwrap_or_default();
    let at = |names: &[&str]| heads.iter().position(|head| names.contains(&head.as_str()));
    let (Some(nces_id), Some(file)) = (at(&["nces_id"]), at(&["path", "file"])) else {
        return Err(LoadError::MissingColumn {
            spot: Spot::of(path),
            column: "nces_id` and `path".to_owned(),
            nearest: format!("the columns are: {}", heads.join(", ")),
        });
    };
    let columns = [at(&["url"]), at(&["title"]), at(&["category"]), at(&["published_on"])];
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut read = DocumentFile::default();
    let records: Vec<_> = reader.records().take(MOST_FILES).collect();
    let lines = records.par_iter().map(|record| match record {
        Ok(record) => one(folder, record, nces_id, file, columns, extract),
        Err(error) => Err((String::new(), error.to_string())),
    });
    let lines: Vec<_> = lines.collect();
    for ((row, record), line) in (2..).zip(&records).zip(lines) {
        let name = record.as_ref().ok().and_then(|record| record.get(file)).unwrap_or_default().to_owned();
        match line {
            Ok(document) => read.documents.push(document),
            Err((value, reason)) => read.bad.push(BadRow { row, column: name, value, reason }),
        }
    }
    Ok(read)
}

fn one(
    folder: &Path,
    record: &csv::StringRecord,
    nces_id: usize,
    file: usize,
    [url, title, category, published_on]: [Option<usize>; 4],
    extract: Extractor<'_>,
) -> Result<Document, (String, String)> {
    let field = |at: Option<usize>| at.and_then(|at| record.get(at)).filter(|text| !text.is_empty());
    let id = field(Some(nces_id)).unwrap_or_default().to_owned();
    let wrong = |reason: String| (id.clone(), reason);
    let nces_id = checked_nces_id(&id).map_err(|reason| wrong(reason.to_owned()))?;
    let name = field(Some(file)).ok_or_else(|| wrong("no file is named".to_owned()))?;
    let relative = Path::new(name);
    let path = within(folder, relative).map_err(wrong)?;
    let extracted = extract(&path).map_err(wrong)?;
    let stem = relative.file_stem().map(|stem| stem.to_string_lossy().replace(['_', '-'], " "));
    let method = match extracted.kind.as_str() {
        "pdf" => "pdf-extract",
        "html" => "html-main",
        "docx" => "docx",
        _ => "plain",
    };
    Ok(Document {
        nces_id,
        url: field(url).map_or_else(|| format!("file:{name}"), str::to_owned),
        kind: extracted.kind,
        title: field(title).map(str::to_owned).or(extracted.title).or(stem),
        category: field(category).map(str::to_owned),
        published_on: field(published_on).and_then(|day| day.parse().ok()),
        text: clean_text(&extracted.text),
        method,
    })
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
