//! Districts that became one, or several: what two lists of different years cannot tell by links alone.
//!
//! Only suspected, from shared evidence, and shown to a person with both sides: a registry older than NCES's list has
//! the districts that a merger ended, a newer one those that a split made.

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Contender, Outcome, State};
use crate::blocking::surprise;
use crate::comparison::level;
use crate::prepared::Standing;
use crate::surroundings::Field;

/// What may have happened to a record's district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It and another record's district have become one LEA.
    Merger {
        /// Position of the other record.
        other: usize,
        /// Position of the LEA, which the other record is linked to.
        lea: usize,
    },
    /// It has become several LEAs, which no other record of the list claims.
    Split {
        /// Their positions.
        leas: Vec<usize>,
    },
}

/// A value shared by chance has less information than this, in natural logarithms: one in twenty.
const TELLING: f32 = 3.0;

impl State<'_> {
    /// Says of the records of one list what may have happened to those whose link is in doubt.
    pub(super) fn suspect(&self, records: &[usize], contenders: &[(Vec<Contender>, f64)], outcomes: &mut [Outcome]) {
        let inside: FxHashMap<usize, usize> =
            self.lea_positions.iter().enumerate().map(|(inside, outside)| (*outside, inside)).collect();
        let linked = |outcome: &Outcome| {
            let best = outcome.best.as_ref().filter(|_| outcome.review.is_none())?;
            inside.get(&best.lea).copied()
        };
        let held = |outcome: &Outcome| inside.get(&outcome.best.as_ref().filter(|best| best.is_likely())?.lea).copied();
        let holders: FxHashMap<usize, usize> =
            outcomes.iter().enumerate().filter_map(|(at, outcome)| Some((held(outcome)?, at))).collect();
        let claimed: FxHashSet<usize> = outcomes
            .iter()
            .filter(|outcome| outcome.review.is_some())
            .filter_map(|outcome| inside.get(&outcome.best.as_ref()?.lea).copied())
            .collect();
        for at in 0..outcomes.len() {
            let own = linked(&outcomes[at]);
            let candidates = &contenders[records[at]].0;
            let change = match own {
                None => self.merger(records, candidates, at, &holders).or_else(|| {
                    self.split(records[at], candidates, |lea| holders.get(&lea).is_none_or(|by| *by == at))
                }),
                Some(lea) if self.has_other_extent(candidates, lea) => {
                    let is_free = |other| other == lea || !holders.contains_key(&other) && !claimed.contains(&other);
                    self.split(records[at], candidates, is_free)
                }
                Some(_) => None,
            };
            outcomes[at].change = change.map(|change| self.outside_change(records, change));
        }
    }

    /// The LEA's name has a word of this record's alone and one of its holder's alone: `Alden-Conger` of `Alden` and
    /// `Conger`.
    fn merger(
        &self,
        records: &[usize],
        candidates: &[Contender],
        at: usize,
        holders: &FxHashMap<usize, usize>,
    ) -> Option<Change> {
        candidates.iter().find_map(|candidate| {
            let holder = *holders.get(&candidate.lea)?;
            let words = |record: usize| &self.records[records[record]].name.words;
            let joined = &self.leas[candidate.lea];
            let brings = |one: usize, other: usize| {
                let mut joined = joined.name.words.iter().zip(&joined.word_rarities);
                joined.any(|(word, rarity)| {
                    *rarity > TELLING && words(one).contains(word) && !words(other).contains(word)
                })
            };
            (brings(at, holder) && brings(holder, at)).then_some(Change::Merger { other: holder, lea: candidate.lea })
        })
    }

    /// Two LEAs or more that share the proper name and a telling contact with the record, or its whole proper name.
    fn split(&self, record: usize, candidates: &[Contender], is_free: impl Fn(usize) -> bool) -> Option<Change> {
        let is_part = |candidate: &&Contender| {
            is_free(candidate.lea)
                && self.leas[candidate.lea].standing != Standing::Closed
                && shares_name(candidate)
                && !has_other_form(candidate)
                && self.meets(record, candidate.lea)
        };
        let mut leas: Vec<usize> = candidates.iter().filter(is_part).map(|candidate| candidate.lea).collect();
        leas.sort_unstable();
        (leas.len() > 1).then_some(Change::Split { leas })
    }

    /// Whether the two have a place or a way to reach them in common that few others have.
    fn meets(&self, record: usize, lea: usize) -> bool {
        const TOLD: [Field; 5] = [Field::Street, Field::Phone, Field::Domain, Field::City, Field::Person];
        let is_telling = |field: &Field, value: &CompactString| {
            surprise(self.leas.len(), self.index.with(field.rule(), value).len()) > TELLING
        };
        TOLD.iter().any(|field| {
            let theirs = field.values(&self.leas[lea]);
            field.values(&self.records[record]).iter().any(|value| theirs.contains(value) && is_telling(field, value))
        })
    }

    /// Whether the record is linked to an LEA of its name and of other grades: a unified district to its elementary one.
    fn has_other_extent(&self, candidates: &[Contender], lea: usize) -> bool {
        let other = [level::LEA_ELEMENTARY, level::LEA_HIGH, level::GRADE_CONFLICT];
        let own = candidates.iter().find(|candidate| candidate.lea == lea);
        own.is_some_and(|own| finds(own, &other))
    }

    /// With the caller's positions.
    fn outside_change(&self, records: &[usize], change: Change) -> Change {
        match change {
            Change::Merger { other, lea } => {
                Change::Merger { other: self.record_positions[records[other]], lea: self.lea_positions[lea] }
            }
            Change::Split { leas } => Change::Split { leas: leas.iter().map(|lea| self.lea_positions[*lea]).collect() },
        }
    }
}

fn finds(candidate: &Contender, levels: &[u8]) -> bool {
    candidate.findings.iter().any(|finding| levels.contains(&finding.level))
}

fn shares_name(candidate: &Contender) -> bool {
    const NAMES: &[u8] = &[level::NAME_IDENTICAL, level::NAME_SAME, level::NAME_SAME_CORE, level::NAME_CONTAINED];
    finds(candidate, NAMES)
}

/// A charter with the town's name is no part of the town's district.
fn has_other_form(candidate: &Contender) -> bool {
    const FORMS: &[u8] = &[
        level::FORM_CONFLICT,
        level::FORM_NAMES_CONFLICT,
        level::FORM_AGAINST_TYPE,
        level::LEA_CHARTER,
        level::LEA_CHARTER_TYPE,
    ];
    finds(candidate, FORMS)
}
