//! Which column is what, by the words of its header and the shape of its values.

use std::collections::BTreeMap;

use super::super::field::Field;
use super::heading::says;
use super::known::KnownLeas;
use super::person;
use super::rules::{CONTACTS, RULES};
use crate::table::Table;

/// Words of headers of places, and of districts.
const PLACE: &[&str] = &["city", "town", "county", "parish", "borough", "municipality", "location", "region"];
const DISTRICT: &[&str] = &["district", "dist", "lea", "name", "school", "system", "agency", "division", "corporation"];

/// Field to column. A field goes to the column that says it, bears it out and is nearest to whose it should be.
pub(super) fn propose(table: &Table, known: &KnownLeas) -> BTreeMap<Field, usize> {
    let mut columns = BTreeMap::new();
    if let Some(name) = name_column(table, known) {
        columns.insert(Field::Name, name);
    }
    let contacts = if person::rows_are_superintendents(table) { CONTACTS } else { &[] };
    for rule in RULES.iter().chain(contacts) {
        if columns.contains_key(&rule.field) {
            continue;
        }
        if let Some(column) = rule.column(table, |column| columns.values().any(|taken| *taken == column)) {
            columns.insert(rule.field, column);
        }
    }
    columns
}

/// The most different names of LEAs that any column holds.
pub(super) fn most_names(table: &Table, known: &KnownLeas) -> usize {
    let count = |column: usize| known.distinct_names(table.rows.iter().map(|row| row.cell(column)));
    (0..table.header.len()).map(count).max().unwrap_or(0)
}

/// The column that holds the most different names of the state's LEAs, whatever its header: a `NAME` may be
/// a person's, and the service agency each district belongs to is an LEA too. Only a column of places must hold three
/// times as many as another: many districts are called as their town or county is.
fn name_column(table: &Table, known: &KnownLeas) -> Option<usize> {
    let count = |column: usize| {
        let names = known.distinct_names(table.rows.iter().map(|row| row.cell(column)));
        let is_place = says(&table.header[column], PLACE) && !says(&table.header[column], DISTRICT);
        if is_place { names / 3 } else { names }
    };
    let counted = (0..table.header.len()).map(|column| (count(column), column)).filter(|(count, _)| *count > 0);
    let best = counted.max_by_key(|(count, column)| (*count, std::cmp::Reverse(*column)))?;
    let rows = table.rows.len();
    // A few hits in a long file are accidents, unless the header says what the column is.
    let is_named = says(&table.header[best.1], &["district name", "district", "lea name", "leaname", "agency name"]);
    (best.0 * 20 >= rows || is_named).then_some(best.1)
}
