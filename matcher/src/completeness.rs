//! How complete the two lists are beside each other, learned from the lists themselves: what a pair has for it before
//! anything is compared.
//!
//! Of a registry that has a record for every district of its state, the last record and the last LEA are each other's
//! with little more said; where one record in ten has no LEA they are not. A record is of an LEA with the odds
//! `c / (1 - c)` that the LEA has a record at all, over the number of records without an LEA: matching with "none" on
//! both sides, its rates by expectation and maximisation (Dempster, Laird and Rubin 1977).

use std::sync::OnceLock;

use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

use crate::Model;
use crate::comparison::{Finding, level};
use crate::competition::{Claims, probabilities};
use crate::prepared::{Prepared, Standing};

/// Rounds of expectation and maximisation: after these the rates no longer move in their third digit.
const ROUNDS: usize = 6;
/// Records without an LEA before a list has shown anything, and how many records that counts for.
const WITHOUT_LEA: f64 = 0.03;
const EXPECTATION_RECORDS: f64 = 20.0;
/// LEAs that have a record at least, all together.
const LEAST_COVERED: f64 = 0.5;
/// How many LEAs the rate of all types counts for in that of one.
const EXPECTATION_LEAS: f64 = 2.0;
/// Where less is found than this share of what could be, the names are hard rather than the districts unknown.
const LEAST_FOUND: f64 = 0.9;
/// No more than this share of the LEAs is sure to have a record.
const MOST: f64 = 0.995;

/// How complete one list is.
#[derive(Debug, Clone)]
pub(crate) struct Completeness {
    /// Records of the list, and how many of them are expected to have no LEA.
    records: f64,
    without_lea: f64,
    /// LEAs, and how many of them are expected to have a record.
    leas: f64,
    covered: f64,
    odds: Odds,
    /// The same where an LEA that has a record may have another.
    odds_if_shared: Odds,
    /// It in words, which every link of the list shows.
    values: OnceLock<(CompactString, CompactString)>,
}

/// What speaks for a pair beforehand, in natural logarithms.
#[derive(Debug, Clone)]
struct Odds {
    /// That an LEA of any type has a record, over the records without an LEA.
    of_any: f32,
    /// By LEA: those of its type, over those of any.
    of_type: Vec<f32>,
}

impl Completeness {
    /// From what a list's records claim, whose scores know nothing of it yet.
    pub fn of_claims(model: &Model, claims: &[Claims], types: &Types) -> Self {
        let shares = claims.iter().any(|claims| claims.shares);
        let records = claims.len() as f64;
        let most = |share: f64| if shares { share } else { share.min(1.0 - WITHOUT_LEA) };
        let share = most(records * (1.0 - WITHOUT_LEA) / types.len().max(1) as f64);
        let mut covered = vec![share; types.len()];
        let mut learned = Self::of_counts(records, &covered, types, shares);
        for _ in 0..ROUNDS {
            let weighed: Vec<Claims> = claims.iter().map(|claims| learned.weighed(model, claims)).collect();
            let likely = probabilities(&weighed, types.len());
            covered.iter_mut().for_each(|count| *count = 0.0);
            for (claims, likely) in claims.iter().zip(&likely) {
                claims.pairs.iter().zip(likely).for_each(|((lea, _), likely)| covered[*lea] += likely);
            }
            learned = Self::of_counts(records, &covered, types, shares);
        }
        learned
    }

    /// From how likely each LEA is to have a record; or how many records, where records share LEAs.
    fn of_counts(records: f64, covered: &[f64], types: &Types, shares: bool) -> Self {
        let leas = types.len() as f64;
        let found: f64 = covered.iter().sum();
        let room = if shares { records } else { records.min(leas) };
        let scale = (room * LEAST_FOUND / found.max(1e-9)).max(1.0);
        let all = found * scale;
        let covered: Vec<f64> = covered.iter().map(|covered| covered * scale).collect();
        let of_any = (all + LEAST_COVERED) / (leas + 1.0);
        let without = (records - all).max(0.0);
        let rate = (without + EXPECTATION_RECORDS * WITHOUT_LEA) / (records + EXPECTATION_RECORDS);
        let of_types = types.rates(&covered);
        let odds_of = |shares| Odds::of_rates(of_any, &of_types, rate * records.max(1.0), shares);
        Self {
            records,
            without_lea: without,
            leas,
            covered: all,
            odds: odds_of(shares),
            odds_if_shared: odds_of(true),
            values: OnceLock::new(),
        }
    }

