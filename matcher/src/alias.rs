//! Names that are two: Maine's `RSU 82/MSAD 12` is called either.

use crate::name::Name;
use crate::prepared::Prepared;

/// The names of one that is several, each with a number of its own in place of a name.
pub(crate) fn names(state: &str, published: &str) -> Vec<Name> {
    if !published.contains('/') {
        return Vec::new();
    }
    let names: Vec<Name> = published.split('/').map(|part| Name::parse_in(state, part)).collect();
    if names.iter().all(|name| name.is_numbered) { names } else { Vec::new() }
}

/// An agency of several names as the other calls it, where it does: by the number and the style of one of them.
pub(crate) fn as_called(agency: &Prepared, other: &Prepared) -> Option<Box<Prepared>> {
    let is_its = |name: &&Name| name.style == other.name.style && name.numbers == other.name.numbers;
    agency.aliases.iter().find(is_its).map(|name| Box::new(agency.called(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Agency;

    fn prepared(name: &str) -> Prepared {
        Prepared::new(&Agency { state: "ME".to_owned(), name: name.to_owned(), ..Agency::default() })
    }

    #[test]
    fn one_of_two_names_is_the_one_the_other_uses() {
        let lea = prepared("RSU 82/MSAD 12");
        let called = |name: &str| as_called(&lea, &prepared(name)).map(|called| called.name);
        for (record, number) in [
            ("Maine School Administrative District No. 12", "12"),
            ("MSAD 12", "12"),
            ("Regional School Unit 82", "82"),
        ] {
            assert_eq!(called(record).unwrap().numbers.iter().collect::<Vec<_>>(), [number], "{record}");
        }
        for other in ["MSAD 82", "RSU 82/MSAD 12", "Portland Public Schools"] {
            assert_eq!(called(other), None, "{other}");
        }
        assert!(prepared("Boothbay/Boothbay Harbor CSD").aliases.is_empty());
    }
}
