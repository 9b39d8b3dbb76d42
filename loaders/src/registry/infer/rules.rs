//! What the headers and the values of each field look like.

use super::super::clean::{self, Person};
use super::super::field::Field;
use super::heading::says;
use super::person;
use crate::table::Table;

/// Rows looked at.
const SAMPLE_ROWS: usize = 300;
/// Least share of the filled cells that must have a field's shape.
const SHAPED: f64 = 0.6;

/// A field, the words its headers say, and the words that make it something else.
pub(super) struct Rule {
    pub field: Field,
    words: &'static [&'static str],
    not: &'static [&'static str],
    has_shape: fn(&str) -> bool,
    whose: Whose,
}

/// Of several columns that say a field, whose is taken.
#[derive(Clone, Copy)]
enum Whose {
    /// Anybody's: the first.
    Any,
    /// The head's before nobody's; nobody else's.
    Head,
    /// The head's only.
    OnlyHead,
    /// Nobody's before the head's, the district's own phone before the superintendent's; nobody else's.
    District,
}

/// A column of both: the first number is the telephone. Beside one of telephones it is the fax's.
const PHONE_AND_FAX: &[&str] = &["phone fax", "telephone fax", "tel fax", "phone and fax"];

/// Words that make a head's column something else than a name.
const PERSON_NOT: &[&str] = &[
    "email",
    "e mail",
    "mail",
    "phone",
    "telephone",
    "fax",
    "first",
    "last",
    "middle",
    "fname",
    "lname",
    "title",
    "prefix",
    "suffix",
    "salutation",
    "address",
    "city",
    "state",
    "zip",
    "street",
    "county",
    "region",
    "office",
    "type",
    "date",
    "since",
    "year",
    "years",
    "salary",
    "id",
    "code",
    "number",
    "website",
    "url",
    "degree",
];

pub(super) const RULES: &[Rule] = &[
    rule(
        Field::NcesId,
        &["nces", "ncesid", "federal id", "federal district id"],
        &["school", "sch"],
        |cell| clean::nces_id(cell).is_some(),
        Whose::Any,
    ),
    rule(
        Field::Email,
        &["email", "e mail", "mail address"],
        &["mailing"],
        |cell| clean::email(cell).is_some(),
        Whose::Head,
    ),
    rule(
        Field::Website,
        &["web", "website", "url", "homepage", "home page", "webaddr", "internet"],
        &[],
        |cell| clean::website(cell).is_some(),
        Whose::Any,
    ),
    rule(Field::Fax, &["fax", "faxnumber", "facsimile"], PHONE_AND_FAX, is_phone, Whose::District),
    rule(
        Field::Phone,
        &["phone", "telephone", "tel", "phonenumber", "phonenum", "voice"],
        &["fax"],
        is_phone,
        Whose::District,
    ),
    rule(Field::Phone, PHONE_AND_FAX, &[], is_phone, Whose::District),
    rule(Field::Fax, PHONE_AND_FAX, &[], is_phone, Whose::District),
    rule(Field::MailZip, &["mailing zip", "mail zip", "mailing address zip", "mailzip"], &[], is_zip, Whose::Any),
    rule(
        Field::Zip,
        &["zip", "zipcode", "zip5", "postal", "zip1"],
        &["mailing", "mail", "zip4", "zip 4", "plus 4"],
        is_zip,
        Whose::Any,
    ),
    rule(
        Field::MailAddress,
        &["mailing address", "mail address", "mailing city", "mail city", "mailing"],
        &["email", "e mail"],
        is_address,
        Whose::Any,
    ),
    rule(
        Field::Address,
        &["address", "addr", "location", "city", "csz", "street", "town"],
        &["mail", "mailing", "email", "web", "ip"],
        is_address,
        Whose::Any,
    ),
    rule(Field::MailCity, &["mailing city", "mail city", "mailing address city"], &[], is_place, Whose::Any),
    rule(Field::City, &["city", "town", "city1", "municipality"], &["mailing", "mail"], is_place, Whose::Any),
    rule(
        Field::MailStreet,
        &["mailing address", "mailing street", "mail street", "mail address", "mailing line 1", "mail line 1"],
        &["city", "state", "zip", "email", "e mail"],
        is_text,
        Whose::Any,
    ),
    rule(
        Field::Street,
        &["address", "street", "address1", "addr1", "addr", "street1", "line 1", "line1"],
        &["mail", "mailing", "email", "web", "city", "state", "zip", "county", "ip"],
        is_text,
        Whose::Any,
    ),
    rule(
        Field::County,
        &["county", "parish", "borough", "cty name"],
        &["code", "number", "id", "no"],
        is_text,
        Whose::Any,
    ),
    rule(Field::AdministratorFirst, &["first name", "firstname", "fname", "f name"], &["middle"], is_text, Whose::Head),
    rule(Field::AdministratorFirst, &["first"], &["middle"], is_text, Whose::OnlyHead),
    rule(Field::AdministratorLast, &["last name", "lastname", "lname", "l name"], &["middle"], is_text, Whose::Head),
    rule(Field::AdministratorLast, &["last"], &["middle"], is_text, Whose::OnlyHead),
    rule(Field::Administrator, person::SUPERINTENDENT, PERSON_NOT, is_person, Whose::OnlyHead),
    rule(Field::Administrator, person::LEADER, PERSON_NOT, is_person, Whose::OnlyHead),
    rule(Field::Administrator, &["full name"], PERSON_NOT, is_person, Whose::Head),
    rule(Field::Latitude, &["latitude", "lat"], &[], |cell| clean::degrees(cell).is_some(), Whose::Any),
    rule(Field::Longitude, &["longitude", "lon", "long"], &[], |cell| clean::degrees(cell).is_some(), Whose::Any),
    rule(
        Field::Enrollment,
        &["enrollment", "enrolment", "students", "student count", "membership"],
        &["date", "rate", "percent", "change", "grade", "school", "type"],
        |cell| clean::count(cell).is_some(),
        Whose::Any,
    ),
    rule(Field::DistrictType, &["type", "doctype", "category"], &["code", "id"], is_text, Whose::Any),
    rule(Field::Status, &["status", "statustype"], &["code", "date"], is_text, Whose::Any),
];

