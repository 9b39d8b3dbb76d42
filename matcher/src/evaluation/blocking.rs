//! What blocking lets through, and what it spares.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::Agency;
use crate::blocking::Index;
use crate::prepared::Prepared;

/// The two measures of a blocking.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Blocking {
    /// True pairs whose LEA is in the list.
    pub true_pairs: usize,
    /// Of those, the ones that are compared.
    pub compared_true_pairs: usize,
    /// Pairs that are compared.
    pub compared: usize,
    /// Pairs of a record and an LEA of its state.
    pub possible: usize,
}

impl Blocking {
    /// Of a record's state, in each of its states: `truth` is the NCES id of each record.
    pub fn of(records: &[Agency], leas: &[Agency], truth: &[String]) -> Self {
        let mut states: BTreeMap<&str, (Vec<usize>, Vec<&Agency>)> = BTreeMap::new();
        records.iter().enumerate().for_each(|(at, record)| states.entry(&record.state).or_default().0.push(at));
        leas.iter().for_each(|lea| {
            if let Some(state) = states.get_mut(lea.state.as_str()) {
                state.1.push(lea);
            }
        });
        let of_states: Vec<Self> = states
            .into_par_iter()
            .map(|(_, (of_state, leas))| {
                let prepared: Vec<Prepared> = leas.iter().map(|lea| Prepared::new(lea)).collect();
                let index = Index::new(&prepared);
                of_state.iter().fold(Self::default(), |sum, at| {
                    sum.plus(Self::of_record(&index, &Prepared::new(&records[*at]), &prepared, &truth[*at]))
                })
            })
            .collect();
        of_states.into_iter().fold(Self::default(), Self::plus)
    }

    fn of_record(index: &Index, record: &Prepared, leas: &[Prepared], true_id: &str) -> Self {
        let candidates = index.candidates(record);
        let is_true = |lea: &Prepared| lea.nces_id.as_deref() == Some(true_id);
        Self {
            true_pairs: usize::from(leas.iter().any(is_true)),
            compared_true_pairs: usize::from(candidates.iter().any(|lea| is_true(&leas[*lea]))),
            compared: candidates.len(),
            possible: leas.len(),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            true_pairs: self.true_pairs + other.true_pairs,
            compared_true_pairs: self.compared_true_pairs + other.compared_true_pairs,
            compared: self.compared + other.compared,
            possible: self.possible + other.possible,
        }
    }

    /// Pairs completeness: the share of true pairs that are compared.
    pub fn pairs_completeness(&self) -> f64 {
        super::ratio(self.compared_true_pairs, self.true_pairs)
    }

    /// Reduction ratio: the share of all pairs of a state that need not be compared.
    pub fn reduction_ratio(&self) -> f64 {
        1.0 - super::ratio(self.compared, self.possible)
    }
}
