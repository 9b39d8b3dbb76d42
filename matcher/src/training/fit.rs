//! Weights by conditional logit with a pull towards what is known before any label.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::dataset::Example;
use crate::comparison::level::{self, LEVELS, LevelId};
use crate::linkage::Findings;

/// How strongly a weight is held to its start: so many examples speak against one unit of change.
const PULL: f64 = 4.0;
/// A state of n examples counts as n to the power of 1 less this: the next state is seldom like the largest.
const LARGE_COUNT_LESS: f64 = 0.3;
/// Steps of Adam; the loss no longer moves in its fourth digit after about 200.
const STEPS: usize = 260;
const RATE: f64 = 0.06;
/// Examples that one task sums up.
const CHUNK: usize = 512;

/// What is known before any label: Fellegi and Sunter's slope of one for every agreement and disagreement on a value
/// (the information is ln(m/u) already), and penalties of common sense for the rest.
#[allow(non_snake_case)]
pub(super) fn PRIOR() -> Vec<f64> {
    const BY_HAND: &[(LevelId, f64, f64)] = &[
        (level::NAME_SHARES, -1.5, 0.7),
        (level::NAME_CONTAINED, -0.5, 0.8),
        (level::NAME_CLOSE, -1.0, 0.9),
        (level::NAME_INITIALS, 1.0, 0.0),
        (level::NAME_DIFFERENT, -4.0, 0.0),
        (level::DECISION, 30.0, 0.0),
        (level::STATE_ID_UNKNOWN, -1.0, 0.0),
        (level::FIRST_WORD_DIFFERS, -1.0, 0.0),
        (level::RECORD_WORDS, 0.0, -0.4),
        (level::LEA_WORDS, 0.0, -0.4),
        (level::NAME_NUMBERED, -1.0, 0.0),
        (level::NAME_ID_NUMBER, 0.0, 1.0),
        (level::NAME_OTHER_ID_NUMBER, -6.0, 0.0),
        (level::GRADE_SAME, 0.3, 0.5),
        (level::GRADE_CONFLICT, -4.0, 0.0),
        (level::GRADE_AS_SERVED, 0.3, 1.0),
        (level::GRADE_NOT_SERVED, -1.5, 1.0),
        (level::RECORD_ELEMENTARY, 0.0, 1.0),
        (level::RECORD_HIGH, 0.0, 1.0),
        (level::RECORD_UNIFIED, 0.0, 1.0),
        (level::LEA_ELEMENTARY, 0.0, 1.0),
        (level::LEA_HIGH, 0.0, 1.0),
        (level::LEA_UNIFIED, 0.0, 1.0),
        (level::FORM_SAME, 0.3, 0.5),
        (level::FORM_CONFLICT, 0.0, 1.0),
        (level::FORM_NAMES_CONFLICT, -4.0, 0.0),
        (level::RECORD_CHARTER, 0.0, 1.0),
        (level::RECORD_SERVICE, 0.0, 1.0),
        (level::RECORD_VOCATIONAL, 0.0, 1.0),
        (level::LEA_CHARTER, 0.0, 1.0),
        (level::LEA_SERVICE, 0.0, 1.0),
        (level::LEA_VOCATIONAL, 0.0, 1.0),
        (level::LEA_CHARTER_TYPE, 0.0, 1.0),
        (level::LEA_SERVICE_TYPE, 0.0, 1.0),
        (level::LEA_VOCATIONAL_TYPE, 0.0, 1.0),
        (level::FORM_AGAINST_TYPE, 0.0, 1.0),
        (level::PLACE_SAME, 0.2, 0.5),
        (level::PLACE_CONFLICT, -3.0, 0.0),
        (level::RECORD_CITY, 0.0, 1.0),
        (level::RECORD_LOCAL, 0.0, 1.0),
        (level::RECORD_COUNTY, 0.0, 1.0),
        (level::RECORD_TOWN, 0.0, 1.0),
        (level::LEA_CITY, 0.0, 1.0),
        (level::LEA_LOCAL, 0.0, 1.0),
        (level::LEA_COUNTY, 0.0, 1.0),
        (level::LEA_TOWN, 0.0, 1.0),
        (level::STYLE_SAME, 0.2, 0.3),
        (level::STYLE_OVERLAP, 0.0, 0.2),
        (level::STYLE_RECORD_ONLY, 0.0, 1.0),
        (level::STYLE_LEA_ONLY, 0.0, 1.0),
        (level::STYLE_CONFLICT, -0.5, -0.1),
        (level::QUALIFIER_SAME, 0.5, 0.5),
        (level::QUALIFIER_RECORD_ONLY, 0.0, 1.0),
        (level::QUALIFIER_LEA_ONLY, 0.0, 1.0),
        (level::QUALIFIER_CONFLICT, -2.0, 0.0),
        (level::NUMBER_SAME, 0.5, 0.5),
        (level::NUMBER_OTHER_LETTERS, -2.0, 0.3),
        (level::NUMBER_RECORD_ONLY, 0.0, 1.0),
        (level::NUMBER_LEA_ONLY, 0.0, 1.0),
        (level::NUMBER_CONFLICT, -4.0, 0.0),
        (level::COUNTY_NAMED, 2.5, 0.0),
        (level::COUNTY_OF_NUMBER_DIFFERENT, -6.0, 1.0),
        (level::COUNTY_NAMED_BY_RECORD, 0.5, 0.5),
        (level::CITY_NAMED, 0.5, 0.3),
        (level::CITY_NAMED_NUMBERED, 0.5, 0.7),
    ];
    // The bias: what the lists tell of themselves is enough.
    let mut parameters = vec![0.0];
    for known in 0..LEVELS.len() {
        let by_hand = BY_HAND.iter().find(|(level, _, _)| usize::from(*level) == known);
        let (base, slope) = by_hand.map_or((0.0, 1.0), |(_, base, slope)| (*base, *slope));
        parameters.extend([base, slope]);
    }
    parameters
}

