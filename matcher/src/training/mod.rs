//! Weights from labelled records: which LEA is right is known from the ids, which are then hidden.
//!
//! | file | question it answers |
//! |---|---|
//! | `dataset` | what was found for each candidate of each record, and which is right |
//! | `fit` | which weights make the right ones most likely |
//!
//! The weights are those of a conditional logit: a record's candidates and "none of them" compete, as they do in use.
//! Calibration and thresholds come from records whose state the weights have not seen.

mod dataset;
mod fit;

use std::collections::BTreeMap;

use crate::evaluation::{Judged, Setting, judge};
use crate::{Agency, Calibration, Model, link_all};
use dataset::Dataset;

/// Labelled records of one origin.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// The records.
    pub records: Vec<Agency>,
    /// The NCES id of each.
    pub truth: Vec<String>,
    /// The settings they are shown in: weights, calibration and thresholds come from them.
    pub settings: Vec<Setting>,
    /// Settings that teach weights alone: harder than life.
    pub drill: Vec<Setting>,
    /// Whether the labels are as right as ids are; others teach weights and calibration, not thresholds.
    pub is_sure: bool,
}

/// Whatever the precision of all links together: a list of nothing but hard names has no easy ones to make up for them.
const LEAST_CONFIDENCE: f64 = 0.95;

/// After these the figures of unseen states no longer move in their third digit.
const TIMES_FITTED: usize = 2;

/// What training made.
#[derive(Debug)]
pub struct Trained {
    /// The model, fitted on all states, calibrated on unseen ones.
    pub model: Model,
    /// Out-of-fold judgements by setting.
    pub unseen: BTreeMap<String, Vec<Judged>>,
}

/// How training goes about it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Name of the model.
    pub version: String,
    /// States are dealt into so many folds.
    pub folds: usize,
    /// Precision that links without a person must reach on unseen states.
    pub target_precision: f64,
}

/// Fits a model on everything, and calibrates it on states that were left out.
pub fn train(plan: &Plan, labelled: &[Labelled], leas: &[Agency], progress: &mut dyn FnMut(&str)) -> Trained {
    let mut states: Vec<&str> =
        labelled.iter().flat_map(|set| set.records.iter().map(|record| record.state.as_str())).collect();
    states.sort_unstable();
    states.dedup();
    let fold_of: BTreeMap<&str, usize> =
        states.iter().enumerate().map(|(position, state)| (*state, position % plan.folds)).collect();
    progress(&format!("comparing the records of {} states", states.len()));
    let all = Dataset::of(labelled, leas);
    let mut unseen: BTreeMap<String, Vec<Judged>> = BTreeMap::new();
    for fold in 0..plan.folds {
        progress(&format!("fold {} of {}", fold + 1, plan.folds));
        let model = fitted(&all, |state| fold_of.get(state) != Some(&fold));
        for set in labelled {
            judge_fold(&model, set, leas, |state| fold_of.get(state) == Some(&fold), &mut unseen);
        }
    }
    progress("fitting on all states");
    let mut model = fitted(&all, |_| true);
    model.version.clone_from(&plan.version);
    let examples: Vec<(f64, bool)> = unseen
        .values()
        .flatten()
        .filter_map(|one| one.proposed.map(|(probability, _)| (probability, one.is_right)))
        .collect();
    model.calibration = Calibration::fit(&examples);
    let is_sure =
        |name: &str| labelled.iter().any(|set| set.is_sure && set.settings.iter().any(|one| one.name == name));
    let sure: Vec<(f64, bool)> = unseen
        .iter()
        .filter(|(name, _)| is_sure(name))
        .flat_map(|(_, judged)| judged)
        .filter_map(|one| one.proposed.map(|(probability, _)| (probability, one.is_right)))
        .filter(|(probability, _)| model.calibration.confidence(*probability) >= LEAST_CONFIDENCE)
        .collect();
    model.accept = threshold(sure, plan.target_precision);
    for one in unseen.values_mut().flatten() {
        one.proposed = one.proposed.map(|(probability, _)| (probability, model.calibration.confidence(probability)));
        one.is_accepted = one.proposed.is_some_and(|(probability, _)| probability >= model.accept);
    }
    Trained { model, unseen }
}

/// Weights by some states. What the lists around a record say hangs on the weights: they are fitted twice.
fn fitted(data: &Dataset, is_in: impl Fn(&str) -> bool + Sync) -> Model {
    let start = Model::of_parameters(&fit::PRIOR());
    let refit = |model: Model, _| Model::of_parameters(&fit::fit(&data.examples(&model, &is_in)));
    (0..TIMES_FITTED).fold(start, refit)
}

/// Links the records of the states that were left out.
fn judge_fold(
    model: &Model,
    set: &Labelled,
    leas: &[Agency],
    is_out: impl Fn(&str) -> bool,
    unseen: &mut BTreeMap<String, Vec<Judged>>,
) {
    let kept: Vec<usize> = (0..set.records.len()).filter(|at| is_out(&set.records[*at].state)).collect();
    let records: Vec<Agency> = kept.iter().map(|at| set.records[*at].clone()).collect();
    let truth: Vec<String> = kept.iter().map(|at| set.truth[*at].clone()).collect();
    for setting in &set.settings {
        let (shown, list) = (setting.mask(&records), setting.thin(leas));
        let outcomes = link_all(model, &shown, &list);
        unseen.entry(setting.name.clone()).or_default().extend(judge(&shown, &list, &truth, &outcomes));
    }
}

/// The lowest probability from which on links are as precise as wanted.
fn threshold(mut examples: Vec<(f64, bool)>, target: f64) -> f64 {
    examples.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut wrong, mut lowest) = (0usize, 1.0);
    for (index, (probability, right)) in examples.iter().enumerate() {
        wrong += usize::from(!right);
        let is_end_of_tie = examples.get(index + 1).is_none_or(|next| next.0 < *probability);
        if is_end_of_tie && wrong as f64 <= (1.0 - target) * (index + 1) as f64 {
            lowest = *probability;
        }
    }
    (lowest * 1e6).floor() / 1e6
}
