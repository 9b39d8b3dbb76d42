//! Records to outcomes: candidates, evidence, competition, assignment, decision.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use crate::assignment::{Pair, assign};
use crate::blocking::Index;
use crate::comparison::{Evidence, Surroundings, compare};
use crate::prepared::Prepared;
use crate::{Agency, Model};

/// How a link was found, in the words of the `match_method` column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// By the NCES id or the state's id, borne out by name or place.
    ExactId,
    /// The names are the same as written.
    ExactName,
    /// The names are the same once abbreviations are written out.
    NormalizedName,
    /// By the sum of the evidence.
    Fuzzy,
    /// The names differ; city and kind agree.
    CityType,
    /// A person decided.
    Manual,
}

impl Method {
    /// The word stored in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::ExactId => "exact_id",
            Self::ExactName => "exact_name",
            Self::NormalizedName => "normalized_name",
            Self::Fuzzy => "fuzzy",
            Self::CityType => "city_type",
            Self::Manual => "manual",
        }
    }
}

/// An LEA a record could be.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Position in the list of LEAs.
    pub lea: usize,
    /// Log-odds before any comparison: one LEA of so many.
    pub prior: f64,
    /// What speaks for and against it.
    pub evidence: Vec<Evidence>,
    /// Prior and evidence summed.
    pub score: f64,
    /// Probability, against the other candidates and against "none of them".
    pub confidence: f64,
}

/// What became of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Position in the list of records.
    pub record: usize,
    /// The LEA it is linked to or proposed for; none when no candidate is likely enough.
    pub best: Option<Candidate>,
    /// The second best candidate.
    pub runner_up: Option<Candidate>,
    /// How the best was found.
    pub method: Method,
    /// Why a person should look; none when the link can be trusted.
    pub review: Option<String>,
    /// True when another record of the list has the better claim to the LEA this one wanted.
    pub lost_to: Option<usize>,
}

/// Links every record to at most one LEA of its state. The outcomes are in the records' order.
pub fn link_all(model: &Model, records: &[Agency], leas: &[Agency]) -> Vec<Outcome> {
    let mut by_state: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (position, record) in records.iter().enumerate() {
        by_state.entry(&record.state).or_default().0.push(position);
    }
    for (position, lea) in leas.iter().enumerate() {
        if let Some(state) = by_state.get_mut(lea.state.as_str()) {
            state.1.push(position);
        }
    }
    let states: Vec<_> = by_state.into_values().collect();
    let mut outcomes: Vec<Outcome> = states
        .par_iter()
        .flat_map_iter(|(records_of, leas_of)| State::new(model, records, leas, records_of, leas_of).link())
        .collect();
    outcomes.sort_by_key(|outcome| outcome.record);
    outcomes
}

/// One state's two lists. Both are sorted by what they are rather than where they stood.
struct State<'a> {
    model: &'a Model,
    record_positions: Vec<usize>,
    lea_positions: Vec<usize>,
    lists: Vec<&'a str>,
    records: Vec<Prepared>,
    leas: Vec<Prepared>,
    index: Index,
}

impl<'a> State<'a> {
    fn new(model: &'a Model, records: &'a [Agency], leas: &[Agency], records_of: &[usize], leas_of: &[usize]) -> Self {
        let mut record_positions = records_of.to_vec();
        record_positions.sort_by(|a, b| identity(&records[*a]).cmp(&identity(&records[*b])));
        let mut lea_positions = leas_of.to_vec();
        lea_positions.sort_by(|a, b| identity(&leas[*a]).cmp(&identity(&leas[*b])));
        let prepared_leas: Vec<Prepared> =
            lea_positions.iter().map(|position| Prepared::new(&leas[*position])).collect();
        Self {
            model,
            lists: record_positions.iter().map(|position| records[*position].list.as_str()).collect(),
            records: record_positions.iter().map(|position| Prepared::new(&records[*position])).collect(),
            index: Index::new(&prepared_leas),
            leas: prepared_leas,
            record_positions,
            lea_positions,
        }
    }

    fn link(&self) -> Vec<Outcome> {
        let candidates: Vec<Vec<Candidate>> = self.records.par_iter().map(|record| self.candidates(record)).collect();
        let chosen = self.assign(&candidates);
        candidates.iter().enumerate().map(|(record, candidates)| self.outcome(record, candidates, &chosen)).collect()
    }

