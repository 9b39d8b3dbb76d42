//! Who gets which LEA: the records of a list compete, and what each gets, or lost, is its outcome.

use rustc_hash::FxHashMap;

use super::outcome::{Candidate, Method, Outcome};
use super::{Contender, State};
use crate::comparison::level::{self, LEVELS};
use crate::comparison::{Evidence, values};
use crate::competition::{Claims, probabilities};
use crate::completeness::Completeness;

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

/// Who has which LEA, in one list.
#[derive(Default)]
struct Chosen {
    lea_of: FxHashMap<usize, usize>,
    holder_of: FxHashMap<usize, usize>,
}

impl State<'_> {
    /// The outcomes of one list, whose records compete for LEAs.
    pub(super) fn decide<'r>(
        &self,
        records: &[usize],
        contenders: &'r [(Vec<Contender>, f64)],
        completeness: &Completeness,
    ) -> Vec<Outcome> {
        let claims = self.claims(records, contenders);
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
                self.outcome(*record, completeness, wanted, &rivals, chosen.lea_of.get(&at).copied(), |lea| {
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
        completeness: &Completeness,
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
        let could_share = |contender: &Contender| {
            let free = completeness.weight(self.model, contender.lea);
            contender.score - free + completeness.weight_if_shared(self.model, contender.lea) > 0.0
        };
        let holder = wanted
            .filter(|wanted| assigned.is_none_or(|assigned| !assigned.is_same(wanted)))
            .filter(|wanted| could_share(wanted.contender))
            .and_then(|wanted| holder_of(wanted.contender.lea));
        let settled = assigned.filter(is_likely);
        let lost_to = holder.filter(|_| settled.is_none());
        let best = settled.or(wanted.filter(|_| lost_to.is_some()));
        let runner_up = rivals.iter().find(|rival| best.is_some_and(|best| !best.is_same(rival)));
        let [best, runner_up] =
            [best, runner_up].map(|rival| rival.map(|rival| self.candidate(record, completeness, rival)));
        let method = best.as_ref().map_or(Method::Fuzzy, |best| self.method(record, best));
        let rival = runner_up.as_ref().map_or(0.0, |rival| rival.probability);
        let review = best.as_ref().and_then(|best| self.review(record, best, rival, lost_to.is_some()));
        Outcome {
            record: self.record_positions[record],
            best: best.map(|candidate| self.outside(candidate)),
            runner_up: runner_up.map(|candidate| self.outside(candidate)),
            method,
            review,
            lost_to: lost_to.map(|holder| self.record_positions[holder]),
            change: None,
        }
    }

    /// A contender in words.
    fn candidate(&self, record: usize, completeness: &Completeness, rival: &Rival<'_>) -> Candidate {
        let Rival { contender, probability } = *rival;
        let evidence = contender.findings.iter().map(|finding| {
            let known = LEVELS[usize::from(finding.level)];
            let (ours, theirs) = match finding.level {
                level::LIST_AS_COMPLETE => completeness.values(),
                level => values(level, &self.records[record], &self.leas[contender.lea]),
            };
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
            prior: self.model.bias,
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
}
