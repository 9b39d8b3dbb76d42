//! Records to outcomes: candidates, evidence, competition, assignment, decision.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use crate::blocking::Index;
use crate::comparison::level::{self, LEVELS};
use crate::comparison::{Evidence, Finding, compare, values};
use crate::competition::{Claims, probabilities};
use crate::prepared::Prepared;
use crate::surroundings::{Reliability, Surroundings};
use crate::{Agency, Decision, Model};

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
    /// Probability against the other candidates, against "none of them", and against other records' claims; not
    /// calibrated.
    pub probability: f64,
    /// Calibrated: the share of such links that are right.
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
pub(crate) struct State<'a> {
    model: &'a Model,
    record_positions: Vec<usize>,
    lea_positions: Vec<usize>,
    lists: Vec<&'a str>,
    records: Vec<Prepared>,
    leas: Vec<Prepared>,
    index: Index,
    reliability: BTreeMap<&'a str, Reliability>,
}

/// A candidate while candidates compete: what was found, and what it sums to.
#[derive(Debug, Clone)]
pub(crate) struct Contender {
    pub lea: usize,
    pub findings: Vec<Finding>,
    pub score: f64,
}

/// A contender and how likely it is.
#[derive(Debug, Clone, Copy)]
struct Rival<'a> {
    contender: &'a Contender,
    probability: f64,
}

