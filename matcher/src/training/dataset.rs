//! What was found for each candidate of each labelled record, and which of them is right.

use rayon::prelude::*;

use super::Labelled;
use crate::comparison::Finding;
use crate::competition::{Claims, pressure};
use crate::completeness::{Completeness, Types};
use crate::evaluation::Setting;
use crate::linkage::{Contender, Findings, State, by_state, near};
use crate::{Agency, Model};

/// One record in one setting.
pub(super) struct Example<'a> {
    pub state: &'a str,
    /// What was found, and what the claims of other records make of it.
    pub candidates: Vec<(Findings, f64)>,
    /// Position of the right candidate; none when no candidate is right.
    pub right: Option<usize>,
}

/// All records, compared.
pub(super) struct Dataset {
    groups: Vec<Group>,
}

/// The records of one list in one setting.
struct Group {
    state: String,
    types: Types,
    records: Vec<Compared>,
}

struct Compared {
    candidates: Vec<(usize, Findings)>,
    /// Position of the right candidate.
    right: Option<usize>,
    shares: bool,
}

impl Dataset {
    /// Blocks and compares every labelled record in every setting.
    pub fn of(labelled: &[Labelled], leas: &[Agency]) -> Self {
        let model = Model::of_parameters(&super::fit::PRIOR());
        let mut all = Vec::new();
        for set in labelled {
            for setting in set.settings.iter().chain(&set.drill) {
                all.extend(groups(&model, set, setting, leas));
            }
        }
        Self { groups: all }
    }

    /// The examples of some states, as a model of these weights sees the lists around them.
    pub fn examples(&self, model: &Model, is_in: impl Fn(&str) -> bool + Sync) -> Vec<Example<'_>> {
        let of_group = |group| Group::examples(group, model);
        self.groups.par_iter().filter(|group| is_in(&group.state)).flat_map_iter(of_group).collect()
    }
}

/// The lists of a set in one setting.
fn groups(model: &Model, set: &Labelled, setting: &Setting, leas: &[Agency]) -> Vec<Group> {
    let (records, leas) = (setting.mask(&set.records), setting.thin(leas));
    let mut groups = Vec::new();
    for (name, (records_of, leas_of)) in by_state(&records, &leas) {
        let state = State::new(model, &records, &leas, &records_of, &leas_of);
        let is_right = |record: usize, lea: usize| {
            let truth = set.truth[state.record_position(record)].as_str();
            leas[state.lea_position(lea)].nces_id.as_deref() == Some(truth)
        };
        groups.extend(state.by_list().into_values().map(|of_list| Group {
            state: name.to_owned(),
            types: state.types().clone(),
            records: of_list.par_iter().map(|record| compared(&state, *record, is_right)).collect(),
        }));
    }
    groups
}

impl Group {
    fn examples(&self, model: &Model) -> Vec<Example<'_>> {
        let claims: Vec<Claims> = self.records.iter().map(|record| record.claims(model, |_| 0.0)).collect();
        let completeness = Completeness::of_claims(model, &claims, &self.types);
        let of_lea = |lea: usize| completeness.weight(model, lea);
        let claims: Vec<Claims> = self.records.iter().map(|record| record.claims(model, of_lea)).collect();
        let pressure = pressure(&claims, self.types.len());
        let example = |(at, record): (usize, &Compared)| Example {
            state: &self.state,
            candidates: record
                .candidates
                .iter()
                .map(|(lea, findings)| {
                    let mut findings = findings.clone();
                    findings.extend(completeness.findings(*lea));
                    (findings, pressure(at, *lea))
                })
                .collect(),
            right: record.right,
        };
        self.records.iter().enumerate().map(example).collect()
    }
}

impl Compared {
    fn claims(&self, model: &Model, of_lea: impl Fn(usize) -> f64) -> Claims {
        let sum = |findings: &[Finding]| findings.iter().map(|finding| model.weight(finding)).sum::<f64>();
        let contender = |(lea, findings): &(usize, Findings)| Contender {
            lea: *lea,
            findings: Findings::new(),
            score: model.bias + sum(findings) + of_lea(*lea),
        };
        let (likely, rest) = near(self.candidates.iter().map(contender).collect());
        Claims {
            pairs: likely.iter().map(|contender| (contender.lea, contender.score)).collect(),
            rest,
            shares: self.shares,
        }
    }
}

fn compared(state: &State<'_>, record: usize, is_right: impl Fn(usize, usize) -> bool) -> Compared {
    let candidates = state.all_candidates(record);
    Compared {
        right: candidates.iter().position(|candidate| is_right(record, candidate.lea)),
        shares: state.shares_lea(record),
        candidates: candidates.into_iter().map(|candidate| (candidate.lea, candidate.findings)).collect(),
    }
}