/// The weights that make the right candidates most likely.
pub(super) fn fit(data: &[Example<'_>]) -> Vec<f64> {
    let start = PRIOR();
    let weights = state_weights(data);
    let mut parameters = start.clone();
    let (mut mean, mut square) = (vec![0.0; start.len()], vec![0.0; start.len()]);
    for step in 1..=STEPS {
        let mut gradient = gradient(data, &weights, &parameters);
        for ((gradient, value), start) in gradient.iter_mut().zip(&parameters).zip(&start) {
            *gradient = (*gradient + PULL * (value - start)) / data.len().max(1) as f64;
        }
        let rate = RATE * (1.0 - step as f64 / STEPS as f64).max(0.05);
        adam(&mut parameters, &gradient, &mut mean, &mut square, step, rate);
        bound(&mut parameters);
    }
    parameters.iter().map(|value| (value * 1e4).round() / 1e4).collect()
}

/// What an example of each state counts, on average one.
fn state_weights<'a>(data: &[Example<'a>]) -> BTreeMap<&'a str, f64> {
    let mut counts: BTreeMap<&str, f64> = BTreeMap::new();
    data.iter().for_each(|example| *counts.entry(example.state).or_default() += 1.0);
    let share = |count: f64| count.powf(-LARGE_COUNT_LESS);
    let all: f64 = counts.values().sum();
    let counted: f64 = counts.values().map(|count| count * share(*count)).sum();
    counts.into_iter().map(|(state, count)| (state, share(count) * all / counted)).collect()
}

