//! What two agencies have in common, comparison by comparison.
//!
//! Each comparison gives a level and a log-odds weight, or nothing where a side is silent: missing
//! is no evidence.

mod contact;
mod name;

use crate::Model;
use crate::blocking::Index;
use crate::prepared::Prepared;

/// What one comparison found.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Evidence {
    /// Which comparison.
    pub comparison: &'static str,
    /// The record's value.
    pub record: String,
    /// The LEA's value.
    pub lea: String,
    /// How well they agree, in words.
    pub level: &'static str,
    /// Log-odds (natural logarithm) this adds.
    pub weight: f64,
}

/// The state around a pair: its model, and what is common in it.
pub(crate) struct Surroundings<'a> {
    pub model: &'a Model,
    pub index: &'a Index,
    pub leas: usize,
}

impl Surroundings<'_> {
    /// ln(m / u): what an agreement on `value` is worth when `m` of true pairs agree.
    fn agreement(&self, m: f64, value: &str) -> f64 {
        let shared = self.index.count(value).max(1) as f64;
        (m * self.leas as f64 / shared).ln()
    }
}

/// All that speaks for and against a pair.
pub(crate) fn compare(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Vec<Evidence> {
    let found = [
        contact::nces_id(around, record, lea),
        contact::state_id(around, record, lea),
        name::core(around, record, lea),
        name::kind(around, record, lea),
        name::number(around, record, lea),
        name::county(around, record, lea),
        contact::phone(around, record, lea),
        contact::domain(around, record, lea),
        contact::street(around, record, lea),
        contact::zip(around, record, lea),
        contact::city(around, record, lea),
        contact::status(around, lea),
    ];
    found.into_iter().flatten().collect()
}
