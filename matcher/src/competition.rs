//! What a record is most likely to be when every record of its list may have one LEA and every LEA one record, and
//! each may also have none: probabilities by belief propagation on the pairs.
//!
//! A record that names nothing but `Brawley` is torn between two siblings until another record of the list is surely
//! one of them. The messages are those of Huang and Jebara's matching marginals (AISTATS 2007, "Approximating the
//! permanent with belief propagation"), with "none" on both sides.

/// Rounds of messages; after a few they no longer change at the precision of a confidence.
const ROUNDS: usize = 12;

/// A record's claims: LEA and log-odds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Claims {
    pub pairs: Vec<(usize, f64)>,
    /// Log of the summed odds of candidates that are no longer looked at.
    pub rest: f64,
    /// Other records may have the same LEA.
    pub shares: bool,
}

/// The last messages of each claim, in the order of the claims.
struct Messages {
    from_record: Vec<Vec<f64>>,
    from_lea: Vec<Vec<f64>>,
    /// By LEA: all that its records say.
    sums: Vec<f64>,
}

/// The probability of each claim, in the order of the claims.
pub(crate) fn probabilities(claims: &[Claims], leas: usize) -> Vec<Vec<f64>> {
    let belief = |to: &f64, back: &f64| {
        let odds = to * back;
        odds / (1.0 + odds)
    };
    let messages = exchange(claims, leas);
    let both = messages.from_record.iter().zip(&messages.from_lea);
    both.map(|(to, back)| to.iter().zip(back).map(|(to, back)| belief(to, back)).collect()).collect()
}

/// What the claims of others make of each record's: a function of record and LEA, in log-odds.
pub(crate) fn pressure(claims: &[Claims], leas: usize) -> impl Fn(usize, usize) -> f64 {
    let messages = exchange(claims, leas);
    move |record, lea| {
        if claims[record].shares {
            return 0.0;
        }
        let own = claims[record].pairs.iter().position(|(claimed, _)| *claimed == lea);
        let own = own.map_or(0.0, |at| messages.from_record[record][at]);
        -(messages.sums[lea] - own).max(0.0).ln_1p()
    }
}

fn exchange(claims: &[Claims], leas: usize) -> Messages {
    // Odds relative to the best of each record: nothing overflows.
    let scaled: Vec<(Vec<f64>, f64)> = claims.iter().map(scale).collect();
    let mut from_lea: Vec<Vec<f64>> = claims.iter().map(|claims| vec![1.0; claims.pairs.len()]).collect();
    let mut from_record = from_lea.clone();
    let mut sums = vec![0.0; leas];
    for _ in 0..ROUNDS {
        for ((odds, none), (to, back)) in scaled.iter().zip(from_record.iter_mut().zip(&from_lea)) {
            let all: f64 = odds.iter().zip(back).map(|(odds, back)| odds * back).sum();
            for ((message, odds), back) in to.iter_mut().zip(odds).zip(back) {
                *message = odds / (none + (all - odds * back).max(0.0)).max(f64::MIN_POSITIVE);
            }
        }
        sums.iter_mut().for_each(|sum| *sum = 0.0);
        for (claims, messages) in claims.iter().zip(&from_record).filter(|(claims, _)| !claims.shares) {
            claims.pairs.iter().zip(messages).for_each(|((lea, _), message)| sums[*lea] += message);
        }
        for ((claims, messages), back) in claims.iter().zip(&from_record).zip(&mut from_lea) {
            if claims.shares {
                continue;
            }
            for (((lea, _), message), back) in claims.pairs.iter().zip(messages).zip(back) {
                *back = 1.0 / (1.0 + (sums[*lea] - message).max(0.0));
            }
        }
    }
    Messages { from_record, from_lea, sums }
}

/// Odds of a record's claims and of "none", over the best of them.
fn scale(claims: &Claims) -> (Vec<f64>, f64) {
    let best = claims.pairs.iter().map(|(_, score)| *score).fold(0.0, f64::max);
    let odds = claims.pairs.iter().map(|(_, score)| (score - best).exp()).collect();
    (odds, (-best).exp() + (claims.rest - best).exp())
}

#[cfg(test)]
mod tests {
    use super::{Claims, probabilities};

    fn claims(pairs: &[(usize, f64)]) -> Claims {
        Claims { pairs: pairs.to_vec(), rest: f64::NEG_INFINITY, shares: false }
    }

    #[test]
    fn a_sibling_that_is_taken_leaves_the_other() {
        let alone = probabilities(&[claims(&[(0, 5.0), (1, 5.0)])], 2);
        assert!((alone[0][0] - 0.5).abs() < 0.01);
        let both = probabilities(&[claims(&[(0, 5.0), (1, 5.0)]), claims(&[(1, 12.0), (0, 2.0)])], 2);
        assert!(both[0][0] > 0.98 && both[1][0] > 0.98, "{both:?}");
    }

    #[test]
    fn two_records_of_one_lea_share_its_probability() {
        let both = probabilities(&[claims(&[(0, 9.0)]), claims(&[(0, 9.0)])], 1);
        assert!((both[0][0] - 0.5).abs() < 0.01 && (both[1][0] - 0.5).abs() < 0.01, "{both:?}");
        let shared = Claims { shares: true, ..claims(&[(0, 9.0)]) };
        let both = probabilities(&[shared.clone(), shared], 1);
        assert!(both.iter().all(|record| record[0] > 0.99), "{both:?}");
    }
}