/// Evidence keeps its sign, however the fields hang together in the states at hand: an agreement never speaks against a pair,
/// a disagreement never for it, nor what one side leaves out, unless the list leaves it out.
fn bound(parameters: &mut [f64]) {
    const VALUES: &[&str] = &[
        "nces id",
        "state id",
        "number in name and state id",
        "id behind the name",
        "city",
        "zip",
        "street",
        "phone",
        "domain",
        "superintendent",
        "county",
        "name",
    ];
    const MOST_SLOPE: f64 = 1.5;
    const LEAST_SLOPE: f64 = 0.15;
    for (known, pair) in LEVELS.iter().zip(parameters[1..].chunks_exact_mut(2)) {
        pair[1] = pair[1].clamp(if known.comparison.starts_with("words") { -MOST_SLOPE } else { 0.0 }, MOST_SLOPE);
        let is_value = VALUES.contains(&known.comparison);
        match known.level {
            // Every candidate has these: what is constant in them is the bias.
            _ if matches!(known.comparison, "list" | "agency type") => pair[0] = 0.0,
            level if is_value && (level == "same" || level.starts_with("same, ")) => {
                (pair[0], pair[1]) = (pair[0].max(0.0), pair[1].max(LEAST_SLOPE));
            }
            "same" => pair[0] = pair[0].max(0.0),
            level if level.starts_with("different") => pair[0] = pair[0].min(0.0),
            level if level.starts_with("conflict") || level == "some" => pair[0] = pair[0].min(0.0),
            // What one side leaves out speaks for a pair only where the list leaves it out.
            level if level.starts_with("only") => (pair[0], pair[1]) = (pair[0].min(0.0), pair[1].min(1.0)),
            _ => {}
        }
    }
}

fn adam(parameters: &mut [f64], gradient: &[f64], mean: &mut [f64], square: &mut [f64], step: usize, rate: f64) {
    const KEEP_MEAN: f64 = 0.9;
    const KEEP_SQUARE: f64 = 0.999;
    let steps = i32::try_from(step).unwrap_or(i32::MAX);
    for (((value, gradient), mean), square) in parameters.iter_mut().zip(gradient).zip(mean).zip(square) {
        *mean = KEEP_MEAN * *mean + (1.0 - KEEP_MEAN) * gradient;
        *square = KEEP_SQUARE * *square + (1.0 - KEEP_SQUARE) * gradient * gradient;
        let (unbiased, spread) = (*mean / (1.0 - KEEP_MEAN.powi(steps)), *square / (1.0 - KEEP_SQUARE.powi(steps)));
        *value -= rate * unbiased / (spread.sqrt() + 1e-9);
    }
}

/// Of the negative log-likelihood. The sums run over fixed chunks in order: threads do not change the digits.
fn gradient(data: &[Example<'_>], weights: &BTreeMap<&str, f64>, parameters: &[f64]) -> Vec<f64> {
    let parts: Vec<Vec<f64>> = data
        .par_chunks(CHUNK)
        .map(|examples| {
            let mut sum = vec![0.0; parameters.len()];
            let mut odds = Vec::new();
            for example in examples {
                add(example, weights[example.state], parameters, &mut sum, &mut odds);
            }
            sum
        })
        .collect();
    let mut sum = vec![0.0; parameters.len()];
    for part in parts {
        sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
    }
    sum
}

fn add(example: &Example<'_>, weight: f64, parameters: &[f64], sum: &mut [f64], odds: &mut Vec<f64>) {
    odds.clear();
    let score = |(findings, pressure): &(Findings, f64)| -> f64 {
        let weigh = |finding: &crate::comparison::Finding| {
            let at = 1 + 2 * usize::from(finding.level);
            parameters[at] + parameters[at + 1] * f64::from(finding.information)
        };
        parameters[0] + pressure + findings.iter().map(weigh).sum::<f64>()
    };
    odds.extend(example.candidates.iter().map(score));
    let best = odds.iter().copied().fold(0.0, f64::max);
    let total: f64 = (-best).exp() + odds.iter().map(|score| (score - best).exp()).sum::<f64>();
    for (position, (findings, _)) in example.candidates.iter().enumerate() {
        let share = (odds[position] - best).exp() / total;
        let error = weight * (share - f64::from(u8::from(example.right == Some(position))));
        if error.abs() < 1e-9 {
            continue;
        }
        sum[0] += error;
        for finding in findings {
            let at = 1 + 2 * usize::from(finding.level);
            sum[at] += error;
            sum[at + 1] += error * f64::from(finding.information);
        }
    }
}
