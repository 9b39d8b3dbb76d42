//! A declaration for a file nobody described: which row is the header, which column is what, and how
//! its ids become `ST_LEAID`. What NCES knows of the state decides wherever it can: the name column is
//! the one that holds names of its LEAs, the id rule the one that hits ids of LEAs *of the same name*.

mod choice;
mod column;
mod draft;
mod filter;
mod heading;
mod id_rule;
mod known;
mod learned;
mod merged;
mod person;
mod rule_text;
mod rules;
mod speaker;

use std::collections::BTreeMap;
use std::path::Path;

pub use id_rule::Trial;
pub use known::KnownLeas;

use self::choice::Choice;
use self::draft::Draft;
use self::filter::RowFilter;
use super::declaration::Declaration;
use super::field::Field;
use super::{clean, format, header};
use crate::LoadError;
use crate::fault::Spot;
use crate::source::Source;
use crate::table::Table;

/// Fields that rows of schools share with their district.
const OF_DISTRICTS: &[Field] = &[Field::Name, Field::StateDistrictId, Field::NcesId, Field::County];

/// Fields of digits that are no district's id.
const NO_IDS: &[Field] =
    &[Field::NcesId, Field::Phone, Field::Fax, Field::Zip, Field::MailZip, Field::Enrollment, Field::Latitude];

/// Sheets looked at.
const MOST_SHEETS: usize = 40;

/// What the user said about the file.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// Field to header, instead of what would be found.
    pub columns: BTreeMap<Field, String>,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// Row of the header, from 1.
    pub header_row: Option<usize>,
    /// The id rule, such as `District | pad 6`.
    pub id_rule: Option<String>,
}

/// A column and what it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Proposed {
    /// What it holds; none for a column left alone.
    pub field: Option<Field>,
    /// Its header.
    pub header: String,
    /// Some of its values.
    pub samples: Vec<String>,
}

/// A declaration, and how it was come by.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The declaration's text, ready to be saved.
    pub toml: String,
    /// Every column.
    pub columns: Vec<Proposed>,
    /// The id rules tried, best first; the first is in the declaration if it is trustworthy.
    pub trials: Vec<Trial>,
    /// Row of the header, from 1.
    pub header_row: usize,
    /// The sheet it was found on, where that is not the first.
    pub sheet: Option<String>,
    /// The columns that tell districts from other rows, and their values for districts.
    pub keep: Vec<(String, Vec<String>)>,
    /// The column that tells which of a district's several rows speaks for it, and its values there.
    pub speaks: Option<(String, Vec<String>)>,
    /// Rows that remain, and rows there are.
    pub rows: (usize, usize),
    /// Share of the rows whose name is that of an LEA.
    pub name_agreement: f64,
}

/// Proposes a declaration for a file of `state`.
pub fn infer(path: &Path, state: &str, hints: &Hints, known: &KnownLeas) -> Result<Proposal, LoadError> {
    let file = Source::read(path)?;
    let mut found = find_table(&file, state, hints, known)?;
    let name = proposed_columns(path, &found.table, hints, known)?.get(&Field::Name).copied();
    found.merged = name.map_or_else(Vec::new, |name| merged::columns(&found.table, name));
    found.table.fill_down(&found.merged);
    let whole = &found.table;
    let mut columns = proposed_columns(path, whole, hints, known)?;
    let Some(name) = columns.get(&Field::Name).copied() else {
        return Err(missing(path, "the district's name", whole));
    };
    let id = columns.get(&Field::StateDistrictId).copied();
    let no_ids: Vec<usize> = NO_IDS.iter().filter_map(|field| columns.get(field).copied()).collect();
    let chosen = Choice { path, table: whole, name, id, no_ids: &no_ids, hints, known }.make()?;
    let (table, rule) = (&chosen.table, &chosen.rule);
    if let Some(speaking) = chosen.speaking() {
        // Whose a telephone is, is said by the rows that are the districts' own.
        columns = proposed_columns(path, &speaking, hints, known)?;
        columns.retain(|field, at| *field == Field::Name || *at != name);
        columns.insert(Field::Name, name);
        // `Dist` beside `Sch` says no more of a district than that it is one.
        let is_told = |at: usize| chosen.keep.iter().any(|filter| filter.column == at && filter.values.len() == 1);
        columns.retain(|field, at| *field != Field::DistrictType || !is_told(*at));
    }
    if hints.columns.is_empty() && hints.id_rule.is_none() {
        refuse_ruins(path, table)?;
        refuse_lists_of_names(path, table, &columns, rule.is_some())?;
    }
    match rule {
        Some(trial) => {
            columns.retain(|field, at| *field == Field::StateDistrictId || *at != trial.id_column);
            columns.insert(Field::StateDistrictId, trial.id_column);
            if trial.repeats && chosen.speaks.is_none() {
                // Rows of schools: only what is their district's may be taken for it.
                columns.retain(|field, _| OF_DISTRICTS.contains(field) || hints.columns.contains_key(field));
            }
        }
        // An id that is none of NCES's would be refused row by row; it stays in the raw record.
        None => drop(columns.remove(&Field::StateDistrictId)),
    }
    let name_agreement = known.share_of_names(table.rows.iter().map(|row| row.cell(name)));
    let draft = Draft { state, path, hints, found: &found, chosen: &chosen, columns: &columns };
    let of_column = |filter: &RowFilter| (whole.header[filter.column].clone(), filter.values.clone());
    Ok(Proposal {
        toml: draft.toml(),
        columns: described(table, &columns),
        header_row: found.header_row,
        sheet: found.sheet.clone(),
        keep: chosen.keep.iter().map(of_column).collect(),
        speaks: chosen.speaks.as_ref().map(of_column),
        rows: (table.rows.len(), whole.rows.len()),
        trials: chosen.trials,
        name_agreement,
    })
}

