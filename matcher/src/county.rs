//! Which county an LEA is in. NCES does not say; the lists do. The ids of many states begin with the county's number, and
//! who shares a zip or a city is mostly in one county: what a list says of the LEAs that its names tell is so of all whose
//! ids begin alike, else of those around them.
//!
//! An LEA whose county the caller knows keeps it: lists that show no county, such as reports, have only that.

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::blocking::{Index, Rule};
use crate::prepared::Prepared;
use crate::surroundings::anchors_of;

/// Pairs, counties and keys that show a rule.
const FEWEST_CHECKED: usize = 12;
const FEWEST_COUNTIES: usize = 3;
/// How often the rule must say of a pair what the others of its key say.
const LEAST_RIGHT: f64 = 0.97;

/// What LEAs of one county may have in common.
#[derive(Debug, Clone, Copy)]
enum Key {
    /// The first digits of the id: `101` of `101912`.
    Front(usize),
    /// One of several parts of the id: `62` of `62-I019`.
    Between(usize),
    Zip,
    City,
}

const OF_IDS: [Key; 5] = [Key::Front(2), Key::Front(3), Key::Between(0), Key::Between(1), Key::Front(4)];
/// The nearer first.
const OF_PLACES: [Key; 2] = [Key::Zip, Key::City];

impl Key {
    fn of(self, lea: &Prepared) -> SmallVec<[&str; 2]> {
        let id = lea.state_leaid.as_deref();
        match self {
            Self::Front(length) => id.and_then(|id| front(id, length)).into_iter().collect(),
            Self::Between(at) => {
                id.filter(|id| id.contains('-')).and_then(|id| id.split('-').nth(at)).into_iter().collect()
            }
            Self::Zip => lea.zips.iter().map(CompactString::as_str).collect(),
            Self::City => lea.cities.iter().map(CompactString::as_str).collect(),
        }
    }
}

fn front(id: &str, length: usize) -> Option<&str> {
    let front = id.get(..length).filter(|front| front.bytes().all(|byte| byte.is_ascii_digit()))?;
    (id.len() > length && !id.contains('-')).then_some(front)
}

/// Writes to each LEA without a county the one its id says, or else its place, where the lists show that these say it.
pub(crate) fn learn(records: &[Prepared], leas: &mut [Prepared], index: &mut Index) {
    let records: Vec<&Prepared> = records.iter().filter(|record| record.county.is_some()).collect();
    let told: Vec<(usize, CompactString)> = anchors_of(&records, leas, index)
        .filter_map(|(record, lea)| Some((lea.position, record.county.clone()?)))
        .collect();
    let learned =
        |keys: &[Key]| -> Vec<Rules> { keys.iter().filter_map(|key| Rules::learn(*key, &told, leas)).collect() };
    let by_id = learned(&OF_IDS).into_iter().max_by_key(|rules| rules.covers(leas));
    let rules: Vec<Rules> = by_id.into_iter().chain(learned(&OF_PLACES)).collect();
    for lea in leas.iter_mut().filter(|lea| lea.county.is_none()) {
        if let Some(county) = rules.iter().find_map(|rules| rules.county(lea)).cloned() {
            index.add(Rule::County, &county, lea.position);
            lea.county = Some(county);
        }
    }
}

/// Counties by key.
struct Rules {
    key: Key,
    counties: FxHashMap<CompactString, CompactString>,
    /// Keys of which one LEA alone tells: it would say of itself where it is.
    told_by_one: FxHashMap<CompactString, usize>,
}

impl Rules {
    fn learn(key: Key, told: &[(usize, CompactString)], leas: &[Prepared]) -> Option<Self> {
        let mut counts: FxHashMap<&str, FxHashMap<&str, usize>> = FxHashMap::default();
        // Of two lists the records of one LEA are two.
        let mut tellers: FxHashMap<&str, FxHashSet<usize>> = FxHashMap::default();
        for (lea, county) in told {
            for value in key.of(&leas[*lea]) {
                *counts.entry(value).or_default().entry(county.as_str()).or_default() += 1;
                tellers.entry(value).or_default().insert(*lea);
            }
        }
        // Each pair is told by the others.
        let (mut checked, mut right) = (0, 0);
        for of_key in counts.values() {
            let all: usize = of_key.values().sum();
            if all > 1 {
                checked += all;
                right += of_key.values().filter(|count| 2 * (*count - 1) > all - 1).sum::<usize>();
            }
        }
        let counties: FxHashMap<CompactString, CompactString> = counts
            .iter()
            .filter_map(|(value, of_key)| {
                let all: usize = of_key.values().sum();
                let (county, _) = of_key.iter().find(|(_, count)| **count as f64 >= LEAST_RIGHT * all as f64)?;
                Some((CompactString::from(*value), CompactString::from(*county)))
            })
            .collect();
        let mut different: Vec<&CompactString> = counties.values().collect();
        different.sort_unstable();
        different.dedup();
        let is_shown = checked >= FEWEST_CHECKED
            && different.len() >= FEWEST_COUNTIES
            && right as f64 >= LEAST_RIGHT * checked as f64;
        let only = |leas: &FxHashSet<usize>| leas.iter().next().copied().filter(|_| leas.len() == 1);
        let told_by_one = tellers.iter().filter_map(|(value, leas)| Some(((*value).into(), only(leas)?))).collect();
        is_shown.then_some(Self { key, counties, told_by_one })
    }

    /// What all of its keys say that others tell of.
    fn county(&self, lea: &Prepared) -> Option<&CompactString> {
        let values = self.key.of(lea);
        let mut told = values
            .iter()
            .filter(|value| self.told_by_one.get(**value) != Some(&lea.position))
            .filter_map(|value| self.counties.get(*value));
        let first = told.next()?;
        told.all(|county| county == first).then_some(first)
    }

    fn covers(&self, leas: &[Prepared]) -> usize {
        leas.iter().filter(|lea| self.county(lea).is_some()).count()
    }
}
