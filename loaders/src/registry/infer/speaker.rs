//! Where a district stands on several rows, the one that speaks for it: the superintendent's in a list of people, its own
//! among those of its schools.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::filter::RowFilter;
use super::heading::says;
use super::known::KnownLeas;
use super::person;
use crate::table::{Table, fold};

/// Rows for a district, above which it stands on several, and above which they are no longer one for each.
const SEVERAL: f64 = 1.1;
/// Least share of the districts that the rows must have.
const LEAST_COVER: f64 = 0.8;
/// The same where the others' rows are left out.
const LEAST_KEPT: f64 = 0.95;
/// What a row about a district itself says of its kind.
const DISTRICT: &[&str] = &["district", "dist", "lea", "central office", "corporation", "division", "system", "agency"];
/// Headers of what such a row has none of.
const SCHOOL: &[&str] = &["school", "sch", "schl", "building", "bldg", "site", "campus"];

/// The rows to read for what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Speaker {
    /// The others are of the same districts: they say that these exist.
    Of(RowFilter),
    /// The others are of something else, by their names.
    Alone(RowFilter),
}

/// The rows of one column's values that are one for nearly every district. `districts` says whose a row is; without ids
/// rows cannot be brought together, and those of the others are left out if nobody is lost by it.
pub(super) fn find(
    table: &Table,
    name: usize,
    districts: &[Option<String>],
    have_ids: bool,
    known: &KnownLeas,
) -> Option<Speaker> {
    let all: HashSet<&str> = districts.iter().flatten().map(String::as_str).collect();
    if districts.iter().flatten().count() as f64 <= SEVERAL * all.len() as f64 {
        return None;
    }
    let rows = Rows { table, name, districts, count: all.len(), known };
    let columns = (0..table.header.len()).filter(|column| *column != name);
    let found = columns.filter_map(|column| rows.of_heads(column).or_else(|| rows.of_districts(column)));
    let found = found.min_by_key(|found| found.rank)?;
    if found.has_own_names || !have_ids {
        return rows.has_nearly_all(&found.filter).then_some(Speaker::Alone(found.filter));
    }
    Some(Speaker::Of(found.filter))
}

struct Rows<'a> {
    table: &'a Table,
    name: usize,
    districts: &'a [Option<String>],
    /// Different districts.
    count: usize,
    known: &'a KnownLeas,
}

struct Found {
    rank: u8,
    filter: RowFilter,
    has_own_names: bool,
}

impl Rows<'_> {
    /// A column of positions: the rows of superintendents, and of those who are called otherwise where nobody is called that.
    fn of_heads(&self, column: usize) -> Option<Found> {
        let at = |nearest: u8| -> Vec<String> {
            let is_head = |value: &&str| person::distance_of_title(value).is_some_and(|distance| distance <= nearest);
            self.by_value(column).into_keys().filter(is_head).map(str::to_owned).collect()
        };
        let values = [person::NOBODY - 1, 0].map(at).into_iter().find(|values| self.is_one_each(column, values))?;
        let filter = RowFilter { column, values, reason: "superintendents' rows" };
        Some(Found { rank: 0, filter, has_own_names: false })
    }

    /// A column of kinds, or one that only schools fill: the rows of the districts themselves.
    fn of_districts(&self, column: usize) -> Option<Found> {
        let is_of_schools = says(&self.table.header[column], SCHOOL);
        let says_so = |value: &str| match value.trim_start_matches('0').is_empty() {
            true => is_of_schools,
            false => says(value, DISTRICT),
        };
        let enough = LEAST_COVER * self.count as f64..=SEVERAL * self.count as f64;
        let few = self.by_value(column).into_iter().filter(|(_, rows)| enough.contains(&(*rows as f64)));
        let one_each = few.map(|(value, _)| vec![value.to_owned()]);
        let mut one_each = one_each.filter(|values| self.is_one_each(column, values));
        let (values, has_own_names) = one_each.find_map(|values| {
            let has_own_names = self.has_own_names(column, &values);
            (says_so(&values[0]) || has_own_names).then_some((values, has_own_names))
        })?;
        let filter = RowFilter { column, values, reason: "one row for every district" };
        Some(Found { rank: if has_own_names { 1 } else { 2 }, filter, has_own_names })
    }

    fn has_nearly_all(&self, filter: &RowFilter) -> bool {
        self.cover(filter.column, &filter.values).0 as f64 >= LEAST_KEPT * self.count as f64
    }

    fn by_value(&self, column: usize) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for (row, district) in self.table.rows.iter().zip(self.districts) {
            *counts.entry(row.cell(column)).or_default() += usize::from(district.is_some());
        }
        counts
    }

    /// Different districts of the rows with one of these values, and those rows.
    fn cover(&self, column: usize, values: &[String]) -> (usize, usize) {
        let has = |cell: &str| values.iter().any(|value| value == cell);
        let named = self.table.rows.iter().zip(self.districts).filter(|(row, _)| has(row.cell(column)));
        let districts: Vec<&str> = named.filter_map(|(_, district)| district.as_deref()).collect();
        (districts.iter().collect::<HashSet<_>>().len(), districts.len())
    }

    fn is_one_each(&self, column: usize, values: &[String]) -> bool {
        let (districts, rows) = self.cover(column, values);
        districts as f64 >= LEAST_COVER * self.count as f64 && rows as f64 <= SEVERAL * districts as f64
    }

    /// Whether these rows bear the names of LEAs and the others of the same districts have names of their own.
    fn has_own_names(&self, column: usize, values: &[String]) -> bool {
        const MOST: f64 = 0.5;
        let has = |cell: &str| values.iter().any(|value| value == cell);
        let (mut names, mut others) = (HashMap::new(), Vec::new());
        for (row, district) in self.table.rows.iter().zip(self.districts) {
            let Some(district) = district.as_deref() else { continue };
            if has(row.cell(column)) {
                names.insert(district, row.cell(self.name));
            } else {
                others.push((district, row.cell(self.name)));
            }
        }
        let differs = |(district, name): &&(&str, &str)| names.get(district).is_some_and(|own| fold(own) != fold(name));
        let different = others.iter().filter(differs).count();
        different as f64 > MOST * others.len() as f64 && self.known.share_of_names(names.into_values()) > MOST
    }
}
