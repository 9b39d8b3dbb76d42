//! The LEA directory (CCD file 029), as published: a zip with a CSV, or the CSV.

use std::collections::HashSet;
use std::io::Cursor;
use std::path::Path;

use polars::prelude::{CsvParseOptions, CsvReadOptions, DataFrame, SerReader, StringChunked};

use super::columns::{self, AddressColumns, Column};
use super::{Address, BAD_SHARE, Lea, as_utf8, cell, check, is_table_name, nces_id};
use crate::fault::Spot;
use crate::source::{Kind, Source};
use crate::{BadRow, LoadError};

/// Fewer LEAs than this is not the country.
const FEWEST_LEAS: usize = 1;
/// More than this is not a list of LEAs: there are about 20,000.
const MOST_LEAS: usize = 40_000;

/// The directory of one school year.
#[derive(Debug)]
pub struct Directory {
    /// As published, `2024-2025`.
    pub school_year: String,
    /// The LEAs, in the file's order.
    pub leas: Vec<Lea>,
    /// Rows that could not be used.
    pub bad_rows: Vec<BadRow>,
    /// Name of the file, without its folder.
    pub file_name: String,
    /// SHA-256 of the file.
    pub checksum: String,
}

/// Reads the directory from a published zip or CSV.
pub fn read_directory(path: &Path) -> Result<Directory, LoadError> {
    let file = Source::read(path)?;
    let csv = match file.kind() {
        Kind::Zip => file.unzip_one(is_table_name, "a CSV")?.1,
        Kind::Gzip => file.unpacked()?.bytes,
        Kind::Text => file.bytes.clone(),
        _ => return Err(file.refuse("a CCD directory (a zip with a CSV, or the CSV)")),
    };
    let frame = parse(path, as_utf8(csv))?;
    interpret(&file, &frame)
}

/// All columns as text: an id that became a number would have lost its zeros.
fn parse(path: &Path, csv: Vec<u8>) -> Result<DataFrame, LoadError> {
    let first_line = csv.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let separator = if first_line.contains(&b'\t') { b'\t' } else { b',' };
    CsvReadOptions::default()
        .with_infer_schema_length(Some(0))
        .with_rechunk(true)
        .with_parse_options(CsvParseOptions::default().with_separator(separator))
        .into_reader_with_file_handle(Cursor::new(csv))
        .finish()
        .map_err(|error| LoadError::broken(path, error))
}

fn interpret(file: &Source, frame: &DataFrame) -> Result<Directory, LoadError> {
    let read = Columns { file, frame };
    let rows = Rows::new(&read)?;
    let mut leas = Vec::with_capacity(frame.height());
    let mut bad_rows = Vec::new();
    let mut seen = HashSet::new();
    for index in 0..frame.height() {
        match rows
            .lea(index)
            .and_then(|lea| if seen.insert(lea.nces_id.clone()) { Ok(lea) } else { Err(duplicate(&lea, index)) })
        {
            Ok(lea) => leas.push(lea),
            Err(bad) => bad_rows.push(*bad),
        }
    }
    accept(file, &leas, &bad_rows)?;
    let school_year = rows.school_year.get(0).unwrap_or_default().to_owned();
    Ok(Directory { school_year, leas, bad_rows, file_name: file.file_name(), checksum: file.checksum.clone() })
}

fn duplicate(lea: &Lea, index: usize) -> Box<BadRow> {
    let reason = "this LEAID stands on an earlier row too".to_owned();
    Box::new(BadRow { row: index + 2, column: "LEAID".to_owned(), value: lea.nces_id.clone(), reason })
}

fn accept(file: &Source, leas: &[Lea], bad_rows: &[BadRow]) -> Result<(), LoadError> {
    let rows = leas.len() + bad_rows.len();
    if let Some(first) = bad_rows.first()
        && bad_rows.len() as f64 > rows as f64 * BAD_SHARE
    {
        return Err(LoadError::TooManyBadRows {
            spot: Spot::of(&file.path),
            bad: bad_rows.len(),
            rows,
            first: Box::new(first.clone()),
        });
    }
    if !(FEWEST_LEAS..=MOST_LEAS).contains(&leas.len()) {
        return Err(LoadError::RowCount {
            spot: Spot::of(&file.path),
            what: "LEAs",
            found: leas.len(),
            least: FEWEST_LEAS,
            most: MOST_LEAS,
        });
    }
    Ok(())
}

/// Finds columns of the frame by any of their names.
struct Columns<'a> {
    file: &'a Source,
    frame: &'a DataFrame,
}

impl<'a> Columns<'a> {
    fn get(&self, column: Column) -> Result<Option<&'a StringChunked>, LoadError> {
        let found = column.names.iter().find_map(|name| self.frame.column(name).ok());
        match found {
            Some(series) => series.str().map(Some).map_err(|error| LoadError::broken(&self.file.path, error)),
            None if column.is_required => Err(self.missing(column)),
            None => Ok(None),
        }
    }

    fn required(&self, column: Column) -> Result<&'a StringChunked, LoadError> {
        self.get(column)?.ok_or_else(|| self.missing(column))
    }

    fn missing(&self, column: Column) -> LoadError {
        let present: Vec<String> =
            self.frame.get_column_names().iter().take(8).map(|name| format!("`{name}`")).collect();
        LoadError::MissingColumn {
            spot: Spot::of(&self.file.path),
            column: column.names[0].to_owned(),
            nearest: format!(" (a CCD LEA directory has one; this file starts with {})", present.join(", ")),
        }
    }

    fn address(&self, columns: &AddressColumns) -> Result<AddressText<'a>, LoadError> {
        let [first, second, third] = columns.street;
        Ok(AddressText {
            street: [self.get(first)?, self.get(second)?, self.get(third)?],
            city: self.get(columns.city)?,
            state: self.get(columns.state)?,
            zip: self.get(columns.zip)?,
            zip4: self.get(columns.zip4)?,
        })
    }
}

