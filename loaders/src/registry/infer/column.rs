//! Which column is what, by the words of its header and the shape of its values.

use std::collections::BTreeMap;

use super::super::clean;
use super::super::declaration::Field;
use super::known::KnownLeas;
use super::says;
use crate::table::Table;

/// Rows looked at.
const SAMPLE_ROWS: usize = 300;
/// Least share of the filled cells that must have a field's shape.
const SHAPED: f64 = 0.6;

/// A field, the words its headers say, and the words that make it something else.
struct Rule {
    field: Field,
    words: &'static [&'static str],
    not: &'static [&'static str],
    has_shape: fn(&str) -> bool,
}

const RULES: &[Rule] = &[
    rule(Field::NcesId, &["nces", "nces id", "ncesid"], &["school"], is_nces_id),
    rule(Field::Email, &["email", "e mail", "mail address", "email address"], &["mailing"], |cell| {
        clean::email(cell).is_some()
    }),
    rule(
        Field::Website,
        &["web", "website", "url", "homepage", "web address", "web site", "webaddr", "web page"],
        &[],
        |cell| clean::website(cell).is_some(),
    ),
    rule(Field::Fax, &["fax", "fax number", "faxnumber"], &[], is_phone),
    rule(
        Field::Phone,
        &["phone", "telephone", "tel", "phone number", "district phone", "phone no"],
        &["fax"],
        is_phone,
    ),
    rule(Field::MailZip, &["mailing zip", "mail zip", "mailing zip code", "mailzip"], &[], is_zip),
    rule(
        Field::Zip,
        &["zip", "zip code", "zipcode", "zip5", "postal code", "zip1"],
        &["mailing", "mail", "zip4", "plus 4"],
        is_zip,
    ),
    rule(Field::MailCity, &["mailing city", "mail city"], &[], is_text),
    rule(Field::City, &["city", "town", "city1", "municipality"], &["mailing", "mail"], is_text),
    rule(
        Field::MailStreet,
        &["mailing address", "mailing street", "mail street", "mailing street address"],
        &["city", "zip"],
        is_text,
    ),
    rule(
        Field::Street,
        &[
            "address",
            "street",
            "address1",
            "address 1",
            "addr1",
            "street address",
            "physical street",
            "physical address",
        ],
        &["mail", "mailing", "email", "web"],
        is_text,
    ),
    rule(Field::County, &["county", "county name", "cty name", "county desc"], &["code", "number"], is_text),
    rule(
        Field::AdministratorFirst,
        &["first name", "fname", "supt first name", "admin first name"],
        &["ba", "sec", "hib"],
        is_text,
    ),
    rule(
        Field::AdministratorLast,
        &["last name", "lname", "supt last name", "admin last name"],
        &["ba", "sec", "hib"],
        is_text,
    ),
    rule(
        Field::Administrator,
        &["superintendent", "superintendent name", "administrator", "full name", "supt", "director", "head"],
        &["email", "phone", "first", "last", "title"],
        is_person,
    ),
    rule(Field::Latitude, &["latitude", "lat"], &[], |cell| clean::degrees(cell).is_some()),
    rule(Field::Longitude, &["longitude", "lon", "long"], &[], |cell| clean::degrees(cell).is_some()),
    rule(
        Field::Enrollment,
        &["enrollment", "total enrollment", "enrolment", "students", "student count", "total students", "membership"],
        &["date", "rate", "percent", "change", "grade", "school"],
        |cell| clean::count(cell).is_some(),
    ),
    rule(
        Field::DistrictType,
        &["district type", "type", "organization type", "agency type", "doctype"],
        &["code"],
        is_text,
    ),
    rule(Field::Status, &["status", "statustype"], &[], is_text),
];

const fn rule(
    field: Field,
    words: &'static [&'static str],
    not: &'static [&'static str],
    has_shape: fn(&str) -> bool,
) -> Rule {
    Rule { field, words, not, has_shape }
}

/// Field to column. A field goes to the first column that says it and bears it out.
pub(super) fn propose(table: &Table, known: &KnownLeas) -> BTreeMap<Field, usize> {
    let mut columns = BTreeMap::new();
    if let Some(name) = name_column(table, known) {
        columns.insert(Field::Name, name);
    }
    for rule in RULES {
        let is_free = |column: &usize| !columns.values().any(|taken| taken == column);
        let speaks =
            |column: &usize| says(&table.header[*column], rule.words) && !says(&table.header[*column], rule.not);
        let found = (0..table.header.len())
            .find(|column| is_free(column) && speaks(column) && is_shaped(table, *column, rule.has_shape));
        if let Some(column) = found {
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
/// a person's, and the service agency each district belongs to is an LEA too.
fn name_column(table: &Table, known: &KnownLeas) -> Option<usize> {
    let count = |column: usize| known.distinct_names(table.rows.iter().map(|row| row.cell(column)));
    let counted = (0..table.header.len()).map(|column| (count(column), column)).filter(|(count, _)| *count > 0);
    let best = counted.max_by_key(|(count, column)| (*count, std::cmp::Reverse(*column)))?;
    let rows = table.rows.len();
    // A few hits in a long file are accidents, unless the header says what the column is.
    let is_named = says(&table.header[best.1], &["district name", "district", "lea name", "leaname", "agency name"]);
    (best.0 * 20 >= rows || is_named).then_some(best.1)
}

fn is_shaped(table: &Table, column: usize, has_shape: fn(&str) -> bool) -> bool {
    let cells: Vec<&str> = table
        .rows
        .iter()
        .take(SAMPLE_ROWS)
        .map(|row| row.cell(column))
        .filter(|cell| clean::text(cell).is_some())
        .collect();
    let shaped = cells.iter().filter(|cell| has_shape(cell)).count();
    !cells.is_empty() && shaped as f64 >= SHAPED * cells.len() as f64
}

fn is_nces_id(cell: &str) -> bool {
    clean::id(cell).is_some_and(|id| id.len() == 7 && id.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_phone(cell: &str) -> bool {
    clean::phone(cell).is_some_and(|phone| phone.number.starts_with('('))
}

fn is_zip(cell: &str) -> bool {
    clean::zip(cell).is_some_and(|zip| zip.len() == 5 || zip.len() == 10)
}

fn is_text(cell: &str) -> bool {
    cell.chars().any(char::is_alphabetic)
}

/// Two words or more, no digits: `Jane Lee`, not `Lee School District 4`.
fn is_person(cell: &str) -> bool {
    cell.split_whitespace().count() >= 2
        && !cell.chars().any(|c| c.is_ascii_digit())
        && !cell.to_lowercase().contains("school")
}
