//! What blocking lets through, and what it spares.

use rayon::prelude::*;

use crate::linkage::{Compared, State, by_state};
use crate::{Agency, Model};

/// The two measures of a blocking.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Blocking {
    /// True pairs whose LEA is in the list.
    pub true_pairs: usize,
    /// Of those, the ones that have a value in common by which pairs are found.
    pub true_pairs_by_rules: usize,
    /// Of those, the ones that are compared: by a rule, or because both are left over.
    pub compared_true_pairs: usize,
    /// Pairs that are compared.
    pub compared: usize,
    /// Pairs of a record and an LEA of its state.
    pub possible: usize,
}

impl Blocking {
    /// Of each state: `truth` is the NCES id of each record.
    pub fn of(model: &Model, records: &[Agency], leas: &[Agency], truth: &[String]) -> Self {
        let states: Vec<_> = by_state(records, leas).into_values().collect();
        let of_state = |(records_of, leas_of): (Vec<usize>, Vec<usize>)| {
            let state = State::new(model, records, leas, &records_of, &leas_of);
            let count = leas_of.len();
            let id = |lea: usize| leas[state.lea_position(lea)].nces_id.as_deref();
            let of_record = |(record, compared): (usize, Compared)| {
                let true_id = truth[state.record_position(record)].as_str();
                let partner = (0..count).find(|lea| id(*lea) == Some(true_id));
                Self::of_record(partner, &compared, count)
            };
            state.compared_leas().into_iter().enumerate().map(of_record).fold(Self::default(), Self::plus)
        };
        states.into_par_iter().map(of_state).reduce(Self::default, Self::plus)
    }

    fn of_record(partner: Option<usize>, compared: &Compared, possible: usize) -> Self {
        let has = |leas: &[usize]| partner.is_some_and(|partner| leas.contains(&partner));
        let is_by_rules = has(&compared.by_rules);
        Self {
            true_pairs: usize::from(partner.is_some()),
            true_pairs_by_rules: usize::from(is_by_rules),
            compared_true_pairs: usize::from(is_by_rules || has(&compared.left_over)),
            compared: compared.by_rules.len() + compared.left_over.len(),
            possible,
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            true_pairs: self.true_pairs + other.true_pairs,
            true_pairs_by_rules: self.true_pairs_by_rules + other.true_pairs_by_rules,
            compared_true_pairs: self.compared_true_pairs + other.compared_true_pairs,
            compared: self.compared + other.compared,
            possible: self.possible + other.possible,
        }
    }

    /// Pairs completeness: the share of true pairs that are compared.
    pub fn pairs_completeness(&self) -> f64 {
        super::ratio(self.compared_true_pairs, self.true_pairs)
    }

    /// The same of the pairs that a rule finds.
    pub fn completeness_of_rules(&self) -> f64 {
        super::ratio(self.true_pairs_by_rules, self.true_pairs)
    }

    /// Reduction ratio: the share of all pairs of a state that need not be compared.
    pub fn reduction_ratio(&self) -> f64 {
        1.0 - super::ratio(self.compared, self.possible)
    }
}
