//! A declaration for a file nobody described: which row is the header, which column is what, and how
//! its ids become `ST_LEAID`. What NCES knows of the state decides wherever it can: the name column is
//! the one that holds names of its LEAs, the id rule the one that hits ids of LEAs *of the same name*.

mod column;
mod id_rule;
mod known;

use std::collections::BTreeMap;
use std::path::Path;

pub use id_rule::Trial;
pub use known::KnownLeas;

use super::declaration::{Declaration, Field};
use super::{format, header};
use crate::LoadError;
use crate::fault::Spot;
use crate::source::Source;
use crate::table::{Table, fold};

/// Fields that rows of schools share with their district.
const OF_DISTRICTS: &[Field] = &[Field::Name, Field::StateDistrictId, Field::NcesId, Field::County];

/// What the user said about the file.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// Field to header, instead of what would be found.
    pub columns: BTreeMap<Field, String>,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// Row of the header, from 1.
    pub header_row: Option<usize>,
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
    /// Share of the rows whose name is that of an LEA.
    pub name_agreement: f64,
}

/// Proposes a declaration for a file of `state`.
pub fn infer(path: &Path, state: &str, hints: &Hints, known: &KnownLeas) -> Result<Proposal, LoadError> {
    let file = Source::read(path)?;
    let grid = format::read_grid(&file, &reading(state, hints)?)?;
    let (header_row, table) = header::guess(grid, hints.header_row)
        .ok_or_else(|| LoadError::broken(path, "no row of it could be the header of a table"))?;
    let mut columns = column::propose(&table, known);
    for (field, name) in &hints.columns {
        let column = table.column(name).ok_or_else(|| missing(path, name, &table))?;
        columns.retain(|known, at| known != field && *at != column);
        columns.insert(*field, column);
    }
    let Some(name) = columns.get(&Field::Name).copied() else {
        return Err(missing(path, "the district's name", &table));
    };
    let trials = id_rule::trials(&table, name, columns.get(&Field::StateDistrictId).copied(), known);
    let rule = trials.first().filter(|trial| trial.is_trustworthy());
    if let Some(trial) = rule {
        columns.retain(|field, at| *field == Field::StateDistrictId || *at != trial.id_column);
        columns.insert(Field::StateDistrictId, trial.id_column);
        if trial.repeats {
            // Rows of schools: only what is their district's may be taken for it.
            columns.retain(|field, _| OF_DISTRICTS.contains(field) || hints.columns.contains_key(field));
        }
    } else {
        // An id that is none of NCES's would be refused row by row; it stays in the raw record.
        columns.remove(&Field::StateDistrictId);
    }
    let name_agreement = known.share_of_names(table.rows.iter().map(|row| row.cell(name)));
    Ok(Proposal {
        toml: text(state, path, hints, header_row, &table, &columns, rule),
        columns: described(&table, &columns),
        trials,
        header_row,
        name_agreement,
    })
}

/// Just enough of a declaration to read the bytes.
fn reading(state: &str, hints: &Hints) -> Result<Declaration, LoadError> {
    let sheet = hints.sheet.as_ref().map_or_else(String::new, |sheet| format!("sheet = {}\n", quoted(sheet)));
    let text = format!(
        "state = {}\ntitle = \"\"\npublisher = \"\"\n{sheet}[columns]\nname = \"\"\n[expect]\ndistricts = [0, 0]\n",
        quoted(state)
    );
    Declaration::parse("inferred", &text, Path::new("inferred"))
}

fn missing(path: &Path, column: &str, table: &Table) -> LoadError {
    let present = table.header.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let nearest = format!("; say which it is with --map, such as --map name=\"District Name\"; the file has {present}");
    LoadError::MissingColumn { spot: Spot::of(path), column: column.to_owned(), nearest }
}

fn described(table: &Table, columns: &BTreeMap<Field, usize>) -> Vec<Proposed> {
    let samples = |column: usize| {
        let cells = table.rows.iter().map(|row| row.cell(column)).filter(|cell| !cell.is_empty());
        cells.take(2).map(|cell| cell.chars().take(32).collect()).collect()
    };
    let field = |column: usize| columns.iter().find(|(_, at)| **at == column).map(|(field, _)| *field);
    let all = table.header.iter().enumerate();
    all.map(|(column, header)| Proposed { field: field(column), header: header.clone(), samples: samples(column) })
        .collect()
}

/// The declaration's text. Whatever is not mapped is ignored by name: the day another column appears it warns.
fn text(
    state: &str,
    path: &Path,
    hints: &Hints,
    header_row: usize,
    table: &Table,
    columns: &BTreeMap<Field, usize>,
    rule: Option<&Trial>,
) -> String {
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut text = format!(
        "state = {}\ntitle = {}\npublisher = \"unknown\"\n",
        quoted(state),
        quoted(&format!("Inferred from {file}"))
    );
    if let Some(sheet) = &hints.sheet {
        text.push_str(&format!("sheet = {}\n", quoted(sheet)));
    }
    if hints.header_row.is_some() {
        text.push_str(&format!("header_row = {header_row}\n"));
    }
    let is_mapped =
        |column: usize| columns.values().any(|at| *at == column) || rule.is_some_and(|rule| rule.uses(column));
    let ignored =
        table.header.iter().enumerate().filter(|(column, _)| !is_mapped(*column)).map(|(_, header)| quoted(header));
    text.push_str(&format!("ignore = [{}]\n", ignored.collect::<Vec<_>>().join(", ")));
    text.push_str("collapse = ");
    text.push_str(if rule.is_some_and(|rule| rule.repeats) {
        "true # a district stands on several rows\n"
    } else {
        "false\n"
    });
    text.push_str(&rule.map_or_else(String::new, |rule| rule.toml(table)));
    text.push_str("\n[columns]\n");
    for (field, column) in columns {
        text.push_str(&format!("{} = {}\n", field.word(), quoted(&table.header[*column])));
    }
    text.push_str("\n[expect]\n");
    let count = rule.map_or(table.rows.len(), |rule| rule.districts);
    text.push_str(&format!("districts = [{}, {}]\nbad_share = 0.1\n", count / 2, count * 2));
    text
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(fold_line(text)).to_string()
}

fn fold_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// True when a header says one of the words.
fn says(header: &str, words: &[&str]) -> bool {
    let folded = fold(header).replace(['_', '-', '.', '#', ':'], " ");
    words.iter().any(|word| format!(" {folded} ").contains(&format!(" {word} ")))
}