    /// The candidates of a record, best first, with their probabilities.
    fn candidates(&self, record: &Prepared) -> Vec<Candidate> {
        let around = Surroundings { model: self.model, index: &self.index, leas: self.leas.len() };
        let prior = ((1.0 - self.model.no_partner) / self.leas.len().max(1) as f64).ln();
        let mut candidates: Vec<Candidate> = self
            .index
            .candidates(record)
            .into_iter()
            .map(|lea| {
                let evidence = compare(&around, record, &self.leas[lea]);
                let score = prior + evidence.iter().map(|item| item.weight).sum::<f64>();
                Candidate { lea, prior, evidence, score, confidence: 0.0 }
            })
            .collect();
        candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.lea.cmp(&b.lea)));
        let total = self.model.no_partner + candidates.iter().map(|candidate| candidate.score.exp()).sum::<f64>();
        for candidate in &mut candidates {
            candidate.confidence = candidate.score.exp() / total;
        }
        // The rest compete, and are then of no more interest: most of the memory would be theirs.
        let likely = candidates.partition_point(|candidate| candidate.confidence >= self.assignable());
        candidates.truncate(likely.max(2));
        candidates.shrink_to_fit();
        candidates
    }

    /// Below this a candidate is not even the second choice of a record that lost its first.
    fn assignable(&self) -> f64 {
        self.model.propose / 10.0
    }

    /// The LEA of each record and who took which LEA, one-to-one inside each list.
    fn assign(&self, candidates: &[Vec<Candidate>]) -> Chosen {
        let mut by_list: BTreeMap<&str, Vec<Pair>> = BTreeMap::new();
        for (record, list) in candidates.iter().enumerate() {
            let likely = list.iter().filter(|candidate| candidate.confidence >= self.assignable());
            by_list.entry(self.lists[record]).or_default().extend(likely.map(|candidate| Pair {
                record,
                lea: candidate.lea,
                score: candidate.score,
            }));
        }
        let mut chosen = Chosen::default();
        for (list, pairs) in by_list {
            for pair in assign(pairs) {
                chosen.lea_of.insert(pair.record, pair.lea);
                chosen.holder_of.insert((list.to_owned(), pair.lea), pair.record);
            }
        }
        chosen
    }

    fn outcome(&self, record: usize, candidates: &[Candidate], chosen: &Chosen) -> Outcome {
        let wanted = candidates.first();
        let assigned =
            chosen.lea_of.get(&record).and_then(|lea| candidates.iter().find(|candidate| candidate.lea == *lea));
        let lost_to = wanted
            .filter(|wanted| {
                wanted.confidence >= self.model.propose && assigned.is_none_or(|assigned| assigned.lea != wanted.lea)
            })
            .and_then(|wanted| chosen.holder_of.get(&(self.lists[record].to_owned(), wanted.lea)))
            .map(|holder| self.record_positions[*holder]);
        // A record that lost is shown with what it wanted: a person sees both claims.
        let best = assigned
            .filter(|candidate| candidate.confidence >= self.model.propose)
            .or(wanted.filter(|_| lost_to.is_some()));
        let runner_up = candidates.iter().find(|candidate| best.is_some_and(|best| best.lea != candidate.lea));
        let method = best.map_or(Method::Fuzzy, |best| self.method(record, best));
        let review = best.and_then(|best| self.review(record, best, lost_to.is_some()));
        Outcome {
            record: self.record_positions[record],
            best: best.map(|candidate| self.outside(candidate)),
            runner_up: runner_up.map(|candidate| self.outside(candidate)),
            method,
            review,
            lost_to,
        }
    }

    /// A candidate with the caller's position of its LEA.
    fn outside(&self, candidate: &Candidate) -> Candidate {
        Candidate { lea: self.lea_positions[candidate.lea], ..candidate.clone() }
    }

    fn method(&self, record: usize, best: &Candidate) -> Method {
        let (record, lea) = (&self.records[record], &self.leas[best.lea]);
        let level = |comparison: &str| {
            best.evidence.iter().find(|item| item.comparison == comparison).map_or("", |item| item.level)
        };
        let has_id = level("state id") == "same" || (record.nces_id.is_some() && record.nces_id == lea.nces_id);
        if has_id {
            Method::ExactId
        } else if record.name.as_written == lea.name.as_written {
            Method::ExactName
        } else if record.name.core == lea.name.core
            && record.name.kinds == lea.name.kinds
            && record.name.numbers == lea.name.numbers
        {
            Method::NormalizedName
        } else if level("name") == "different" && level("city") == "same" && level("kind") == "same" {
            Method::CityType
        } else {
            Method::Fuzzy
        }
    }

    /// Why a person should look at this link.
    fn review(&self, record: usize, best: &Candidate, has_lost: bool) -> Option<String> {
        if has_lost {
            return Some("another record of this list has the better claim to this LEA".to_owned());
        }
        let by_id = self.leas.iter().position(|lea| {
            self.records[record].state_leaid.is_some() && lea.state_leaid == self.records[record].state_leaid
        });
        match by_id {
            Some(other) if other != best.lea => {
                let other = &self.leas[other];
                let id = other.nces_id.as_deref().unwrap_or("unknown");
                Some(format!(
                    "the state id belongs to `{}` ({id}), name and place to another LEA",
                    other.published_name
                ))
            }
            _ if best.confidence < self.model.accept => {
                Some(format!("confidence {:.2} is below {:.2}", best.confidence, self.model.accept))
            }
            _ => None,
        }
    }
}

/// Who has which LEA.
#[derive(Default)]
struct Chosen {
    lea_of: HashMap<usize, usize>,
    holder_of: HashMap<(String, usize), usize>,
}

/// What an agency is, in a fixed order.
fn identity(agency: &Agency) -> Vec<&str> {
    let ids = [&agency.nces_id, &agency.state_leaid, &agency.phone].map(|value| value.as_deref().unwrap_or_default());
    let cities = agency.places.iter().filter_map(|place| place.city.as_deref());
    [agency.list.as_str(), &agency.name].into_iter().chain(ids).chain(cities).collect()
}
