//! An address in one cell: `12 Main St, Akron, OH 44301`, or its end alone, `Akron OH 44301-1234`.

use super::{text, zip};

/// What an address says, as far as its marks tell the parts apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Street or box; the whole cell where nothing in it could be told apart.
    pub street: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Two letters.
    pub state: Option<String>,
    /// Zip.
    pub zip: Option<String>,
}

/// Reads an address from its end, where it is most regular: zip, state, city, and the street is the rest. The state is two
/// letters. A street that nothing parts from its city keeps it.
pub fn address(cell: &str) -> Option<Address> {
    let whole = text(&cell.replace(['\r', '\n', ';', '|'], ", "))?;
    let (rest, found_zip) = without_zip(&whole);
    let (rest, state) = without_state(rest, found_zip.is_some());
    // A number behind neither state nor comma is a road's: `Highway 12345`.
    let is_end = state.is_some() || found_zip.is_some() && rest.ends_with(',');
    if !is_end {
        return Some(Address { street: text(cell), ..Address::default() });
    }
    let parts: Vec<&str> = rest.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let (city, before) = match parts.split_last() {
        Some((city, before)) if is_city(city) => (Some((*city).to_owned()), before),
        _ => (None, parts.as_slice()),
    };
    let street = (!before.is_empty()).then(|| before.join(", "));
    Some(Address { street, city, state, zip: found_zip.and_then(zip) })
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

/// The text before a state, and the state. Where no zip follows, only a comma and two capitals are one.
fn without_state(text: &str, has_zip: bool) -> (&str, Option<String>) {
    let bare = text.trim_end_matches([' ', ',', '.']);
    let from = bare.rfind([' ', ',']).map_or(0, |at| at + 1);
    let (before, last) = bare.split_at(from);
    let plain: String = last.chars().filter(|c| *c != '.').collect();
    let is_two_letters = plain.len() == 2 && plain.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_marked = before.trim_end().ends_with(',') && plain.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_state = is_two_letters && (has_zip || is_marked);
    if is_state { (before, Some(plain.to_ascii_uppercase())) } else { (text.trim_end(), None) }
}

/// A town's name has no digits, and is no box.
fn is_city(part: &str) -> bool {
    part.chars().any(char::is_alphabetic) && !part.chars().any(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(cell: &str) -> [String; 4] {
        let Address { street, city, state, zip } = address(cell).unwrap_or_default();
        [street, city, state, zip].map(Option::unwrap_or_default)
    }

    #[test]
    fn an_address_falls_into_its_parts() {
        for (cell, expected) in [
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
        ] {
            assert_eq!(parts(cell), expected, "{cell:?}");
        }
    }

    #[test]
    fn what_cannot_be_told_apart_stays_together() {
        for (cell, expected) in [
            ("12 Main St Akron OH 44301", ["12 Main St Akron", "", "OH", "44301"]),
            ("12 Main St", ["12 Main St", "", "", ""]),
            ("44301", ["44301", "", "", ""]),
            ("Akron", ["Akron", "", "", ""]),
            ("Hwy 12345", ["Hwy 12345", "", "", ""]),
            ("é, ñ", ["é, ñ", "", "", ""]),
            ("OH 44301", ["", "", "OH", "44301"]),
            ("N/A", ["", "", "", ""]),
        ] {
            assert_eq!(parts(cell), expected, "{cell:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(cell in "\\PC{0,40}") {
            let _ = address(&cell);
        }
    }
}
