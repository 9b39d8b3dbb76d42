//! Records to outcomes: candidates, evidence, competition, assignment, decision.

mod change;
mod decide;
mod judge;
mod leftover;
mod outcome;

use std::collections::BTreeMap;

use rayon::prelude::*;
use smallvec::SmallVec;

use crate::blocking::Index;
use crate::comparison::{Finding, compare, level};
use crate::competition::Claims;
use crate::completeness::{Completeness, Types};
use crate::neighbours::Neighbours;
use crate::prepared::Prepared;
use crate::surroundings::{Reliability, Surroundings};
use crate::{Agency, Model, county, cut};

pub use change::Change;
pub(crate) use leftover::Compared;
pub use outcome::{Candidate, Method, Outcome};

/// Links every record to at most one LEA of its state. The outcomes are in the records' order.
pub fn link_all(model: &Model, records: &[Agency], leas: &[Agency]) -> Vec<Outcome> {
    let states: Vec<_> = by_state(records, leas).into_values().collect();
    let mut outcomes: Vec<Outcome> = states
        .par_iter()
        .flat_map_iter(|(records_of, leas_of)| State::new(model, records, leas, records_of, leas_of).link())
        .collect();
    outcomes.sort_by_key(|outcome| outcome.record);
    outcomes
}

/// Positions of the records of each state that has some, and of its LEAs.
pub(crate) fn by_state<'a>(records: &'a [Agency], leas: &[Agency]) -> BTreeMap<&'a str, (Vec<usize>, Vec<usize>)> {
    let mut by_state: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (position, record) in records.iter().enumerate() {
        by_state.entry(&record.state).or_default().0.push(position);
    }
    for (position, lea) in leas.iter().enumerate() {
        if let Some(state) = by_state.get_mut(lea.state.as_str()) {
            state.1.push(position);
        }
    }
    by_state
}

/// One state's two lists. Both are sorted by what they are rather than where they stood.
pub(crate) struct State<'a> {
    model: &'a Model,
    record_positions: Vec<usize>,
    lea_positions: Vec<usize>,
    lists: Vec<&'a str>,
    records: Vec<Prepared>,
    leas: Vec<Prepared>,
    types: Types,
    index: Index,
    reliability: BTreeMap<&'a str, Reliability>,
    neighbours: Neighbours,
}

/// A candidate while candidates compete: what was found, and what it sums to.
#[derive(Debug, Clone)]
pub(crate) struct Contender {
    pub lea: usize,
    pub findings: Findings,
    pub score: f64,
}

/// A pair has about a dozen, and two of its list.
pub(crate) type Findings = SmallVec<[Finding; 16]>;

/// Candidates that stay in the competition; the rest count as one.
const CONTENDERS: usize = 10;
/// A candidate so much less likely than the best one is out.
const FAR_BEHIND: f64 = 14.0;

impl<'a> State<'a> {
    pub(crate) fn new(
        model: &'a Model,
        records: &'a [Agency],
        leas: &[Agency],
        records_of: &[usize],
        leas_of: &[usize],
    ) -> Self {
        let mut record_positions = records_of.to_vec();
        record_positions.sort_by_cached_key(|position| identity(&records[*position]));
        let mut lea_positions = leas_of.to_vec();
        lea_positions.sort_by_cached_key(|position| identity(&leas[*position]));
        let mut prepared_leas = prepare(&lea_positions, leas);
        let mut prepared = prepare(&record_positions, records);
        let lists: Vec<&str> = record_positions.iter().map(|position| records[*position].list.as_str()).collect();
        cut::mark(&mut prepared, &lists);
        let lea_lists: Vec<&str> = lea_positions.iter().map(|position| leas[*position].list.as_str()).collect();
        cut::mark(&mut prepared_leas, &lea_lists);
        let mut index = Index::new(&prepared_leas);
        county::learn(&prepared, &mut prepared_leas, &mut index);
        let count = prepared_leas.len();
        for one in prepared.iter_mut().chain(&mut prepared_leas) {
            one.word_rarities = index.word_rarities(count, &one.name.words);
        }
        let mut by_list: BTreeMap<&str, Vec<&Prepared>> = BTreeMap::new();
        lists.iter().zip(&prepared).for_each(|(list, record)| by_list.entry(list).or_default().push(record));
        let reliability =
            by_list.iter().map(|(list, of)| (*list, Reliability::of_list(of, &prepared_leas, &index))).collect();
        Self {
            model,
            record_positions,
            lea_positions,
            lists,
            records: prepared,
            types: Types::of(&prepared_leas),
            neighbours: Neighbours::of(&prepared_leas, &index),
            leas: prepared_leas,
            index,
            reliability,
        }
    }

    /// The types of its LEAs.
    pub(crate) fn types(&self) -> &Types {
        &self.types
    }

    /// Whether other records of the list may be of the record's LEA.
    pub(crate) fn shares_lea(&self, record: usize) -> bool {
        self.records[record].shares_lea
    }

    /// The caller's position of a record.
    pub(crate) fn record_position(&self, record: usize) -> usize {
        self.record_positions[record]
    }

    /// The caller's position of an LEA.
    pub(crate) fn lea_position(&self, lea: usize) -> usize {
        self.lea_positions[lea]
    }

