//! Which county an LEA is in. NCES does not say; the lists do, and the ids of many states begin with the county's number:
//! what a list says of the LEAs that its names tell is so of all whose ids begin alike.

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::blocking::{Index, Rule};
use crate::prepared::Prepared;
use crate::surroundings::anchors_of;

/// Pairs, counties and parts of ids that show a rule.
const FEWEST_CHECKED: usize = 12;
const FEWEST_COUNTIES: usize = 3;
/// How often the rule must say of a pair what the others of its part say.
const LEAST_RIGHT: f64 = 0.97;

/// A part of an id that may be a county's number.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// The first digits: `101` of `101912`.
    Front(usize),
    /// One of several parts: `62` of `62-I019`.
    Between(usize),
}

const PARTS: [Part; 5] = [Part::Front(2), Part::Front(3), Part::Between(0), Part::Between(1), Part::Front(4)];

impl Part {
    fn of(self, id: &str) -> Option<&str> {
        match self {
            Self::Front(length) => id.get(..length).filter(|front| {
                id.len() > length && front.bytes().all(|byte| byte.is_ascii_digit()) && !id.contains('-')
            }),
            Self::Between(at) => id.contains('-').then(|| id.split('-').nth(at)).flatten(),
        }
    }
}

/// Writes to each LEA without a county the one its id says, where the lists show that ids say it.
pub(crate) fn learn(records: &[Prepared], leas: &mut [Prepared], index: &mut Index) {
    let records: Vec<&Prepared> = records.iter().filter(|record| record.county.is_some()).collect();
    let told: Vec<(usize, CompactString)> = anchors_of(&records, leas, index)
        .filter_map(|(record, lea)| Some((lea.position, record.county.clone()?)))
        .collect();
    let rules = PARTS.iter().filter_map(|part| Rules::learn(*part, &told, leas));
    let Some(best) = rules.max_by_key(|rules| rules.covers(leas)) else { return };
    for lea in leas.iter_mut().filter(|lea| lea.county.is_none()) {
        if let Some(county) = best.county(lea).cloned() {
            index.add(Rule::County, &county, lea.position);
            lea.county = Some(county);
        }
    }
}

/// Counties by a part of the id.
struct Rules {
    part: Part,
    counties: FxHashMap<CompactString, CompactString>,
    /// LEAs whose part nobody else tells of: they would say of themselves where they are.
    alone: FxHashSet<usize>,
}

impl Rules {
    fn learn(part: Part, told: &[(usize, CompactString)], leas: &[Prepared]) -> Option<Self> {
        let mut counts: FxHashMap<&str, FxHashMap<&str, usize>> = FxHashMap::default();
        // Of two lists the records of one LEA are two.
        let mut tellers: FxHashMap<&str, FxHashSet<usize>> = FxHashMap::default();
        for (lea, county) in told {
            let Some(key) = leas[*lea].state_leaid.as_deref().and_then(|id| part.of(id)) else { continue };
            *counts.entry(key).or_default().entry(county.as_str()).or_default() += 1;
            tellers.entry(key).or_default().insert(*lea);
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
            .filter_map(|(key, of_key)| {
                let all: usize = of_key.values().sum();
                let (county, _) = of_key.iter().find(|(_, count)| **count as f64 >= LEAST_RIGHT * all as f64)?;
                Some((CompactString::from(*key), CompactString::from(*county)))
            })
            .collect();
        let mut different: Vec<&CompactString> = counties.values().collect();
        different.sort_unstable();
        different.dedup();
        let is_shown = checked >= FEWEST_CHECKED
            && different.len() >= FEWEST_COUNTIES
            && right as f64 >= LEAST_RIGHT * checked as f64;
        let alone = tellers.into_values().filter(|leas| leas.len() == 1).flatten().collect();
        is_shown.then_some(Self { part, counties, alone })
    }

    fn county(&self, lea: &Prepared) -> Option<&CompactString> {
        let key = self.part.of(lea.state_leaid.as_deref()?)?;
        self.counties.get(key).filter(|_| !self.alone.contains(&lea.position))
    }

    fn covers(&self, leas: &[Prepared]) -> usize {
        leas.iter().filter(|lea| self.county(lea).is_some()).count()
    }
}
