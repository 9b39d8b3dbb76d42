//! Two words that are one, written in two ways.

use crate::name::Letters;

/// From this Jaro-Winkler similarity on, two words are one misspelling apart.
const CLOSE: f64 = 0.92;
/// Shorter words are compared letter by letter.
const SHORTEST_CLOSE: usize = 4;

const VOWELS: &[u8] = b"aeiou";

/// Whether the letters of two words allow that they are one: the same, the one short for the other or its beginning, or misspelt.
///
/// Of words of a and b letters, m of them met in the other, Jaro's similarity is at most (m / a + m / b + 1) / 3, and Winkler
/// adds at most .4 of what is missing to 1, nothing where the first letters differ. To be [`CLOSE`] in the end, m / a + m / b
/// is 1.6 at least, and 1.76 where nothing is added.
pub(super) fn may_be_one(ours: Letters, theirs: Letters) -> bool {
    let (Some(a), Some(b)) = (ours.count(), theirs.count()) else { return true };
    let (ours_alone, theirs_alone) = (ours.missing_in(theirs), theirs.missing_in(ours));
    if ours_alone == 0 || theirs_alone == 0 {
        return true;
    }
    let met = (a - ours_alone).min(b - theirs_alone);
    let hundredths = if ours.begins_as(theirs) { 160 } else { 176 };
    100 * met * (a + b) >= hundredths * a * b
}

/// Whether two words are one: misspelt, or the one short for the other.
pub(super) fn are_close(ours: &str, theirs: &str) -> bool {
    let is_long = ours.len() >= SHORTEST_CLOSE && theirs.len() >= SHORTEST_CLOSE;
    let is_similar = || strsim::jaro_winkler(ours, theirs) >= CLOSE;
    is_long && (is_similar() || is_short_for(ours, theirs) || is_short_for(theirs, ours))
        || is_swapped(ours, theirs)
        || is_skeleton(ours, theirs)
        || is_skeleton(theirs, ours)
}

/// `Bya` for `Bay`: two letters in the wrong order.
fn is_swapped(ours: &str, theirs: &str) -> bool {
    const SHORTEST: usize = 3;
    let (ours, theirs) = (ours.as_bytes(), theirs.as_bytes());
    let first = ours.iter().zip(theirs).position(|(a, b)| a != b);
    ours.len() == theirs.len()
        && ours.len() >= SHORTEST
        && first.is_some_and(|at| {
            at + 1 < ours.len()
                && (ours[at], ours[at + 1]) == (theirs[at + 1], theirs[at])
                && ours[at + 2..] == theirs[at + 2..]
        })
}

/// `Proj` for `Project`, `Geo` for `George`.
pub(super) fn is_cut(short: &str, long: &str) -> bool {
    const SHORTEST: usize = 3;
    short.len() >= SHORTEST && short.len() < long.len() && long.starts_with(short)
}

/// `Gtwy` for `Gateway`: consonants from the first letter to the last.
fn is_short_for(short: &str, long: &str) -> bool {
    let (short, long) = (short.as_bytes(), long.as_bytes());
    // `Ylstn` ends where `Yellowstone` does to the ear.
    let last = [long.last(), long.iter().rev().find(|letter| !VOWELS.contains(letter))];
    let has_ends = short.first() == long.first() && last.contains(&short.last());
    let is_skeleton = has_ends && !short[1..].iter().any(|letter| VOWELS.contains(letter));
    is_skeleton && short.len() + 1 < long.len() && is_subsequence(short, long)
}

/// `Rvr` for `River`: all its consonants.
fn is_skeleton(short: &str, long: &str) -> bool {
    const SHORTEST: usize = 3;
    let is_consonant = |letter: &u8| !VOWELS.contains(letter);
    let (short, long) = (short.as_bytes(), long.as_bytes());
    (SHORTEST..long.len()).contains(&short.len())
        && short[0] == long[0]
        && short[1..].iter().eq(long[1..].iter().filter(|letter| is_consonant(letter)))
}

fn is_subsequence(short: &[u8], long: &[u8]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|letter| rest.any(|other| other == letter))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;

    use super::*;

    #[test]
    fn two_letters_in_the_wrong_order_are_one_misspelling() {
        for (ours, theirs) in [("bya", "bay"), ("lgen", "glen"), ("apss", "pass")] {
            assert!(are_close(ours, theirs) && are_close(theirs, ours), "{ours} {theirs}");
        }
        assert!(!are_close("bay", "boy") && !are_close("ab", "ba"));
    }

    #[test]
    fn consonants_from_the_first_to_the_last_are_the_word() {
        for (short, long) in [("gtwy", "gateway"), ("ylstn", "yellowstone"), ("brmnghm", "birmingham")] {
            assert!(are_close(short, long) && are_close(long, short), "{short} {long}");
        }
        assert!(!are_close("ylst", "yellowstone") && !are_close("lstn", "yellowstone"));
    }

    fn is_passed_over(ours: &str, theirs: &str) -> bool {
        let is_one = are_close(ours, theirs) || is_cut(ours, theirs) || theirs.starts_with(ours);
        is_one && !may_be_one(Letters::of(ours), Letters::of(theirs))
    }

    proptest::proptest! {
        #[test]
        fn no_close_pair_is_passed_over(ours in "[a-e\u{142}]{1,9}", theirs in "[a-e\u{142}]{1,9}") {
            proptest::prop_assert!(!is_passed_over(&ours, &theirs));
        }

        #[test]
        fn no_misspelt_word_is_passed_over(word in "[a-z]{4,10}", edits in vec((0usize..10, "[a-z]{0,2}"), 1..3)) {
            let mut misspelt = word.clone();
            for (at, letters) in edits {
                let at = at % misspelt.len().max(1);
                misspelt.replace_range(at..(at + 1).min(misspelt.len()), &letters);
            }
            proptest::prop_assert!(!is_passed_over(&word, &misspelt) && !is_passed_over(&misspelt, &word));
        }
    }
}