    /// What it says of an LEA.
    pub fn findings(&self, lea: usize) -> [Finding; 2] {
        self.odds.findings(lea)
    }

    /// What it adds to the log-odds of an LEA that has a record already, as if it could have another.
    pub fn weight_if_shared(&self, model: &Model, lea: usize) -> f64 {
        self.odds_if_shared.findings(lea).iter().map(|finding| model.weight(finding)).sum()
    }

    /// What it adds to the log-odds of an LEA.
    pub fn weight(&self, model: &Model, lea: usize) -> f64 {
        self.findings(lea).iter().map(|finding| model.weight(finding)).sum()
    }

    /// What it adds to the log-odds of an LEA not looked at.
    pub fn weight_of_any(&self, model: &Model) -> f64 {
        model.weight(&Finding { level: level::LIST_AS_COMPLETE, information: self.odds.of_any })
    }

    /// In words: records without an LEA, and LEAs with a record.
    pub fn values(&self) -> (CompactString, CompactString) {
        let in_words = || {
            (
                format_compact!("about {:.0} of {:.0} records without an LEA", self.without_lea, self.records),
                format_compact!("about {:.0} records for {:.0} LEAs", self.covered, self.leas),
            )
        };
        self.values.get_or_init(in_words).clone()
    }

    /// What a record claims, with what it says of each.
    pub fn weighed(&self, model: &Model, claims: &Claims) -> Claims {
        Claims {
            pairs: claims.pairs.iter().map(|(lea, score)| (*lea, score + self.weight(model, *lea))).collect(),
            rest: claims.rest + self.weight_of_any(model),
            shares: claims.shares,
        }
    }
}

impl Odds {
    /// From the share of LEAs that have a record, and the number of records that have no LEA. Where records share LEAs
    /// an LEA has so many of them rather than one or none.
    fn of_rates(of_any: f64, of_types: &[(f64, f64)], without: f64, shares: bool) -> Self {
        let odds = |rate: f64| if shares { rate } else { rate / (1.0 - rate.min(MOST)) };
        Self {
            of_any: (odds(of_any) / without).ln() as f32,
            of_type: of_types.iter().map(|(of_type, any)| (odds(*of_type) / odds(*any)).ln() as f32).collect(),
        }
    }

    fn findings(&self, lea: usize) -> [Finding; 2] {
        [
            Finding { level: level::LIST_AS_COMPLETE, information: self.of_any },
            Finding { level: level::TYPE_IN_LIST, information: self.of_type[lea] },
        ]
    }
}

/// The types of LEAs: kind and standing.
#[derive(Debug, Clone)]
pub(crate) struct Types {
    /// By LEA: position of its kind, and its standing.
    of_lea: Vec<(usize, Standing)>,
}

impl Types {
    /// Of these LEAs.
    pub fn of(leas: &[Prepared]) -> Self {
        let mut kinds = FxHashMap::default();
        let mut of_lea = Vec::with_capacity(leas.len());
        for lea in leas {
            let (kind, standing) = lea.agency_type();
            let next = kinds.len();
            of_lea.push((*kinds.entry(kind).or_insert(next), standing));
        }
        Self { of_lea }
    }

    /// How many LEAs.
    pub fn len(&self) -> usize {
        self.of_lea.len()
    }

