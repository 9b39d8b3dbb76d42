//! An address in one cell: `12 Main St, Akron, OH 44301`, or its end alone, `Akron OH 44301-1234`.

use super::{text, zip};
use crate::address::Address;
use crate::states::State;

/// Reads an address from its end, where it is most regular: country, zip, state, city, and the street is the rest, as
/// far as marks, or the words that end streets, tell them apart. Where nothing is told apart the cell is the street; a
/// street that nothing parts from its city keeps it.
pub fn address(cell: &str) -> Option<Address> {
    let whole = text(&cell.replace(['\r', '\n', ';', '|'], ", "))?;
    let (rest, found_zip) = without_zip(without_country(&whole));
    let (rest, state) = without_state(rest, found_zip.is_some());
    // A number behind neither state nor comma is a road's: `Highway 12345`.
    let is_end = state.is_some() || found_zip.is_some() && rest.ends_with(',');
    if !is_end {
        return Some(Address { street: text(cell), ..Address::default() });
    }
    let parts: Vec<&str> = rest.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let (street, city) = match parts.split_last() {
        Some((city, before)) if is_city(city) => (before.to_vec(), Some(*city)),
        Some((last, before)) => match without_city(last) {
            Some((street, city)) => (before.iter().copied().chain([street]).collect(), Some(city)),
            None => (parts, None),
        },
        None => (parts, None),
    };
    let street = (!street.is_empty()).then(|| street.join(", "));
    let city = city.map(str::to_owned);
    Some(Address { street, city, state: state.map(|state| state.code.to_owned()), zip: found_zip.and_then(zip) })
}

/// `Akron, OH 44301, USA` as maps write it.
fn without_country(text: &str) -> &str {
    let country = text.rsplit(',').next().unwrap_or_default();
    let is_own = ["USA", "U.S.A.", "US", "U.S.", "United States"].contains(&country.trim());
    if is_own && country.len() < text.len() { &text[..text.len() - country.len() - 1] } else { text }
}

/// The text before a zip of five or nine digits, and the zip.
fn without_zip(text: &str) -> (&str, Option<&str>) {
    let from = text.rfind(|c: char| !c.is_ascii_digit() && c != '-').map_or(0, |at| at + next_char(text, at));
    let (before, last) = text.split_at(from);
    let digits = last.bytes().filter(u8::is_ascii_digit).count();
    let is_zip = matches!((digits, last.find('-')), (5 | 9, None) | (9, Some(5)) | (5, Some(5)));
    // Five digits alone are a number of anything.
    if is_zip && before.chars().any(char::is_alphabetic) { (before, Some(last)) } else { (text, None) }
}

