//! How good a ranking is, against what a person says is relevant.

/// Ranks that count.
pub const DEPTH: usize = 10;

/// Figures of one ranking, or the mean of several; 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Quality {
    /// Normalised discounted cumulative gain at 10, relevance yes or no (Järvelin and Kekäläinen, 2002).
    pub ndcg: f64,
    /// Share of what is relevant among the first 10; of more than 10 relevant ones, of 10.
    pub recall: f64,
    /// One over the rank of the first relevant one; 0 when none is among the first 10.
    pub mrr: f64,
}

/// Judges a ranking: which of its places are relevant, and how many relevant ones there are at all.
pub fn judge(ranking: &[bool], relevant: usize) -> Quality {
    let gain = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
    let places: Vec<usize> =
        ranking.iter().take(DEPTH).enumerate().filter(|(_, is_relevant)| **is_relevant).map(|(rank, _)| rank).collect();
    let reachable = relevant.min(DEPTH);
    if reachable == 0 {
        return Quality::default();
    }
    let ideal: f64 = (0..reachable).map(gain).sum();
    Quality {
        // The sum of nothing is -0 in floats.
        ndcg: places.iter().map(|rank| gain(*rank)).fold(0.0, |sum, one| sum + one) / ideal,
        recall: places.len() as f64 / reachable as f64,
        mrr: places.first().map_or(0.0, |rank| 1.0 / (*rank as f64 + 1.0)),
    }
}

/// The mean of several.
pub fn mean(all: &[Quality]) -> Quality {
    let count = all.len().max(1) as f64;
    let of = |figure: fn(&Quality) -> f64| all.iter().map(figure).sum::<f64>() / count;
    Quality { ndcg: of(|one| one.ndcg), recall: of(|one| one.recall), mrr: of(|one| one.mrr) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_known_rankings() {
        assert_eq!(judge(&[true, true], 2), Quality { ndcg: 1.0, recall: 1.0, mrr: 1.0 });
        let second = judge(&[false, true, false], 1);
        assert!((second.ndcg - 1.0 / 3f64.log2()).abs() < 1e-12 && second.mrr == 0.5);
        assert_eq!(judge(&[false; 10], 3), Quality::default());
        assert!(judge(&[false; 10], 3).ndcg.is_sign_positive(), "-0.000 is printed otherwise");
        assert_eq!(judge(&[true; 10], 40).recall, 1.0, "ten are all that ten places can hold");
        let mut late = [false; 11];
        late[10] = true;
        assert_eq!(judge(&late, 1), Quality::default(), "the eleventh place is not looked at");
    }
}
