//! The NCES Common Core of Data: every local education agency (LEA) of the country.
//!
//! | file | question it answers |
//! |---|---|
//! | `directory` | which LEAs there are (file 029) |
//! | `columns` | what a column was called in which year |
//! | `membership` | how many students they have (file 052) |
//! | `staff` | how many people work there (file 059) |
//! | `search_page` | county and locale, from the district search |
//! | `pieces` | how a file of any size is read in bounded memory |
//! | `change` | what became of LEAs between two years |
//!
//! Layout and code lists: the file's documentation on nces.ed.gov/ccd/files.asp.

mod change;
mod columns;
mod directory;
mod membership;
mod pieces;
mod search_page;
mod staff;

use std::path::Path;

use polars::prelude::{DataFrame, StringChunked};

use crate::address::Address;
use crate::fault::Spot;
use crate::{BadRow, LoadError, source};

pub use change::{Change, Side, changes};
pub use directory::{Directory, read_directory};
pub use membership::{Enrollment, Membership, read_membership};
pub use search_page::{SearchPage, SearchedLea, read_search_page};
pub use staff::{Staff, StaffCount, read_staff};

/// The share of bad rows above which a file is refused.
const BAD_SHARE: f64 = 0.01;
/// Bad rows kept; all are counted.
const KEPT_BAD_ROWS: usize = 1_000;

/// One LEA of one school year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lea {
    /// NCES LEAID, 7 digits.
    pub nces_id: String,
    /// The state's own id: ST_LEAID without its state prefix.
    pub state_leaid: Option<String>,
    /// Name as published.
    pub name: String,
    /// Two-letter code of the reporting agency's state; `BI` is the Bureau of Indian Education.
    pub state: String,
    /// Where mail goes.
    pub mailing: Address,
    /// Where the office stands.
    pub location: Address,
    /// Phone as published.
    pub phone: Option<String>,
    /// Website as published.
    pub website: Option<String>,
    /// Agency type in words.
    pub lea_type: Option<String>,
    /// Whether all its schools are charters; none where the file does not say.
    pub is_charter: Option<bool>,
    /// Status in words: Open, New, Closed, Future …
    pub status: Option<String>,
    /// Lowest to highest grade, such as `KG-12`.
    pub grades_served: Option<String>,
    /// Schools in operation.
    pub operational_schools: Option<i32>,
}

/// What a file is counted by while it is read.
#[derive(Debug, Default)]
struct Tally {
    school_year: String,
    rows: usize,
    refused: usize,
    bad_rows: Vec<BadRow>,
}

impl Tally {
    fn begin_piece(&mut self, path: &Path, frame: &DataFrame) -> Result<(), LoadError> {
        self.rows += frame.height();
        if self.school_year.is_empty() {
            let year = ["SCHOOL_YEAR", "SURVYEAR"]
                .iter()
                .find_map(|name| text_column(path, frame, name).transpose())
                .transpose()?;
            self.school_year = year.and_then(|year| cell(Some(year), 0)).unwrap_or_default();
        }
        Ok(())
    }

    fn refuse(&mut self, bad: BadRow) {
        self.refused += 1;
        if self.bad_rows.len() < KEPT_BAD_ROWS {
            self.bad_rows.push(bad);
        }
    }

    /// Stops a file with too many bad rows, or with nothing in it.
    fn accept(&self, path: &Path, leas: usize) -> Result<(), LoadError> {
        let spot = Spot::of(path);
        if let Some(first) = self.bad_rows.first()
            && self.refused as f64 > self.rows as f64 * BAD_SHARE
        {
            let first = Box::new(first.clone());
            return Err(LoadError::TooManyBadRows { spot, bad: self.refused, rows: self.rows, first });
        }
        if leas == 0 {
            return Err(LoadError::RowCount { spot, what: "LEAs", found: 0, least: 1, most: 40_000 });
        }
        Ok(())
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A table inside a published zip: CSV, or tab-separated text before 2015-16.
fn is_table_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_table = [".csv", ".txt", ".tsv"].iter().any(|ending| lower.ends_with(ending));
    is_table && !lower.contains("__macosx") && !lower.contains("readme")
}

/// Newer files are UTF-8, older ones Windows-1252. The common case is not copied.
fn as_utf8(bytes: Vec<u8>) -> Vec<u8> {
    let is_plain = !bytes.starts_with(&[0xEF, 0xBB, 0xBF]) && std::str::from_utf8(&bytes).is_ok();
    if is_plain { bytes } else { source::decode(&bytes).into_bytes() }
}

/// The column with the first of these names that the file has, or the refusal of the file.
fn required_column(path: &Path, header: &pieces::Header, names: &[&'static str]) -> Result<&'static str, LoadError> {
    header.first_of(names).ok_or_else(|| {
        let present: Vec<String> = header.names.iter().take(8).map(|name| format!("`{name}`")).collect();
        LoadError::MissingColumn {
            spot: Spot::of(path),
            column: names.join("` or `"),
            nearest: format!(" (this file starts with {})", present.join(", ")),
        }
    })
}

fn text_column<'a>(path: &Path, frame: &'a DataFrame, name: &str) -> Result<Option<&'a StringChunked>, LoadError> {
    let found = frame.column(name).ok();
    found.map(|series| series.str().map_err(|error| LoadError::broken(path, error))).transpose()
}

fn required_text<'a>(path: &Path, frame: &'a DataFrame, name: &str) -> Result<&'a StringChunked, LoadError> {
    text_column(path, frame, name)?.ok_or_else(|| LoadError::MissingColumn {
        spot: Spot::of(path),
        column: name.to_owned(),
        nearest: String::new(),
    })
}

/// A cell without blanks; none for what NCES writes where it knows nothing.
fn cell(column: Option<&StringChunked>, index: usize) -> Option<String> {
    let text = column?.get(index)?.trim();
    let is_null =
        text.is_empty() || matches!(text, "N/A" | "M" | "N" | "-1" | "-2" | "-9" | "Missing" | "Not reported");
    (!is_null).then(|| text.to_owned())
}

/// A count of students, or none where NCES has none.
fn count(column: &StringChunked, index: usize, name: &str, row: usize) -> Result<Option<i32>, Box<BadRow>> {
    let Some(text) = cell(Some(column), index) else { return Ok(None) };
    let number = text.parse::<i32>().ok().filter(|count| *count >= 0);
    check(row, name, &text, number.is_some(), "it is no count")?;
    Ok(number)
}

fn check(index: usize, column: &str, value: &str, is_good: bool, reason: &str) -> Result<(), Box<BadRow>> {
    if is_good {
        return Ok(());
    }
    Err(Box::new(BadRow {
        row: index + 2,
        column: column.to_owned(),
        value: value.to_owned(),
        reason: reason.to_owned(),
    }))
}

/// Seven digits. A spreadsheet may have eaten the zero of Alabama to Connecticut: six digits get it back.
fn nces_id(id: String, index: usize) -> Result<String, Box<BadRow>> {
    let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
    let id = if is_number && id.len() == 6 { format!("0{id}") } else { id };
    check(index, "LEAID", &id, is_number && id.len() == 7, "an NCES id has 7 digits")?;
    Ok(id)
}
