//! Which pairs are compared at all: an inverted index over the values that identify.

use compact_str::CompactString;
use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use crate::name::{Kind, Kinds};
use crate::prepared::Prepared;

/// A value shared by more LEAs than this finds nobody: it would compare everybody with everybody.
const MOST_SHARED: usize = 40;
/// Words and beginnings of words may be a little more common.
const MOST_WITH_WORD: usize = 80;
/// A number is a name only where few have it.
const MOST_NUMBERED: usize = 12;
/// Letters of a word that a misspelling seldom touches.
const BEGINNING: usize = 4;

/// What LEAs are found by, and counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Rule {
    /// The state's id.
    Id,
    /// The NCES id.
    Nces,
    /// The name as written.
    Full,
    /// The name in one spelling, without the words that any district says.
    Said,
    /// The proper words in whatever order.
    Core,
    /// The proper words without blanks.
    Joined,
    Phone,
    Domain,
    Person,
    County,
    /// A proper word.
    Word,
    /// How a proper word begins.
    Start,
    Zip,
    Street,
    City,
    /// A word said aside.
    Aside,
    /// A word of style.
    Style,
    /// A number in the name.
    Number,
    /// A number in the LEA's id.
    IdNumber,
}

const RULES: usize = Rule::IdNumber as usize + 1;

/// Most values are had by one LEA, or by two.
type Holders = SmallVec<[usize; 2]>;

/// LEAs of one state by the values they carry.
pub(crate) struct Index {
    by_rule: [FxHashMap<CompactString, Holders>; RULES],
    kind_rarities: [f32; Kinds::COUNT],
}

impl Index {
    /// Indexes the LEAs of one state.
    pub fn new(leas: &[Prepared]) -> Self {
        let mut by_rule: [FxHashMap<CompactString, Holders>; RULES] = Default::default();
        let mut of_kind = [0; Kinds::COUNT];
        for (position, lea) in leas.iter().enumerate() {
            each_value(lea, true, |rule, value| {
                let by_value = &mut by_rule[rule as usize];
                match by_value.get_mut(value) {
                    Some(holders) if holders.last() == Some(&position) => {}
                    Some(holders) => holders.push(position),
                    None => drop(by_value.insert(value.into(), smallvec![position])),
                }
            });
            lea.kinds().iter().for_each(|kind| of_kind[kind as usize] += 1);
        }
        Self { by_rule, kind_rarities: of_kind.map(|holders| surprise(leas.len(), holders)) }
    }

    /// Adds a value of an LEA; its holders stay in order.
    pub fn add(&mut self, rule: Rule, value: &str, position: usize) {
        let holders = self.by_rule[rule as usize].entry(value.into()).or_default();
        if let Err(at) = holders.binary_search(&position) {
            holders.insert(at, position);
        }
    }

    /// The LEAs with a value, in order.
    pub fn with(&self, rule: Rule, value: &str) -> &[usize] {
        self.by_rule[rule as usize].get(value).map_or(&[], SmallVec::as_slice)
    }

    /// The LEAs of every value of a rule.
    pub fn all_with(&self, rule: Rule) -> impl Iterator<Item = &[usize]> {
        self.by_rule[rule as usize].values().map(SmallVec::as_slice)
    }

    /// ln(N / LEAs with the word), of each proper word of a name.
    pub fn word_rarities(&self, leas: usize, words: &[CompactString]) -> Vec<f32> {
        words.iter().map(|word| surprise(leas, self.with(Rule::Word, word).len())).collect()
    }

    /// ln(N / LEAs of that kind).
    pub fn rarity_of_kind(&self, kind: Kind) -> f32 {
        self.kind_rarities[kind as usize]
    }

    /// The LEAs worth comparing with a record, sorted.
    pub fn candidates(&self, record: &Prepared) -> Vec<usize> {
        let mut found = Vec::new();
        each_value(record, false, |rule, value| {
            let limit = match rule {
                Rule::Style | Rule::Aside => 0,
                Rule::Number => MOST_NUMBERED,
                Rule::Word | Rule::Start => MOST_WITH_WORD,
                Rule::Core | Rule::Said | Rule::Full => usize::MAX,
                _ => MOST_SHARED,
            };
            let holders = self.with(rule, value);
            if holders.len() <= limit {
                found.extend(holders);
            }
        });
        let accepted = record.decision.as_ref().and_then(|decision| decision.accepted.as_deref());
        found.extend(accepted.map_or(&[][..], |id| self.with(Rule::Nces, id)));
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// ln(N / holders): how surprising a value is by chance.
pub(crate) fn surprise(leas: usize, holders: usize) -> f32 {
    (leas.max(1) as f64 / holders.max(1) as f64).ln().max(0.0) as f32
}

/// The blocking rules, and the values that only count: styles, words said aside.
fn each_value(agency: &Prepared, is_lea: bool, mut put: impl FnMut(Rule, &str)) {
    let single = [
        (Rule::Id, agency.state_leaid.as_deref()),
        (Rule::Nces, agency.nces_id.as_deref()),
        (Rule::Full, Some(agency.name.as_written.as_str())),
        (Rule::Said, Some(agency.name.said.as_str())),
        (Rule::Core, Some(agency.name.sorted_core.as_str())),
        (Rule::Joined, Some(agency.name.joined_core.as_str())),
        (Rule::Phone, agency.phone.as_deref()),
        (Rule::Domain, agency.domain.as_deref()),
        (Rule::Person, agency.person.as_deref()),
        (Rule::County, agency.county.as_deref().filter(|_| is_lea || agency.name.is_numbered)),
    ];
    single.iter().filter_map(|(rule, value)| Some((*rule, (*value)?))).for_each(|(rule, value)| put(rule, value));
    for word in &agency.name.words {
        put(Rule::Word, word);
        if let Some(start) = word.get(..BEGINNING).filter(|_| word.len() > BEGINNING) {
            put(Rule::Start, start);
        }
    }
    agency.zips.iter().for_each(|zip| put(Rule::Zip, zip));
    agency.streets.iter().for_each(|street| put(Rule::Street, street));
    agency.cities.iter().for_each(|city| put(Rule::City, city));
    if agency.cities.is_empty() && !is_lea {
        agency.name.towns().iter().for_each(|town| put(Rule::City, town));
    }
    agency.name.qualifiers.iter().for_each(|word| put(Rule::Aside, word));
    agency.name.style.iter().for_each(|word| put(Rule::Style, word));
    agency.name.numbers.iter().for_each(|number| put(Rule::Number, number));
    // The record's numbers may be the LEA's ids.
    let numbers = if is_lea { &agency.id_numbers } else { &agency.name.numbers };
    numbers.iter().chain(agency.name.ids.iter().filter(|_| !is_lea)).for_each(|number| put(Rule::IdNumber, number));
}
