//! The taxonomy: phrases by category, found in one pass over a text.

use std::collections::HashSet;

use aho_corasick::{AhoCorasick, MatchKind};
use anyhow::Context as _;
use loaders::source::sha256;
use serde::Deserialize;

const SHIPPED: &str = include_str!("../../taxonomy.toml");

/// The categories, in the order of their columns.
pub const CATEGORIES: [&str; 4] = ["readiness", "alignment", "activation", "branding"];

/// A phrase and what it counts.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// The phrase.
    pub is: String,
    /// Position in [`CATEGORIES`].
    pub category: usize,
    /// 0.5 to 1.0.
    pub weight: f64,
    /// A programme's own name.
    pub is_exact: bool,
}

/// All phrases, and the automaton that finds them.
pub struct Taxonomy {
    /// The phrases.
    pub phrases: Vec<Phrase>,
    /// SHA-256 of the text they come from.
    pub checksum: String,
    automaton: AhoCorasick,
    phrase_of_pattern: Vec<usize>,
}

/// A phrase found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Position of the phrase.
    pub phrase: usize,
    /// The words around it.
    pub around: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    readiness: Category,
    alignment: Category,
    activation: Category,
    branding: Category,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Category {
    phrases: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    is: String,
    weight: f64,
    #[serde(default)]
    exact: bool,
    #[serde(default)]
    also: Vec<String>,
}

impl Taxonomy {
    /// The taxonomy shipped with the program.
    pub fn shipped() -> anyhow::Result<Self> {
        let file: File = toml::from_str(SHIPPED).context("Failed to read the keyword taxonomy")?;
        let mut taxonomy = (Vec::new(), Vec::new(), Vec::new());
        let categories = [file.readiness, file.alignment, file.activation, file.branding];
        for (category, entry) in categories
            .into_iter()
            .enumerate()
            .flat_map(|(category, file)| file.phrases.into_iter().map(move |entry| (category, entry)))
        {
            let (phrases, patterns, owners) = &mut taxonomy;
            for words in std::iter::once(&entry.is).chain(&entry.also) {
                patterns.push(plain(words));
                owners.push(phrases.len());
            }
            phrases.push(Phrase { is: entry.is, category, weight: entry.weight, is_exact: entry.exact });
        }
        let (phrases, patterns, phrase_of_pattern) = taxonomy;
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&patterns)
            .context("Failed to build the keyword automaton")?;
        Ok(Self { phrases, checksum: sha256(SHIPPED.as_bytes()), automaton, phrase_of_pattern })
    }

    /// Each phrase of the text, once, with the words around its first place.
    pub fn phrases_in(&self, text: &str) -> Vec<Found> {
        let text = plain(text);
        let mut seen = HashSet::new();
        let hits = self.automaton.find_iter(&text).filter(|hit| is_whole(&text, hit.start(), hit.end()));
        hits.filter(|hit| seen.insert(self.phrase_of_pattern[hit.pattern()]))
            .map(|hit| Found {
                phrase: self.phrase_of_pattern[hit.pattern()],
                around: around(&text, hit.start(), hit.end()),
            })
            .collect()
    }
}

/// Lower case; line breaks, hyphens and runs of blanks become one blank.
fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    lower
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '‐' | '–' | '\u{ad}'))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Not inside a longer word.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

fn around(text: &str, start: usize, end: usize) -> String {
    const REACH: usize = 80;
    let from = text[..start].char_indices().rev().nth(REACH).map_or(0, |(at, _)| at);
    let to = text[end..].char_indices().nth(REACH).map_or(text.len(), |(at, _)| end + at);
    text[from..to].to_owned()
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
    }

    #[test]
    fn every_weight_is_in_range() {
        assert!(Taxonomy::shipped().unwrap().phrases.iter().all(|phrase| (0.5..=1.0).contains(&phrase.weight)));
    }
}
