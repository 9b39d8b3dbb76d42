//! One LEA per record and one record per LEA, inside one list.

use std::collections::HashSet;

/// A pair that could be linked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub record: usize,
    pub lea: usize,
    pub score: f64,
}

/// Chooses pairs by falling score; ties fall to the lower LEA, then the lower record, so that the
/// outcome does not hang on the order of the input.
pub(crate) fn assign(mut pairs: Vec<Pair>) -> Vec<Pair> {
    pairs.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.lea.cmp(&b.lea)).then(a.record.cmp(&b.record)));
    let mut records = HashSet::new();
    let mut leas = HashSet::new();
    pairs.retain(|pair| {
        let is_free = !records.contains(&pair.record) && !leas.contains(&pair.lea);
        if is_free {
            records.insert(pair.record);
            leas.insert(pair.lea);
        }
        is_free
    });
    pairs
}