    fn link(&self) -> Vec<Outcome> {
        let mut contenders = self.all_contenders();
        let lists = self.completeness(&contenders);
        for (list, records) in self.by_list() {
            self.compare_left_over(&records, &lists[list], &mut contenders);
        }
        contenders.par_iter_mut().enumerate().for_each(|(record, (contenders, rest))| {
            let completeness = &lists[self.lists[record]];
            *rest += completeness.weight_of_any(self.model);
            self.add_completeness(completeness, contenders);
        });
        let decided = |(list, records): (&&str, &Vec<usize>)| {
            let mut outcomes = self.decide(records, &contenders, &lists[list]);
            self.suspect(records, &contenders, &mut outcomes);
            outcomes
        };
        self.by_list().iter().flat_map(decided).collect()
    }

    /// The records of each list.
    pub(crate) fn by_list(&self) -> BTreeMap<&'a str, Vec<usize>> {
        let mut by_list: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        self.lists.iter().enumerate().for_each(|(record, list)| by_list.entry(list).or_default().push(record));
        by_list
    }

    /// The contenders of every record, who do not know yet how complete their list is.
    fn all_contenders(&self) -> Vec<(Vec<Contender>, f64)> {
        (0..self.records.len()).into_par_iter().map(|record| self.contenders(record)).collect()
    }

    /// How complete each list is.
    fn completeness(&self, contenders: &[(Vec<Contender>, f64)]) -> BTreeMap<&'a str, Completeness> {
        let of_list = |(list, records): (&'a str, Vec<usize>)| {
            (list, Completeness::of_claims(self.model, &self.claims(&records, contenders), &self.types))
        };
        self.by_list().into_iter().map(of_list).collect()
    }

    /// What the completeness of the list says of each, which may be another order.
    fn add_completeness(&self, completeness: &Completeness, contenders: &mut [Contender]) {
        for contender in contenders.iter_mut() {
            for finding in completeness.findings(contender.lea) {
                contender.score += self.model.weight(&finding);
                contender.findings.push(finding);
            }
        }
        contenders.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.lea.cmp(&b.lea)));
    }

    /// What the records of a list claim.
    fn claims(&self, records: &[usize], contenders: &[(Vec<Contender>, f64)]) -> Vec<Claims> {
        let claims = |record: &usize| Claims {
            pairs: contenders[*record].0.iter().map(|contender| (contender.lea, contender.score)).collect(),
            rest: contenders[*record].1,
            shares: self.records[*record].shares_lea,
        };
        records.iter().map(claims).collect()
    }

    /// Every candidate with what was found, unsorted.
    pub(crate) fn all_candidates(&self, record: usize) -> Vec<Contender> {
        self.compared(record, self.index.candidates(&self.records[record]))
    }

    /// These LEAs as candidates of a record, as far as a person allows them.
    fn compared(&self, record: usize, mut leas: Vec<usize>) -> Vec<Contender> {
        let reliability = &self.reliability[self.lists[record]];
        let around =
            Surroundings { index: &self.index, leas: self.leas.len(), reliability, neighbours: &self.neighbours };
        let mut findings = Vec::with_capacity(24);
        let decision = self.records[record].decision.as_ref();
        leas.retain(|lea| decision.is_none_or(|decision| decision.allows(self.leas[*lea].nces_id.as_deref())));
        let contender = |lea: usize| {
            compare(&around, &self.records[record], &self.leas[lea], &mut findings);
            if decision.is_some_and(|decision| decision.accepted.is_some()) {
                findings.insert(0, Finding { level: level::DECISION, information: 0.0 });
            }
            let score = self.model.bias + findings.iter().map(|finding| self.model.weight(finding)).sum::<f64>();
            Contender { lea, findings: Findings::from_slice(&findings), score }
        };
        leas.into_iter().map(contender).collect()
    }

    /// The likely candidates, best first, and the log of the odds of all others together.
    fn contenders(&self, record: usize) -> (Vec<Contender>, f64) {
        near(self.all_candidates(record))
    }
}

/// The likely ones, best first, and the log of the odds of all others together.
pub(crate) fn near(mut all: Vec<Contender>) -> (Vec<Contender>, f64) {
    // What was found stays where it is until it is known whose is wanted: of most it is not.
    let mut order: Vec<(f64, usize, usize)> =
        all.iter().enumerate().map(|(at, contender)| (contender.score, contender.lea, at)).collect();
    order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let best = order.first().map_or(0.0, |(score, ..)| *score);
    let near = order.partition_point(|(score, ..)| *score > best - FAR_BEHIND);
    let rest = order.split_off(near.clamp(2.min(all.len()), CONTENDERS.min(all.len())));
    let odds: f64 = rest.iter().map(|(score, ..)| (score - best).exp()).sum();
    let likely = order.into_iter().map(|(score, lea, at)| Contender {
        lea,
        score,
        findings: std::mem::take(&mut all[at].findings),
    });
    (likely.collect(), best + odds.ln())
}

fn prepare(positions: &[usize], agencies: &[Agency]) -> Vec<Prepared> {
    let one = |(position, at): (usize, &usize)| Prepared { position, ..Prepared::new(&agencies[*at]) };
    positions.par_iter().enumerate().map(one).collect()
}

/// What an agency is, in a fixed order.
fn identity(agency: &Agency) -> Vec<&str> {
    let ids = [&agency.nces_id, &agency.state_leaid, &agency.phone].map(|value| value.as_deref().unwrap_or_default());
    let cities = agency.places.iter().filter_map(|place| place.city.as_deref());
    [agency.list.as_str(), &agency.name].into_iter().chain(ids).chain(cities).collect()
}
