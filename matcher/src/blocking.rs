//! Which pairs are compared at all: an inverted index over the values that identify.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::prepared::Prepared;

/// A value shared by more LEAs than this finds nobody: it would compare everybody with everybody.
const MOST_SHARED: usize = 40;
/// Words and beginnings of words may be a little more common.
const MOST_WITH_WORD: usize = 80;
/// A number is a name only where few have it.
const MOST_NUMBERED: usize = 12;
/// Letters of a word that a misspelling seldom touches.
const BEGINNING: usize = 4;

/// LEAs of one state by the values they carry.
pub(crate) struct Index {
    by_rule: FxHashMap<&'static str, FxHashMap<String, Vec<usize>>>,
}

impl Index {
    /// Indexes the LEAs of one state.
    pub fn new(leas: &[Prepared]) -> Self {
        let mut by_rule: FxHashMap<&'static str, FxHashMap<String, Vec<usize>>> = FxHashMap::default();
        for (position, lea) in leas.iter().enumerate() {
            each_value(lea, true, |rule, value| {
                let holders = by_rule.entry(rule).or_default().entry(value.to_owned()).or_default();
                if holders.last() != Some(&position) {
                    holders.push(position);
                }
            });
        }
        Self { by_rule }
    }

    /// The LEAs with a value, in order.
    pub fn with(&self, rule: &str, value: &str) -> &[usize] {
        self.by_rule.get(rule).and_then(|values| values.get(value)).map_or(&[], Vec::as_slice)
    }

    /// The LEAs worth comparing with a record, sorted.
    pub fn candidates(&self, record: &Prepared) -> Vec<usize> {
        let mut found = BTreeSet::new();
        each_value(record, false, |rule, value| {
            let limit = match rule {
                "kind" | "style" | "aside" => 0,
                "number" => MOST_NUMBERED,
                "word" | "start" => MOST_WITH_WORD,
                "core" | "norm" | "full" => usize::MAX,
                _ => MOST_SHARED,
            };
            let holders = self.with(rule, value);
            if holders.len() <= limit {
                found.extend(holders);
            }
        });
        let accepted = record.decision.as_ref().and_then(|decision| decision.accepted.as_deref());
        found.extend(accepted.map_or(&[][..], |id| self.with("nces", id)));
        found.into_iter().collect()
    }
}

/// The blocking rules, and the values that only count: kinds, styles, numbers.
fn each_value(agency: &Prepared, is_lea: bool, mut put: impl FnMut(&'static str, &str)) {
    let single = [
        ("id", agency.state_leaid.as_deref()),
        ("nces", agency.nces_id.as_deref()),
        ("full", Some(agency.name.as_written.as_str())),
        ("norm", Some(agency.name.normalized.as_str())),
        ("core", Some(agency.name.sorted_core.as_str())),
        ("joined", Some(agency.name.joined_core.as_str())),
        ("phone", agency.phone.as_deref()),
        ("domain", agency.domain.as_deref()),
        ("person", agency.person.as_deref()),
        ("county", agency.county.as_deref().filter(|_| is_lea)),
    ];
    single.iter().filter_map(|(rule, value)| Some((*rule, (*value)?))).for_each(|(rule, value)| put(rule, value));
    for word in agency.name.words.iter().filter(|word| word.len() > 2) {
        put("word", word);
        if let Some(start) = word.get(..BEGINNING).filter(|_| word.len() > BEGINNING) {
            put("start", start);
        }
    }
    agency.zips.iter().for_each(|zip| put("zip", zip));
    agency.streets.iter().for_each(|street| put("street", street));
    agency.cities.iter().for_each(|city| put("city", city));
    if agency.cities.is_empty() && !is_lea {
        put("city", &agency.name.core);
    }
    agency.name.qualifiers.iter().for_each(|word| put("aside", word));
    agency.name.style.iter().for_each(|word| put("style", word));
    (&agency.name.kinds | &agency.type_kinds).iter().for_each(|kind| put("kind", kind.word()));
    agency.name.numbers.iter().for_each(|number| put("number", number));
    // The record's numbers may be the LEA's ids.
    let numbers = if is_lea { &agency.id_numbers } else { &agency.name.numbers };
    numbers.iter().for_each(|number| put("idn", number));
}
