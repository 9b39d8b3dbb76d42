//! What nobody wants: records without a likely LEA, and LEAs without a likely record, of one list.
//!
//! Blocking finds what pairs have in common. Where a list is nearly complete, few are left on both sides, and what they are
//! called no longer matters so much: `Widefield 3` and `School District No. 3 in the county of El Paso` share a number that
//! a dozen have, and are the only two left with it.

use super::{Contender, State, near};
use crate::competition::probabilities;
use crate::completeness::Completeness;

/// Who is as likely to have a partner is not left over.
const SETTLED: f64 = 0.5;
/// More pairs than this are no longer few.
const MOST_PAIRS: usize = 4_000;

/// Who of a list is left over, on both sides: nobody where they are many.
#[derive(Default)]
struct LeftOver {
    records: Vec<usize>,
    leas: Vec<usize>,
}

/// The LEAs that a record is compared with.
pub(crate) struct Compared {
    /// What blocking found.
    pub by_rules: Vec<usize>,
    /// What nobody wants, where nothing else is likely.
    pub left_over: Vec<usize>,
}

impl State<'_> {
    /// Compares what is left of a list on both sides, each with each.
    pub(super) fn compare_left_over(
        &self,
        records: &[usize],
        completeness: &Completeness,
        contenders: &mut [(Vec<Contender>, f64)],
    ) {
        let left = self.left_over(records, completeness, contenders);
        for record in left.records {
            let (mut known, rest) = std::mem::take(&mut contenders[record]);
            let is_new = |lea: &usize| !known.iter().any(|contender| contender.lea == *lea);
            let new = self.compared(record, left.leas.iter().copied().filter(is_new).collect());
            known.extend(new);
            let (likely, others) = near(known);
            contenders[record] = (likely, (rest.exp() + others.exp()).ln());
        }
    }

    /// Which LEAs each record is compared with.
    pub(crate) fn compared_leas(&self) -> Vec<Compared> {
        let by_rules = |record| Compared { by_rules: self.index.candidates(record), left_over: Vec::new() };
        let mut compared: Vec<Compared> = self.records.iter().map(by_rules).collect();
        let contenders = self.all_contenders();
        let lists = self.completeness(&contenders);
        for (list, records) in self.by_list() {
            let left = self.left_over(&records, &lists[list], &contenders);
            for record in left.records {
                let Compared { by_rules, left_over } = &mut compared[record];
                left_over.extend(left.leas.iter().filter(|lea| by_rules.binary_search(lea).is_err()));
            }
        }
        compared
    }

    fn left_over(
        &self,
        records: &[usize],
        completeness: &Completeness,
        contenders: &[(Vec<Contender>, f64)],
    ) -> LeftOver {
        let claims: Vec<_> =
            self.claims(records, contenders).iter().map(|claims| completeness.weighed(self.model, claims)).collect();
        if claims.iter().any(|claims| claims.shares) {
            return LeftOver::default();
        }
        let likely = probabilities(&claims, self.leas.len());
        let mut taken = vec![0.0; self.leas.len()];
        for (claims, likely) in claims.iter().zip(&likely) {
            claims.pairs.iter().zip(likely).for_each(|((lea, _), likely)| taken[*lea] += likely);
        }
        let leas: Vec<usize> = (0..taken.len()).filter(|lea| taken[*lea] < SETTLED).collect();
        let is_left = |likely: &[f64]| likely.iter().sum::<f64>() < SETTLED;
        let left = records.iter().zip(&likely).filter(|(_, likely)| is_left(likely)).map(|(record, _)| *record);
        let records: Vec<usize> = left.collect();
        if records.len() * leas.len() > MOST_PAIRS { LeftOver::default() } else { LeftOver { records, leas } }
    }
}
