//! Which pairs are compared at all: an inverted index over the values that identify.

use std::collections::{BTreeSet, HashMap};

use crate::prepared::Prepared;

/// A value shared by more LEAs than this finds nobody: it would compare everybody with everybody.
const MOST_SHARED: usize = 40;
/// Values found in more LEAs than this are common words.
const MOST_WITH_WORD: usize = 120;

/// LEAs by the values they carry.
pub(crate) struct Index {
    by_value: HashMap<String, Vec<usize>>,
}

impl Index {
    /// Indexes the LEAs of one state.
    pub fn new(leas: &[Prepared]) -> Self {
        let mut by_value: HashMap<String, Vec<usize>> = HashMap::new();
        for (position, lea) in leas.iter().enumerate() {
            for value in values_of(lea) {
                by_value.entry(value).or_default().push(position);
            }
        }
        Self { by_value }
    }

    /// The LEAs worth comparing with a record, sorted.
    pub fn candidates(&self, record: &Prepared) -> Vec<usize> {
        let mut found = BTreeSet::new();
        for value in values_of(record) {
            let limit = if value.starts_with("word ") { MOST_WITH_WORD } else { MOST_SHARED };
            if let Some(positions) = self.by_value.get(&value).filter(|positions| positions.len() <= limit) {
                found.extend(positions);
            }
        }
        found.into_iter().collect()
    }

    /// How many LEAs carry a value: what an agreement on it is worth.
    pub fn count(&self, value: &str) -> usize {
        self.by_value.get(value).map_or(0, Vec::len)
    }
}

/// The blocking rules: state id, NCES id, proper name, its words, phone, domain, zip, street.
fn values_of(agency: &Prepared) -> BTreeSet<String> {
    let single = [
        agency.state_leaid.as_ref().map(|id| format!("id {id}")),
        agency.nces_id.as_ref().map(|id| format!("nces {id}")),
        Some(format!("core {}", agency.name.core)),
        agency.phone.as_ref().map(|phone| format!("phone {phone}")),
        agency.domain.as_ref().map(|domain| format!("domain {domain}")),
    ];
    let words = agency.name.words.iter().filter(|word| word.len() > 2).map(|word| format!("word {word}"));
    let zips = agency.zips.iter().map(|zip| format!("zip {zip}"));
    let streets = agency.streets.iter().map(|street| format!("street {street}"));
    let cities = agency.cities.iter().map(|city| format!("city {city}"));
    single.into_iter().flatten().chain(words).chain(zips).chain(streets).chain(cities).collect()
}