fn next_char(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

/// The text before a state, and the state: its two letters, or its name behind a comma. Where no zip follows, two
/// letters are one only as capitals, and behind a town's name and a comma: `1200 First St, NE` is in no Nebraska.
fn without_state(text: &str, has_zip: bool) -> (&str, Option<&'static State>) {
    let bare = text.trim_end_matches([' ', ',', '.']);
    let (before, name) = bare.split_at(bare.rfind(',').map_or(0, |at| at + 1));
    if let Some(state) = State::by_name(name.trim()).filter(|_| ends_in_city(before)) {
        return (before, Some(state));
    }
    let (before, last) = bare.split_at(bare.rfind([' ', ',']).map_or(0, |at| at + 1));
    let code: String = last.chars().filter(|c| *c != '.').collect();
    let is_marked = ends_in_city(before) && code.bytes().all(|byte| byte.is_ascii_uppercase());
    match State::by_code(&code).filter(|_| has_zip || is_marked) {
        Some(state) => (before, Some(state)),
        None => (text.trim_end(), None),
    }
}

/// Whether the text ends with a town's name and a comma.
fn ends_in_city(text: &str) -> bool {
    text.trim_end().strip_suffix(',').and_then(|parts| parts.rsplit(',').next()).is_some_and(is_city)
}

/// A town's name has no digits, and is no box.
fn is_city(part: &str) -> bool {
    part.chars().any(char::is_alphabetic) && !part.chars().any(|c| c.is_ascii_digit())
}

/// What streets end in (USPS Publication 28, appendix C1), without the words that towns end in as often: Falls, Park, Springs.
const STREETS: &[&str] = &[
    "alley",
    "ave",
    "avenue",
    "av",
    "blvd",
    "boulevard",
    "cir",
    "circle",
    "court",
    "ct",
    "dr",
    "drive",
    "expy",
    "expressway",
    "highway",
    "hwy",
    "lane",
    "ln",
    "loop",
    "parkway",
    "pike",
    "pkwy",
    "pl",
    "place",
    "rd",
    "road",
    "sq",
    "square",
    "st",
    "street",
    "ter",
    "terrace",
    "tpke",
    "trail",
    "trl",
    "turnpike",
    "way",
];
/// What no town begins with.
const UNITS: &[&str] =
    &["apt", "bldg", "box", "building", "dept", "fl", "floor", "lot", "rm", "room", "ste", "suite", "unit"];
const DIRECTIONS: &[&str] = &["n", "s", "e", "w", "ne", "nw", "se", "sw"];

/// `12 Main St Akron` and `PO Box 7 Akron`: the town begins behind the last number or word that ends a street.
fn without_city(part: &str) -> Option<(&str, &str)> {
    let words: Vec<&str> = part.split(' ').collect();
    let plain = |at: usize| words[at].trim_end_matches('.').to_lowercase();
    let is_number = |at: usize| at > 0 && words[at].chars().any(|c| c.is_ascii_digit());
    let is_end = |at: usize| is_number(at) || at > 1 && STREETS.contains(&plain(at).as_str());
    let mut at = (1..words.len() - 1).rev().find(|at| is_end(*at))?;
    // `Main St St. Paul`
    if plain(at) == "st" && is_end(at - 1) {
        at -= 1;
    }
    while DIRECTIONS.contains(&plain(at + 1).as_str()) && at + 2 < words.len() {
        at += 1;
    }
    let street = words[..=at].join(" ").len();
    let city = part[street..].trim();
    let is_unit = UNITS.contains(&plain(at + 1).as_str());
    (is_city(city) && !is_unit).then_some((&part[..street], city))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expect(cases: &[(&str, [&str; 4])]) {
        for (cell, expected) in cases {
            let Address { street, city, state, zip } = address(cell).unwrap_or_default();
            assert_eq!([street, city, state, zip].map(Option::unwrap_or_default), *expected, "{cell:?}");
        }
    }

    #[test]
    fn an_address_falls_into_its_parts() {
        expect(&[
            ("12 Main St, Akron, OH 44301", ["12 Main St", "Akron", "OH", "44301"]),
            ("12 Main St\nAkron, OH  44301-1234", ["12 Main St", "Akron", "OH", "44301-1234"]),
            (
                "P.O. Box 7, 12 Main St, St. Paul, MN, 551011234",
                ["P.O. Box 7, 12 Main St", "St. Paul", "MN", "55101-1234"],
            ),
            ("Akron, OH 44301", ["", "Akron", "OH", "44301"]),
            ("Akron OH 44301-", ["", "Akron", "OH", "44301"]),
            ("Winston-Salem, N.C. 27101", ["", "Winston-Salem", "NC", "27101"]),
            ("Cañon City, co 81212", ["", "Cañon City", "CO", "81212"]),
            ("Akron, OH", ["", "Akron", "OH", ""]),
            ("Akron, 44301", ["", "Akron", "", "44301"]),
            ("12 Main St, Cheyenne, Wyoming 82001", ["12 Main St", "Cheyenne", "WY", "82001"]),
            ("New York, new york 10001", ["", "New York", "NY", "10001"]),
            ("Port Washington, NY 11050", ["", "Port Washington", "NY", "11050"]),
            ("12 Calle Luna, San Juan, PR 00901, USA", ["12 Calle Luna", "San Juan", "PR", "00901"]),
        ]);
    }

    #[test]
    fn a_town_may_follow_its_street_without_a_comma() {
        expect(&[
            ("12 Main St Akron OH 44301", ["12 Main St", "Akron", "OH", "44301"]),
            ("300 Lynwood Drive Ferriday, LA 71334", ["300 Lynwood Drive", "Ferriday", "LA", "71334"]),
            ("4491 LA 83 Franklin, LA 70538", ["4491 LA 83", "Franklin", "LA", "70538"]),
            ("P.O. Box 7 Cañon City, CO 81212", ["P.O. Box 7", "Cañon City", "CO", "81212"]),
            ("5 Elm Rd. Kennett Square PA 19348", ["5 Elm Rd.", "Kennett Square", "PA", "19348"]),
            ("100 Main St St. Paul, MN 55101", ["100 Main St", "St. Paul", "MN", "55101"]),
            ("100 Highway 5 St. Paul, MN 55101", ["100 Highway 5", "St. Paul", "MN", "55101"]),
            ("12 First Ave NW Fort Dodge IA 50501", ["12 First Ave NW", "Fort Dodge", "IA", "50501"]),
            ("Room 3, 12 Main St Akron, OH 44301", ["Room 3, 12 Main St", "Akron", "OH", "44301"]),
        ]);
    }

    #[test]
    fn what_cannot_be_told_apart_stays_together() {
        expect(&[
            ("12 Broadway Akron OH 44301", ["12 Broadway Akron", "", "OH", "44301"]),
            ("12 Main St Suite B Akron OH 44301", ["12 Main St Suite B Akron", "", "OH", "44301"]),
            ("12 OH 44301", ["12", "", "OH", "44301"]),
            ("12 Main St OH 44301", ["12 Main St", "", "OH", "44301"]),
            ("12 Main St", ["12 Main St", "", "", ""]),
            ("1200 First St, NE", ["1200 First St, NE", "", "", ""]),
            ("12 Main St, Washington 20001", ["12 Main St, Washington 20001", "", "", ""]),
            ("Port Washington 11050", ["Port Washington 11050", "", "", ""]),
            ("County Rd 12345", ["County Rd 12345", "", "", ""]),
            ("P.O. 12345", ["P.O. 12345", "", "", ""]),
            ("Hwy 12345", ["Hwy 12345", "", "", ""]),
            ("44301", ["44301", "", "", ""]),
            ("Akron", ["Akron", "", "", ""]),
            ("USA", ["USA", "", "", ""]),
            ("é, ñ", ["é, ñ", "", "", ""]),
            ("OH 44301", ["", "", "OH", "44301"]),
            ("N/A", ["", "", "", ""]),
        ]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(cell in "\\PC{0,40}") {
            let _ = address(&cell);
        }
    }
}