type Text<'a> = Option<&'a StringChunked>;

struct AddressText<'a> {
    street: [Text<'a>; 3],
    city: Text<'a>,
    state: Text<'a>,
    zip: Text<'a>,
    zip4: Text<'a>,
}

impl AddressText<'_> {
    fn row(&self, index: usize) -> Address {
        let lines: Vec<String> = self.street.iter().filter_map(|line| cell(*line, index)).collect();
        let zip = cell(self.zip, index).map(|zip| match cell(self.zip4, index) {
            Some(four) if zip.len() == 5 => format!("{zip}-{four}"),
            _ => zip,
        });
        Address {
            street: (!lines.is_empty()).then(|| lines.join(", ")),
            city: cell(self.city, index),
            state: cell(self.state, index),
            zip,
        }
    }
}

/// The frame's columns by our words.
struct Rows<'a> {
    school_year: &'a StringChunked,
    state: &'a StringChunked,
    name: &'a StringChunked,
    nces_id: &'a StringChunked,
    state_leaid: &'a StringChunked,
    mailing: AddressText<'a>,
    location: AddressText<'a>,
    phone: Text<'a>,
    website: Text<'a>,
    status: Text<'a>,
    lea_type: Text<'a>,
    charter: Text<'a>,
    lowest: Text<'a>,
    highest: Text<'a>,
    schools: Text<'a>,
}

impl<'a> Rows<'a> {
    fn new(columns: &Columns<'a>) -> Result<Self, LoadError> {
        Ok(Self {
            school_year: columns.required(columns::SCHOOL_YEAR)?,
            state: columns.required(columns::STATE)?,
            name: columns.required(columns::NAME)?,
            nces_id: columns.required(columns::NCES_ID)?,
            state_leaid: columns.required(columns::STATE_LEAID)?,
            mailing: columns.address(&columns::MAILING)?,
            location: columns.address(&columns::LOCATION)?,
            phone: columns.get(columns::PHONE)?,
            website: columns.get(columns::WEBSITE)?,
            status: columns.get(columns::STATUS)?,
            lea_type: columns.get(columns::LEA_TYPE)?,
            charter: columns.get(columns::CHARTER)?,
            lowest: columns.get(columns::LOWEST_GRADE)?,
            highest: columns.get(columns::HIGHEST_GRADE)?,
            schools: columns.get(columns::SCHOOLS)?,
        })
    }

    fn lea(&self, index: usize) -> Result<Lea, Box<BadRow>> {
        let state = cell(Some(self.state), index).unwrap_or_default();
        check(index, "ST", &state, state.len() == 2, "a state has two letters")?;
        let name = cell(Some(self.name), index).unwrap_or_default();
        check(index, "LEA_NAME", &name, !name.is_empty(), "the name is missing")?;
        Ok(Lea {
            nces_id: nces_id(cell(Some(self.nces_id), index).unwrap_or_default(), index)?,
            state_leaid: cell(Some(self.state_leaid), index).map(|id| without_prefix(&id, &state)),
            name,
            mailing: self.mailing.row(index),
            location: self.location.row(index),
            phone: cell(self.phone, index),
            website: cell(self.website, index),
            lea_type: cell(self.lea_type, index),
            is_charter: cell(self.charter, index).and_then(|text| is_charter(&text)),
            status: cell(self.status, index),
            grades_served: grades(cell(self.lowest, index), cell(self.highest, index)),
            operational_schools: cell(self.schools, index).and_then(|count| count.parse().ok()),
            state,
        })
    }
}

/// `CA-1975309` → `1975309`. Before 2016-17 there is no prefix.
fn without_prefix(id: &str, state: &str) -> String {
    id.strip_prefix(state).and_then(|rest| rest.strip_prefix('-')).unwrap_or(id).trim().to_owned()
}

/// `Not a charter district` and `Not applicable` are no; the kinds of charter LEA are yes.
fn is_charter(text: &str) -> Option<bool> {
    match text {
        "Not a charter district" | "Not applicable" => Some(false),
        _ if text.contains("LEA for") || text.starts_with("All") => Some(true),
        _ => None,
    }
}

fn grades(lowest: Option<String>, highest: Option<String>) -> Option<String> {
    match (lowest, highest) {
        (Some(lowest), Some(highest)) if lowest == highest => Some(lowest),
        (Some(lowest), Some(highest)) => Some(format!("{lowest}-{highest}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_is_stripped_only_where_it_stands() {
        assert_eq!(without_prefix("CA-1975309", "CA"), "1975309");
        assert_eq!(without_prefix("IA-334774 000", "IA"), "334774 000");
        assert_eq!(without_prefix("210", "AL"), "210");
        assert_eq!(without_prefix("TX-", "AL"), "TX-");
    }

    #[test]
    fn a_lost_leading_zero_comes_back_and_nothing_else_passes() {
        assert_eq!(nces_id("100005".to_owned(), 0).unwrap(), "0100005");
        assert_eq!(nces_id("0100005".to_owned(), 0).unwrap(), "0100005");
        assert!(nces_id("1E+05".to_owned(), 0).is_err());
        assert!(nces_id("12345".to_owned(), 3).is_err_and(|bad| bad.row == 5));
    }
}