    /// By LEA: the share of the others of its type that have a record, and of the others of any type. Of a type that has
    /// few it is what its kind and its standing say apart: an old list has none of the new LEAs, whatever they are.
    fn rates(&self, covered: &[f64]) -> Vec<(f64, f64)> {
        let least = LEAST_COVERED / self.len().max(1) as f64;
        let mut of_all = Count::default();
        let mut of_types: FxHashMap<(usize, Standing), Count> = FxHashMap::default();
        let mut of_kinds: FxHashMap<usize, Count> = FxHashMap::default();
        let mut of_standings: FxHashMap<Standing, Count> = FxHashMap::default();
        for (of, covered) in self.of_lea.iter().zip(covered) {
            let groups = [
                &mut of_all,
                of_types.entry(*of).or_default(),
                of_kinds.entry(of.0).or_default(),
                of_standings.entry(of.1).or_default(),
            ];
            groups.into_iter().for_each(|group| group.add(covered + least));
        }
        let of_lea = |(of, own): (&(usize, Standing), &f64)| {
            let own = own + least;
            let any = (of_all.covered - own).max(least) / (of_all.leas - 1.0).max(1.0);
            let of_kind = of_kinds[&of.0].rate_without(own, any);
            let of_standing = of_standings[&of.1].rate_without(own, any * usual(of.1));
            (of_types[of].rate_without(own, (of_kind * of_standing / any).min(MOST)), any)
        };
        self.of_lea.iter().zip(covered).map(of_lea).collect()
    }
}

/// How many LEAs there are, and how many of them have a record.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    covered: f64,
    leas: f64,
}

impl Count {
    fn add(&mut self, covered: f64) {
        (self.covered, self.leas) = (self.covered + covered, self.leas + 1.0);
    }

    /// The rate of all but one: what that one claims is no evidence for itself.
    fn rate_without(self, own: f64, expected: f64) -> f64 {
        let (covered, leas) = ((self.covered - own).max(0.0), self.leas - 1.0);
        (covered + EXPECTATION_LEAS * expected) / (leas + EXPECTATION_LEAS)
    }
}

/// How much seldomer lists have such LEAs, before a list has shown anything.
fn usual(standing: Standing) -> f64 {
    match standing {
        Standing::Open => 1.0,
        Standing::New => 0.5,
        Standing::Closed => 0.2,
    }
}

#[cfg(test)]
mod tests {
    use super::{Completeness, Types};
    use crate::Model;
    use crate::competition::Claims;
    use crate::prepared::Prepared;

    fn learned(sure: usize, unknown: usize, leas: usize, shares: bool) -> Completeness {
        let leas: Vec<Prepared> = vec![Prepared::new(&crate::Agency::default()); leas];
        let claims = |pairs: Vec<(usize, f64)>| Claims { pairs, rest: f64::NEG_INFINITY, shares };
        let known = (0..sure).map(|at| claims(vec![(at % leas.len(), 15.0)]));
        let all: Vec<Claims> = known.chain((0..unknown).map(|_| claims(Vec::new()))).collect();
        Completeness::of_claims(&Model::shipped().unwrap(), &all, &Types::of(&leas))
    }

    #[test]
    fn the_counts_are_what_the_claims_say() {
        let half = learned(50, 5, 100, false);
        assert!((half.covered - 50.0).abs() < 0.1 && (half.without_lea - 5.0).abs() < 0.1, "{half:?}");
        // Ten campuses of each.
        let shared = learned(100, 0, 10, true);
        assert!((shared.covered - 100.0).abs() < 0.1 && shared.without_lea < 0.1, "{shared:?}");
    }

    #[test]
    fn the_more_complete_the_lists_the_more_speaks_for_a_pair() {
        let odds = |one: &Completeness| one.findings(0)[0].information;
        let (whole, lacking, sparse) =
            (learned(99, 0, 100, false), learned(90, 9, 100, false), learned(9, 0, 100, false));
        assert!(odds(&whole) > odds(&lacking) + 2.0, "{whole:?} {lacking:?}");
        assert!(odds(&lacking) > odds(&sparse), "{lacking:?} {sparse:?}");
        let empty = learned(0, 0, 0, false);
        assert!(empty.odds.of_any.is_finite(), "{empty:?}");
    }

    #[test]
    fn hard_names_are_not_taken_for_unknown_districts() {
        let hard = learned(10, 90, 100, false);
        assert!(hard.without_lea < 11.0, "{hard:?}");
        // More records than there are LEAs are surely of none.
        let schools = learned(50, 950, 100, false);
        assert!(schools.without_lea > 850.0, "{schools:?}");
    }
}