/// Ids that a spreadsheet made numbers of cannot be made ids again.
fn refuse_ruins(path: &Path, table: &Table) -> Result<(), LoadError> {
    let ruined = |column: &usize| table.rows.iter().filter(|row| clean::is_scientific(row.cell(*column))).count();
    let worst = (0..table.header.len()).map(|column| (ruined(&column), column)).max();
    let Some((count, column)) = worst.filter(|(count, _)| count * 2 > table.rows.len()) else { return Ok(()) };
    let value = table.rows.iter().map(|row| row.cell(column)).find(|cell| clean::is_scientific(cell));
    Err(LoadError::Ruined {
        spot: Spot::of(path),
        column: table.header[column].clone(),
        value: value.unwrap_or_default().to_owned(),
        count,
    })
}

/// Names alone are no registry: a calendar or a list of results has them too.
fn refuse_lists_of_names(
    path: &Path,
    table: &Table,
    columns: &BTreeMap<Field, usize>,
    has_rule: bool,
) -> Result<(), LoadError> {
    let says_more = |field: &Field| !matches!(field, Field::Name | Field::County | Field::DistrictType | Field::Status);
    if has_rule || columns.keys().any(says_more) {
        return Ok(());
    }
    let header = table.header.iter().take(6).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Err(LoadError::NotARegistry { spot: Spot::of(path), header })
}

/// The table of the file, and where it stands.
struct Found {
    table: Table,
    header_row: usize,
    header_rows: usize,
    /// Columns whose cells are merged over rows.
    merged: Vec<usize>,
    /// The sheet, where it is not the first.
    sheet: Option<String>,
}

/// The sheet the user named, else the one with the most names of LEAs.
fn find_table(file: &Source, state: &str, hints: &Hints, known: &KnownLeas) -> Result<Found, LoadError> {
    let read = |sheet: Option<&str>| -> Result<Found, LoadError> {
        let grid = format::read_grid(file, &reading(state, sheet))?;
        let first = grid.rows.iter().find(|row| !row.is_empty()).map_or_else(String::new, |row| row.cells.join(" "));
        let beginning: String = first.chars().take(80).collect();
        let guesses = header::guess(grid, hints.header_row).into_iter();
        let (header_row, header_rows, table) = guesses
            .max_by_key(|(_, rows, table)| (column::propose(table, known).len(), std::cmp::Reverse(*rows)))
            .ok_or_else(|| LoadError::NoTable { spot: Spot::of(&file.path), beginning })?;
        Ok(Found { table, header_row, header_rows, sheet: sheet.map(str::to_owned), merged: Vec::new() })
    };
    let first = read(hints.sheet.as_deref());
    if hints.sheet.is_some() {
        return first;
    }
    // As many names in fewer rows: the sheet of districts, not that of their schools.
    let names = |found: &Found| (column::most_names(&found.table, known), std::cmp::Reverse(found.table.rows.len()));
    let others = format::sheets(file)?;
    let others = others.iter().skip(1).take(MOST_SHEETS).filter_map(|sheet| read(Some(sheet)).ok());
    let best =
        others.max_by_key(names).filter(|best| first.as_ref().map_or((0, std::cmp::Reverse(0)), names) < names(best));
    best.map_or(first, Ok)
}

/// What the headers and the values say, and over it what the user says.
fn proposed_columns(
    path: &Path,
    table: &Table,
    hints: &Hints,
    known: &KnownLeas,
) -> Result<BTreeMap<Field, usize>, LoadError> {
    let mut columns = column::propose(table, known);
    for (field, name) in &hints.columns {
        let column = table.column(name).ok_or_else(|| missing(path, name, table))?;
        columns.retain(|known, at| known != field && *at != column);
        columns.insert(*field, column);
    }
    Ok(columns)
}

/// Just enough of a declaration to read the bytes.
fn reading(state: &str, sheet: Option<&str>) -> Declaration {
    let bare = Declaration::bare(BTreeMap::from([(Field::Name, String::new())]));
    Declaration { state: state.to_owned(), sheet: sheet.map(str::to_owned), ..bare }
}

fn missing(path: &Path, column: &str, table: &Table) -> LoadError {
    let present = table.header.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let nearest = format!("; say which it is with --map, such as --map name=\"District Name\"; the file has {present}");
    LoadError::MissingColumn { spot: Spot::of(path), column: column.to_owned(), nearest }
}

fn described(table: &Table, columns: &BTreeMap<Field, usize>) -> Vec<Proposed> {
    let samples = |column: usize| {
        let cells = table.rows.iter().filter_map(|row| clean::text(row.cell(column)));
        cells.take(2).map(|cell| cell.chars().take(32).collect()).collect()
    };
    let field = |column: usize| columns.iter().find(|(_, at)| **at == column).map(|(field, _)| *field);
    let all = table.header.iter().enumerate();
    all.map(|(column, header)| Proposed { field: field(column), header: header.clone(), samples: samples(column) })
        .collect()
}
