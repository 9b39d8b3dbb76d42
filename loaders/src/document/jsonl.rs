//! One JSON object per line: `nces_id`, `text`, and where known `url` or `doc_id`, `title`, `type`,
//! `category`, `meeting_date` or `date`.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Document, Found, checked_nces_id, clean_text, day};
use crate::source::decode;
use crate::{BadRow, LoadError};

#[derive(Deserialize)]
struct Line<'a> {
    nces_id: Id,
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(alias = "document_url")]
    url: Option<String>,
    doc_id: Option<Id>,
    title: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    category: Option<String>,
    #[serde(alias = "meeting_date")]
    date: Option<String>,
}

/// Ids that look like numbers are written as such by half of the programs.
#[derive(Deserialize)]
#[serde(untagged, expecting = "wanted a text or a whole number")]
enum Id {
    Text(String),
    Number(u64),
}

impl Id {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

/// The longest line: a document of some 60 MB, as much as is taken from any one file.
const LONGEST_LINE: u64 = 64 << 20;
/// What is longer is not held twice.
const LARGE: usize = 1 << 20;

/// Reads a file of JSON lines, in as much memory as its longest line takes. A bad line is reported and the others are kept.
/// Ends with the first error, its own or one of `each`.
pub fn read_jsonl<E: From<LoadError>>(path: &Path, mut each: impl FnMut(Found) -> Result<(), E>) -> Result<(), E> {
    let open = |source| LoadError::Open { path: path.to_owned(), source };
    let mut file = BufReader::new(File::open(path).map_err(open)?);
    let source_name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let (mut line, mut is_any_good, mut first_bad) = (Vec::new(), false, None);
    for row in 1.. {
        line.clear();
        if file.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(open)? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        if is_cut(&line) {
            file.skip_until(b'\n').map_err(open)?;
        }
        let found = document(&line, &source_name, row);
        if line.len() > LARGE {
            // What becomes of the document needs the room.
            line = Vec::new();
        }
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

/// Whether there is more of the line than was read.
fn is_cut(line: &[u8]) -> bool {
    line.len() as u64 == LONGEST_LINE && !line.ends_with(b"\n")
}

fn document(bytes: &[u8], source_name: &str, row: usize) -> Found {
    let nameless = format!("jsonl:{source_name}/line-{row}");
    let bad = |column: &str, value: &str, reason: String| BadRow {
        row,
        column: column.to_owned(),
        value: value.chars().take(60).collect(),
        reason,
    };
    if is_cut(bytes) {
        let start = String::from_utf8_lossy(&bytes[..60]);
        return Err(bad(&nameless, &start, format!("is longer than {} MB", LONGEST_LINE >> 20)));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let json = std::str::from_utf8(bytes).map_or_else(|_| Cow::Owned(decode(bytes)), Cow::Borrowed);
    if !json.trim_start().starts_with('{') {
        // serde would take an array for the fields in their order.
        return Err(bad(&nameless, &json, "is not a JSON object".to_owned()));
    }
    let line: Line =
        serde_json::from_str(&json).map_err(|error| bad(&nameless, &json, format!("is not a document: {error}")))?;
    let named = line.doc_id.map(|id| format!("jsonl:{source_name}/{}", id.text()));
    let url = line.url.or(named).unwrap_or(nameless);
    let id = line.nces_id.text();
    let nces_id = checked_nces_id(&id).map_err(|reason| bad(&url, &id, reason.to_owned()))?;
    let text = line.text.map_or(Ok(String::new()), text_in);
    let text = text.map_err(|error| bad(&url, &nces_id, format!("its text is none: {error}")))?;
    let text = clean_text(text);
    if text.trim().is_empty() {
        return Err(bad(&url, &nces_id, "the document has no text".to_owned()));
    }
    Ok(Document {
        nces_id,
        url,
        kind: kind_of(line.kind.as_deref()),
        title: line.title,
        category: line.category,
        published_on: line.date.as_deref().and_then(day),
        text,
        method: "given",
    })
}

/// The text in a JSON string. A long one is read in parts: in one it would be held three times. They end at blanks, which
/// no escape contains.
fn text_in(json: &RawValue) -> Result<String, serde_json::Error> {
    let json = json.get();
    let Some(mut rest) = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|_| json.len() > LARGE)
    else {
        return serde_json::from_str(json);
    };
    let mut text = String::with_capacity(rest.len());
    while !rest.is_empty() {
        let blank = rest.bytes().skip(LARGE).position(|byte| byte == b' ');
        let (part, behind) = rest.split_at(blank.map_or(rest.len(), |at| LARGE + at));
        text.push_str(&serde_json::from_str::<String>(&format!("\"{part}\""))?);
        rest = behind;
    }
    Ok(text)
}

/// What the schema knows: pdf, html or text.
fn kind_of(kind: Option<&str>) -> String {
    match kind.map(str::to_ascii_lowercase).as_deref() {
        Some(known @ ("pdf" | "html")) => known.to_owned(),
        _ => "text".to_owned(),
    }
}