impl Rival<'_> {
    fn is_same(&self, other: &Self) -> bool {
        self.contender.lea == other.contender.lea
    }
}

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
        record_positions.sort_by(|a, b| identity(&records[*a]).cmp(&identity(&records[*b])));
        let mut lea_positions = leas_of.to_vec();
        lea_positions.sort_by(|a, b| identity(&leas[*a]).cmp(&identity(&leas[*b])));
        let prepared_leas: Vec<Prepared> =
            lea_positions.par_iter().map(|position| Prepared::new(&leas[*position])).collect();
        let prepared: Vec<Prepared> =
            record_positions.par_iter().map(|position| Prepared::new(&records[*position])).collect();
        let lists: Vec<&str> = record_positions.iter().map(|position| records[*position].list.as_str()).collect();
        let index = Index::new(&prepared_leas);
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
            leas: prepared_leas,
            index,
            reliability,
        }
    }

    /// Records of the state.
    pub(crate) fn len(&self) -> usize {
        self.records.len()
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
        let contenders: Vec<(Vec<Contender>, f64)> =
            (0..self.records.len()).into_par_iter().map(|record| self.contenders(record)).collect();
        let mut by_list: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        self.lists.iter().enumerate().for_each(|(record, list)| by_list.entry(list).or_default().push(record));
        by_list.values().flat_map(|records| self.decide(records, &contenders)).collect()
    }

    /// Every candidate with what was found, unsorted.
    pub(crate) fn all_candidates(&self, record: usize) -> Vec<Contender> {
        let reliability = &self.reliability[self.lists[record]];
        let around = Surroundings { index: &self.index, leas: self.leas.len(), reliability };
        let prior = self.model.prior(self.leas.len());
        let mut findings = Vec::with_capacity(24);
        let decision = self.records[record].decision.as_ref();
        let is_allowed =
            |lea: &usize| decision.is_none_or(|decision| decision.allows(self.leas[*lea].nces_id.as_deref()));
        let candidates = self.index.candidates(&self.records[record]).into_iter().filter(is_allowed);
        candidates
            .map(|lea| {
                compare(&around, &self.records[record], &self.leas[lea], &mut findings);
                if decision.is_some_and(|decision| decision.accepted.is_some()) {
                    findings.insert(0, Finding { level: level::DECISION, information: 0.0 });
                }
                let score = prior + findings.iter().map(|finding| self.model.weight(finding)).sum::<f64>();
                Contender { lea, findings: findings.clone(), score }
            })
            .collect()
    }

    /// The likely candidates, best first, and the log of the odds of all others together.
    fn contenders(&self, record: usize) -> (Vec<Contender>, f64) {
        let mut all = self.all_candidates(record);
        all.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.lea.cmp(&b.lea)));
        let best = all.first().map_or(0.0, |best| best.score);
        let near = all.partition_point(|contender| contender.score > best - FAR_BEHIND);
        let rest = all.split_off(near.clamp(2.min(all.len()), CONTENDERS.min(all.len())));
        let odds: f64 = rest.iter().map(|contender| (contender.score - best).exp()).sum();
        (all, best + odds.ln())
    }

    /// The outcomes of one list, whose records compete for LEAs.
    fn decide<'r>(&self, records: &[usize], contenders: &'r [(Vec<Contender>, f64)]) -> Vec<Outcome> {
        let claims: Vec<Claims> = records
            .iter()
            .map(|record| Claims {
                pairs: contenders[*record].0.iter().map(|contender| (contender.lea, contender.score)).collect(),
                rest: contenders[*record].1,
                shares: self.records[*record].shares_lea,
            })
            .collect();
        let likely = probabilities(&claims, self.leas.len());
        let chosen = self.assign(&claims, &likely);
        records
            .iter()
            .enumerate()
            .map(|(at, record)| {
                let own = &contenders[*record].0;
                let rival = |(own, likely): (&'r Contender, &f64)| Rival { contender: own, probability: *likely };
                let mut rivals: Vec<Rival<'_>> = own.iter().zip(&likely[at]).map(rival).collect();
                let wanted = own.first().map(|best| best.lea);
                rivals.sort_by(|a, b| {
                    b.probability.total_cmp(&a.probability).then(b.contender.score.total_cmp(&a.contender.score))
                });
                self.outcome(*record, wanted, &rivals, chosen.lea_of.get(&at).copied(), |lea| {
                    chosen.holder_of.get(&lea).filter(|holder| **holder != at).map(|holder| records[*holder])
                })
            })
            .collect()
    }

    /// The pairs to link, most probable first, each record and each LEA once: what maximises the expected number of
    /// right links among likely ones. Ties fall to the lower LEA, then the lower record.
    fn assign(&self, claims: &[Claims], likely: &[Vec<f64>]) -> Chosen {
        let mut pairs: Vec<(f64, f64, usize, usize)> = Vec::new();
        for (record, (claims, likely)) in claims.iter().zip(likely).enumerate() {
            pairs.extend(claims.pairs.iter().zip(likely).map(|((lea, score), likely)| (*likely, *score, *lea, record)));
        }
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)).then(a.3.cmp(&b.3)));
        let mut chosen = Chosen::default();
        for (_, _, lea, record) in pairs {
            let is_free = claims[record].shares || !chosen.holder_of.contains_key(&lea);
            if is_free && !chosen.lea_of.contains_key(&record) {
                chosen.lea_of.insert(record, lea);
                chosen.holder_of.insert(lea, record);
            }
        }
        chosen
    }

    fn outcome(
        &self,
        record: usize,
        wanted: Option<usize>,
        rivals: &[Rival<'_>],
        assigned: Option<usize>,
        holder_of: impl Fn(usize) -> Option<usize>,
    ) -> Outcome {
        let find = |lea: usize| rivals.iter().find(|rival| rival.contender.lea == lea);
        let wanted = wanted.and_then(find);
        let assigned = assigned.and_then(find);
        // Whoever wanted an LEA that another record has the better claim to is shown with what it wanted.
        let is_likely = |rival: &&Rival<'_>| self.model.calibration.confidence(rival.probability) >= self.model.propose;
        let holder = wanted
            .filter(|wanted| assigned.is_none_or(|assigned| !assigned.is_same(wanted)) && wanted.contender.score > 0.0)
            .and_then(|wanted| holder_of(wanted.contender.lea));
        let settled = assigned.filter(is_likely);
        let lost_to = holder.filter(|_| settled.is_none());
        let best = settled.or(wanted.filter(|_| lost_to.is_some()));
        let runner_up = rivals.iter().find(|rival| best.is_some_and(|best| !best.is_same(rival)));
        let [best, runner_up] = [best, runner_up].map(|rival| rival.map(|rival| self.candidate(record, rival)));
        let method = best.as_ref().map_or(Method::Fuzzy, |best| self.method(record, best));
        let review = best.as_ref().and_then(|best| self.review(record, best, lost_to.is_some()));
        Outcome {
            record: self.record_positions[record],
            best: best.map(|candidate| self.outside(candidate)),
            runner_up: runner_up.map(|candidate| self.outside(candidate)),
            method,
            review,
            lost_to: lost_to.map(|holder| self.record_positions[holder]),
        }
    }

    /// A contender in words.
    fn candidate(&self, record: usize, rival: &Rival<'_>) -> Candidate {
        let Rival { contender, probability } = *rival;
        let evidence = contender.findings.iter().map(|finding| {
            let known = LEVELS[usize::from(finding.level)];
            let (ours, theirs) = values(finding.level, &self.records[record], &self.leas[contender.lea]);
            Evidence {
                comparison: known.comparison,
                record: ours,
                lea: theirs,
                level: known.level,
                information: f64::from(finding.information),
                weight: self.model.weight(finding),
            }
        });
        Candidate {
            lea: contender.lea,
            prior: self.model.prior(self.leas.len()),
            evidence: evidence.collect(),
            score: contender.score,
            probability,
            confidence: self.model.calibration.confidence(probability),
        }
    }

    /// A candidate with the caller's position of its LEA.
    fn outside(&self, candidate: Candidate) -> Candidate {
        Candidate { lea: self.lea_positions[candidate.lea], ..candidate }
    }

    fn method(&self, record: usize, best: &Candidate) -> Method {
        let (record, lea) = (&self.records[record], &self.leas[best.lea]);
        let has = |level: u8| best.has(level);
        if has(level::DECISION) {
            Method::Manual
        } else if has(level::STATE_ID_SAME) || has(level::NCES_ID_SAME) {
            Method::ExactId
        } else if has(level::NAME_IDENTICAL) {
            Method::ExactName
        } else if has(level::NAME_SAME)
            || (has(level::NAME_SAME_CORE)
                && record.name.kinds == lea.name.kinds
                && record.name.numbers == lea.name.numbers)
        {
            Method::NormalizedName
        } else if has(level::NAME_DIFFERENT) && has(level::CITY_SAME) {
            Method::CityType
        } else {
            Method::Fuzzy
        }
    }

    /// Why a person should look at this link.
    fn review(&self, record: usize, best: &Candidate, has_lost: bool) -> Option<String> {
        if let Some(decision) = self.records[record].decision.as_ref().filter(|decision| decision.accepted.is_some()) {
            return decision.is_outdated.then(|| "the record has changed since a person decided".to_owned());
        }
        if has_lost {
            return Some("another record of this list has the better claim to this LEA".to_owned());
        }
        let id = self.records[record].state_leaid.as_deref();
        let by_id = id.and_then(|id| self.index.with("id", id).iter().find(|lea| **lea != best.lea));
        if let Some(other) = by_id.filter(|_| !best.has(level::STATE_ID_SAME)) {
            let other = &self.leas[*other];
            return Some(format!(
                "the state id belongs to `{}` ({}), name and place to another LEA",
                other.published_name,
                other.nces_id.as_deref().unwrap_or("unknown")
            ));
        }
        if best.has(level::STATE_ID_SAME) && !best.is_borne_out() {
            return Some("the state id is this LEA's, and neither name nor place agree".to_owned());
        }
        (best.probability < self.model.accept).then(|| {
            let needed = self.model.calibration.confidence(self.model.accept);
            format!("confidence {:.4} is not above {needed:.4}", best.confidence)
        })
    }
}

