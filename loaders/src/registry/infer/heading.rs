//! The words of a header.

use crate::table::fold;

/// Characters of a header that are read.
const LONGEST: usize = 200;

/// True when a header says one of the words.
pub(super) fn says(header: &str, words: &[&str]) -> bool {
    let folded = format!(" {} ", spoken(header));
    words.iter().any(|word| folded.contains(&format!(" {word} ")))
}

/// The words of a header: `SuperintendentFirstName`, `SUPERINTENDENT_FIRST_NAME` and `Superintendent: First Name` are the
/// same three.
fn spoken(header: &str) -> String {
    let letters: Vec<char> = header.chars().filter(|c| !matches!(c, '\'' | '\u{2019}')).take(LONGEST).collect();
    let mut words = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let is_after = |wanted: fn(&char) -> bool| at > 0 && wanted(&letters[at - 1]);
        let begins = letter.is_uppercase()
            && (is_after(|c| c.is_lowercase())
                || is_after(|c| c.is_uppercase()) && letters.get(at + 1).is_some_and(|c| c.is_lowercase()));
        if begins || !letter.is_alphanumeric() {
            words.push(' ');
        }
        if letter.is_alphanumeric() {
            words.extend(letter.to_lowercase());
        }
    }
    fold(&words)
}
