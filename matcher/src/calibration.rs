//! From a score to the share that is right: confidence means what it says.

use serde::{Deserialize, Serialize};

/// A rising line through points, on the log-odds scale of the probability and of the share.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Log-odds of the uncalibrated probability, rising.
    pub log_odds: Vec<f64>,
    /// Share that is right there, never falling.
    pub right: Vec<f64>,
}

/// Least number of examples in a step: fewer say nothing of a share near 1.
const STEP_EXAMPLES: usize = 150;
/// Log-odds beyond this are as good as certain.
const CERTAIN: f64 = 20.0;

impl Calibration {
    /// Confidence is the probability as it comes.
    pub fn identity() -> Self {
        Self::default()
    }

    /// Isotonic regression: pool adjacent violators over (probability, was it right), then steps of enough examples.
    pub fn fit(examples: &[(f64, bool)]) -> Self {
        let mut sorted: Vec<(f64, bool)> =
            examples.iter().map(|(probability, right)| (log_odds(*probability), *right)).collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut blocks: Vec<Block> = Vec::new();
        for chunk in sorted.chunks(STEP_EXAMPLES) {
            blocks.push(Block::of(chunk));
            while let [.., before, last] = blocks.as_slice()
                && before.share() >= last.share()
            {
                let merged = before.merged(last);
                blocks.truncate(blocks.len() - 2);
                blocks.push(merged);
            }
        }
        Self {
            log_odds: blocks.iter().map(|block| round(block.log_odds / block.count)).collect(),
            right: blocks.iter().map(|block| round(block.share())).collect(),
        }
    }

    /// The confidence of a probability.
    pub fn confidence(&self, probability: f64) -> f64 {
        let (Some(first), Some(last)) = (self.right.first(), self.right.last()) else { return probability };
        let at = log_odds(probability);
        let above = self.log_odds.partition_point(|point| *point <= at);
        if above == 0 {
            return first.min(probability);
        }
        if above == self.log_odds.len() {
            return last.max(probability.min(*last));
        }
        let (low, high) = (self.log_odds[above - 1], self.log_odds[above]);
        let share = (at - low) / (high - low).max(1e-9);
        let (lower, upper) = (log_odds(self.right[above - 1]), log_odds(self.right[above]));
        1.0 / (1.0 + (-(lower + share * (upper - lower))).exp())
    }
}

/// Examples pooled because more probability did not mean more right.
#[derive(Debug, Clone, Copy)]
struct Block {
    log_odds: f64,
    right: f64,
    count: f64,
}

impl Block {
    fn of(examples: &[(f64, bool)]) -> Self {
        Self {
            log_odds: examples.iter().map(|(log_odds, _)| log_odds).sum(),
            right: examples.iter().filter(|(_, right)| *right).count() as f64,
            count: examples.len() as f64,
        }
    }

    fn merged(&self, other: &Self) -> Self {
        Self {
            log_odds: self.log_odds + other.log_odds,
            right: self.right + other.right,
            count: self.count + other.count,
        }
    }

    /// With half an error on both sides: no finite sample proves certainty.
    fn share(&self) -> f64 {
        (self.right + 0.5) / (self.count + 1.0)
    }
}

fn log_odds(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln().clamp(-CERTAIN, CERTAIN)
}

fn round(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::Calibration;

    #[test]
    fn confidence_rises_and_meets_the_shares() {
        let examples: Vec<(f64, bool)> = (0..4000)
            .map(|number| {
                let probability = f64::from(number % 100) / 100.0;
                // Half as likely as it says.
                (probability, (number / 100) % 40 < (number % 100) / 5)
            })
            .collect();
        let calibration = Calibration::fit(&examples);
        let at = |probability: f64| calibration.confidence(probability);
        assert!((at(0.5) - 0.25).abs() < 0.05, "{}", at(0.5));
        assert!((at(0.9) - 0.45).abs() < 0.05, "{}", at(0.9));
        let all: Vec<f64> = (0..=100).map(|percent| at(f64::from(percent) / 100.0)).collect();
        assert!(all.windows(2).all(|pair| pair[0] <= pair[1] + 1e-12), "{all:?}");
    }
}
