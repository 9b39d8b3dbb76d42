//! Which of NCES's types the types of a list are, learned from pairs that are true by their names alone: NCES lists some
//! agencies twice, and the registry's type tells which of the twins it means.

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::prepared::Prepared;

/// How many pairs the types of all records count for.
const EXPECTATION_PAIRS: f64 = 2.0;

/// How much oftener a list's type goes with one of NCES's than any type does.
#[derive(Debug, Clone, Default)]
pub(crate) struct TypePairs {
    of_record: FxHashMap<CompactString, OfType>,
}

#[derive(Debug, Clone, Default)]
struct OfType {
    pairs: f64,
    /// By NCES's type: natural logarithm of how much oftener.
    with: FxHashMap<CompactString, f32>,
}

impl TypePairs {
    /// From pairs that are true.
    pub fn of_pairs(pairs: &[(&Prepared, &Prepared)]) -> Self {
        let typed = || pairs.iter().filter_map(|(record, lea)| Some((record.kind.as_ref()?, lea.kind.as_ref()?)));
        let all = typed().count() as f64;
        let mut shares: FxHashMap<&CompactString, f64> = FxHashMap::default();
        let mut together: FxHashMap<&CompactString, FxHashMap<&CompactString, f64>> = FxHashMap::default();
        for (ours, theirs) in typed() {
            *shares.entry(theirs).or_default() += 1.0 / all;
            *together.entry(ours).or_default().entry(theirs).or_default() += 1.0;
        }
        let of_record = together.into_iter().map(|(ours, counts)| {
            let pairs: f64 = counts.values().sum();
            let oftener = |(theirs, count): (&CompactString, f64)| {
                let share = shares[theirs];
                let with = (count + EXPECTATION_PAIRS * share) / (pairs + EXPECTATION_PAIRS) / share;
                (theirs.clone(), with.ln() as f32)
            };
            (ours.clone(), OfType { pairs, with: counts.into_iter().map(oftener).collect() })
        });
        Self { of_record: of_record.collect() }
    }

    /// Natural logarithm of how much oftener the record's type goes with the LEA's than any does; none where the list has
    /// not shown it.
    pub fn together(&self, record: &Prepared, lea: &Prepared) -> Option<f32> {
        let of_type = self.of_record.get(record.kind.as_ref()?)?;
        let never = || (EXPECTATION_PAIRS / (of_type.pairs + EXPECTATION_PAIRS)).ln() as f32;
        Some(of_type.with.get(lea.kind.as_ref()?).copied().unwrap_or_else(never))
    }
}