impl Decision {
    /// Whether the record may be this LEA.
    fn allows(&self, nces_id: Option<&str>) -> bool {
        match &self.accepted {
            Some(accepted) => nces_id == Some(accepted.as_str()),
            None => !self.rejected.iter().any(|rejected| nces_id == Some(rejected.as_str())),
        }
    }
}

impl Candidate {
    /// Whether a comparison found this level.
    fn has(&self, level: u8) -> bool {
        let known = LEVELS[usize::from(level)];
        self.evidence.iter().any(|item| item.comparison == known.comparison && item.level == known.level)
    }

    /// Whether name or place agree at all.
    fn is_borne_out(&self) -> bool {
        const PLACES: &[u8] = &[
            level::CITY_SAME,
            level::ZIP_SAME,
            level::STREET_SAME,
            level::PHONE_SAME,
            level::DOMAIN_SAME,
            level::COUNTY_SAME,
            level::COUNTY_NAMED,
            level::CITY_NAMED,
            level::QUALIFIER_SAME,
        ];
        !self.has(level::NAME_DIFFERENT) || PLACES.iter().any(|level| self.has(*level))
    }
}

/// Who has which LEA, in one list.
#[derive(Default)]
struct Chosen {
    lea_of: HashMap<usize, usize>,
    holder_of: HashMap<usize, usize>,
}

/// What an agency is, in a fixed order.
fn identity(agency: &Agency) -> Vec<&str> {
    let ids = [&agency.nces_id, &agency.state_leaid, &agency.phone].map(|value| value.as_deref().unwrap_or_default());
    let cities = agency.places.iter().filter_map(|place| place.city.as_deref());
    [agency.list.as_str(), &agency.name].into_iter().chain(ids).chain(cities).collect()
}
