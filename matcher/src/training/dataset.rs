//! What was found for each candidate of each labelled record, and which of them is right.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Labelled;
use crate::comparison::Finding;
use crate::linkage::State;
use crate::{Agency, Model};

use super::fit::PRIOR;

/// Candidates kept beside the right one: the most likely by the weights training starts from.
const KEPT: usize = 24;

/// One record in one setting.
pub(super) struct Example {
    pub state: String,
    /// ln of the number of LEAs.
    pub ln_leas: f64,
    pub candidates: Vec<Vec<Finding>>,
    /// Position of the right candidate; none when no candidate is right.
    pub right: Option<usize>,
}

/// All of them.
pub(super) struct Dataset {
    pub examples: Vec<std::sync::Arc<Example>>,
}

impl Dataset {
    /// Blocks and compares every labelled record in every setting.
    pub fn of(labelled: &[Labelled], leas: &[Agency]) -> Self {
        let model = Model::of_parameters(&PRIOR());
        let mut examples = Vec::new();
        for set in labelled {
            for setting in set.settings.iter().chain(&set.drill) {
                let (records, list) = (setting.mask(&set.records), setting.thin(leas));
                let mut by_state: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
                records
                    .iter()
                    .enumerate()
                    .for_each(|(at, record)| by_state.entry(&record.state).or_default().0.push(at));
                for (at, lea) in list.iter().enumerate() {
                    if let Some(of) = by_state.get_mut(lea.state.as_str()) {
                        of.1.push(at);
                    }
                }
                for (records_of, leas_of) in by_state.values() {
                    let state = State::new(&model, &records, &list, records_of, leas_of);
                    examples.extend(examples_of(&state, &records, &list, &set.truth, leas_of.len()));
                }
            }
        }
        Self { examples }
    }

    /// Those of other states.
    pub fn without(&self, is_out: impl Fn(&str) -> bool) -> Self {
        Self { examples: self.examples.iter().filter(|example| !is_out(&example.state)).cloned().collect() }
    }
}

fn examples_of(
    state: &State<'_>,
    records: &[Agency],
    leas: &[Agency],
    truth: &[String],
    count: usize,
) -> Vec<std::sync::Arc<Example>> {
    (0..state.len())
        .into_par_iter()
        .map(|record| {
            let position = state.record_position(record);
            let is_right =
                |lea: usize| leas[state.lea_position(lea)].nces_id.as_deref() == Some(truth[position].as_str());
            let mut candidates = state.all_candidates(record);
            candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.lea.cmp(&b.lea)));
            let mut kept = 0;
            candidates.retain(|candidate| {
                kept += 1;
                kept <= KEPT || is_right(candidate.lea)
            });
            std::sync::Arc::new(Example {
                state: records[position].state.clone(),
                ln_leas: (count.max(1) as f64).ln(),
                right: candidates.iter().position(|candidate| is_right(candidate.lea)),
                candidates: candidates.into_iter().map(|candidate| candidate.findings.into_vec()).collect(),
            })
        })
        .collect()
}