/// Who a row's person is, where its rows are superintendents'.
pub(super) const CONTACTS: &[Rule] = &[
    rule(Field::Administrator, &["contact", "person"], PERSON_NOT, is_person, Whose::Head),
    rule(Field::Administrator, &["name"], NAME_NOT, is_person, Whose::Head),
];

/// Words that make a name somebody's or something else's.
const NAME_NOT: &[&str] = &[
    "first",
    "last",
    "middle",
    "school",
    "building",
    "site",
    "district",
    "lea",
    "agency",
    "organization",
    "org",
    "system",
    "county",
    "city",
    "user",
    "file",
    "board",
    "program",
    "street",
    "region",
];

const fn rule(
    field: Field,
    words: &'static [&'static str],
    not: &'static [&'static str],
    has_shape: fn(&str) -> bool,
    whose: Whose,
) -> Rule {
    Rule { field, words, not, has_shape, whose }
}

impl Rule {
    /// The nearest column that is not taken, of these the first.
    pub fn column(&self, table: &Table, is_taken: impl Fn(usize) -> bool) -> Option<usize> {
        let speaking = table.header.iter().enumerate().filter_map(|(column, header)| {
            let speaks = !is_taken(column) && says(header, self.words) && !says(header, self.not);
            Some((self.whose.distance(header)?, column)).filter(|_| speaks)
        });
        speaking.filter(|(_, column)| is_shaped(table, *column, self.has_shape)).min().map(|(_, column)| column)
    }
}

impl Whose {
    fn distance(self, header: &str) -> Option<u8> {
        let distance = person::distance(header);
        match self {
            Self::Any => Some(0),
            Self::Head => distance,
            Self::OnlyHead => distance.filter(|distance| *distance < person::NOBODY),
            Self::District => distance.map(|distance| person::NOBODY - distance),
        }
    }
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

fn is_phone(cell: &str) -> bool {
    clean::phone(cell).is_some_and(|phone| phone.number.starts_with('('))
}

fn is_zip(cell: &str) -> bool {
    clean::zip(cell).is_some_and(|zip| zip.len() == 5 || zip.len() == 10)
}

/// What tells more than a street: a town with its state, or a zip.
fn is_address(cell: &str) -> bool {
    clean::address(cell).is_some_and(|address| address.city.is_some() || address.zip.is_some())
}

/// A town's name alone, not `Casper, WY 82601`.
fn is_place(cell: &str) -> bool {
    is_text(cell) && !cell.chars().any(|c| c.is_ascii_digit())
}

fn is_text(cell: &str) -> bool {
    cell.chars().any(char::is_alphabetic)
}

/// First and last name, no digits: `Jane Lee, Superintendent of Schools`, not `Lee School District 4`.
fn is_person(cell: &str) -> bool {
    let Some(Person { first: Some(first), last }) = clean::person(cell) else { return false };
    let name = format!("{first} {last}").to_lowercase();
    !name.contains("school") && !name.chars().any(|c| c.is_ascii_digit())
}
