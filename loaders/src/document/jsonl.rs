//! One JSON object per line: `nces_id`, `text`, and where known `url` or `doc_id`, `title`, `type`,
//! `category`, `meeting_date` or `date`.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;

use super::{Document, Found, checked_nces_id, clean_text};
use crate::{BadRow, LoadError};

#[derive(Deserialize)]
struct Line {
    nces_id: String,
    text: String,
    #[serde(alias = "document_url")]
    url: Option<String>,
    doc_id: Option<String>,
    title: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    category: Option<String>,
    #[serde(alias = "meeting_date")]
    date: Option<String>,
}

/// Reads a file of JSON lines, in as much memory as its longest line takes. A bad line is reported and the others are kept.
/// Ends with the first error, its own or one of `each`.
pub fn read_jsonl<E: From<LoadError>>(path: &Path, mut each: impl FnMut(Found) -> Result<(), E>) -> Result<(), E> {
    let open = |source| LoadError::Open { path: path.to_owned(), source };
    let mut file = BufReader::new(File::open(path).map_err(open)?);
    let source_name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let (mut line, mut is_any_good, mut first_bad) = (Vec::new(), false, None);
    for row in 1.. {
        line.clear();
        if file.read_until(b'\n', &mut line).map_err(open)? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let found = document(&line, &source_name, row);
        match &found {
            Ok(_) => is_any_good = true,
            Err(bad) => _ = first_bad.get_or_insert_with(|| format!("line {row} {}", bad.reason)),
        }
        each(found)?;
    }
    match first_bad {
        Some(bad) if !is_any_good => Err(LoadError::broken(path, format!("no line of it is a document; {bad}")).into()),
        _ => Ok(()),
    }
}

fn document(bytes: &[u8], source_name: &str, row: usize) -> Result<Document, BadRow> {
    let bad = |column: &str, value: &str, reason: String| BadRow {
        row,
        column: column.to_owned(),
        value: value.chars().take(60).collect(),
        reason,
    };
    let line: Line = serde_json::from_slice(bytes)
        .map_err(|error| bad("", &String::from_utf8_lossy(bytes), format!("is not a document: {error}")))?;
    let nces_id = checked_nces_id(&line.nces_id).map_err(|reason| bad("nces_id", &line.nces_id, reason.to_owned()))?;
    let text = clean_text(&line.text);
    if text.trim().is_empty() {
        return Err(bad("text", "", "the document has no text".to_owned()));
    }
    let name = line.doc_id.unwrap_or_else(|| format!("line-{row}"));
    Ok(Document {
        nces_id,
        url: line.url.unwrap_or_else(|| format!("jsonl:{source_name}/{name}")),
        kind: kind_of(line.kind.as_deref()),
        title: line.title,
        category: line.category,
        published_on: line.date.and_then(|date| date.parse().ok()),
        text,
        method: "given",
    })
}

/// What the schema knows: pdf, html or text.
fn kind_of(kind: Option<&str>) -> String {
    match kind.map(str::to_ascii_lowercase).as_deref() {
        Some(known @ ("pdf" | "html")) => known.to_owned(),
        _ => "text".to_owned(),
    }
}
