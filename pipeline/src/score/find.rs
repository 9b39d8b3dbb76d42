//! Phrases found in a text, in one pass.

use std::collections::HashSet;

use aho_corasick::Input;

use super::taxonomy::Taxonomy;
use super::words::{origins, plain};

/// A phrase found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Position of the phrase.
    pub phrase: usize,
    /// The words around it.
    pub around: String,
}

impl Taxonomy {
    /// Each phrase of the text, once, with the words around its first place.
    pub fn phrases_in(&self, text: &str) -> Vec<Found> {
        let hits = self.hits(&plain(text));
        if hits.is_empty() {
            return Vec::new();
        }
        let places: Vec<usize> = hits.iter().flat_map(|(_, start, end)| [*start, *end]).collect();
        let origins = origins(text, &places);
        let found = |((phrase, ..), at): (&(usize, usize, usize), &[usize])| Found {
            phrase: *phrase,
            around: around(text, at[0], at[1]),
        };
        hits.iter().zip(origins.chunks(2)).map(found).collect()
    }

    /// The first place of each phrase in a plain text: phrase, start, end.
    fn hits(&self, plain: &str) -> Vec<(usize, usize, usize)> {
        let mut seen = HashSet::new();
        let (mut hits, mut from) = (Vec::new(), 0);
        while let Some(hit) = self.automaton.find(Input::new(plain).range(from..)) {
            let phrase = self.phrase_of_pattern[hit.pattern()];
            // What is inside a longer word may hide a phrase that begins in it.
            from = hit.start() + 1;
            if is_whole(plain, hit.start(), hit.end()) {
                from = hit.end();
                if seen.insert(phrase) {
                    hits.push((phrase, hit.start(), hit.end()));
                }
            }
        }
        hits
    }
}

/// Not inside a longer word.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

/// The words around a place, as they are written, on one line.
fn around(text: &str, start: usize, end: usize) -> String {
    const REACH: usize = 80;
    let from = text[..start].char_indices().rev().nth(REACH).map_or(0, |(at, _)| at);
    let to = text[end..].char_indices().nth(REACH).map_or(text.len(), |(at, _)| end + at);
    // A word that is cut is left out.
    let from = if from == 0 { 0 } else { text[from..start].find(char::is_whitespace).map_or(start, |at| from + at) };
    let to = if to == text.len() { to } else { text[end..to].rfind(char::is_whitespace).map_or(end, |at| end + at) };
    text[from..to].split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_across_lines_and_hyphens_and_not_inside_words() {
        let taxonomy = Taxonomy::shipped().unwrap();
        let names = |text: &str| {
            taxonomy
                .phrases_in(text)
                .into_iter()
                .map(|found| taxonomy.phrases[found.phrase].is.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(names("Our Portrait\nof a  Graduate, our portrait of a graduate"), ["portrait of a graduate"]);
        assert_eq!(names("Competency-based and competency\nbased"), ["competency-based"]);
        assert_eq!(names("a capstoneish thing"), Vec::<String>::new());
        assert_eq!(names("an undergraduate profile of a graduate"), ["profile of a graduate"]);
        assert_eq!(names("PORT\u{ad}FOLIO\u{a0}ASSESSMENT"), ["portfolio assessment"]);
    }

    #[test]
    fn the_words_around_are_those_of_the_document() {
        let taxonomy = Taxonomy::shipped().unwrap();
        let found = taxonomy.phrases_in("In May, the Board adopted\n  a Portrait-of-a\nGraduate; see É. 5");
        assert_eq!(found[0].around, "In May, the Board adopted a Portrait-of-a Graduate; see É. 5");
    }
}
