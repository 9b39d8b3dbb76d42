//! The taxonomy: phrases by category, found in one pass over a text.

use std::collections::HashSet;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};
use anyhow::Context as _;
use loaders::source::sha256;
use serde::Deserialize;

use super::words::{origins, plain};

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
    /// Why it weighs what it weighs.
    pub why: String,
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
    why: String,
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
            let Entry { is, weight, exact: is_exact, why, .. } = entry;
            phrases.push(Phrase { is, category, weight, is_exact, why });
        }
        let (phrases, patterns, phrase_of_pattern) = taxonomy;
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&patterns)
            .context("Failed to build the keyword automaton")?;
        Ok(Self { phrases, checksum: sha256(SHIPPED.as_bytes()), automaton, phrase_of_pattern })
    }

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

    #[test]
    fn every_phrase_weighs_within_range_has_a_reason_and_one_place() {
        let taxonomy = Taxonomy::shipped().unwrap();
        let is_right = |phrase: &Phrase| (0.5..=1.0).contains(&phrase.weight) && !phrase.why.is_empty();
        assert!(taxonomy.phrases.iter().all(is_right));
        let file: toml::Table = toml::from_str(SHIPPED).unwrap();
        let entries = file.values().flat_map(|category| category["phrases"].as_array().unwrap());
        let words_of = |entry: &toml::Value| {
            let also = entry.get("also").and_then(toml::Value::as_array).cloned().unwrap_or_default();
            std::iter::once(entry["is"].clone())
                .chain(also)
                .map(|words| plain(words.as_str().unwrap()))
                .collect::<Vec<_>>()
        };
        let mut words: Vec<String> = entries.flat_map(words_of).collect();
        words.sort();
        let count = words.len();
        words.dedup();
        assert_eq!(words.len(), count, "two phrases share words");
    }

    #[test]
    fn the_table_of_phrases_is_the_taxonomy() {
        const TABLE: &str = include_str!("../../../migrations/data/reference/files/keyword_taxonomy.csv");
        let file: toml::Table = toml::from_str(SHIPPED).unwrap();
        let quoted = |text: &str| if text.contains(',') { format!("\"{text}\"") } else { text.to_owned() };
        let mut lines = vec!["phrase,category,weight,is_exact,synonyms,reason".to_owned()];
        for (category, entries) in &file {
            for entry in entries["phrases"].as_array().unwrap() {
                let text = |name: &str| entry[name].as_str().unwrap().to_owned();
                let is_exact = entry.get("exact").and_then(toml::Value::as_bool).unwrap_or_default();
                let also = entry.get("also").and_then(toml::Value::as_array).cloned().unwrap_or_default();
                let also: Vec<&str> = also.iter().map(|words| words.as_str().unwrap()).collect();
                let weight = entry["weight"].as_float().unwrap();
                let fields =
                    [text("is"), category.clone(), format!("{weight:.1}"), is_exact.to_string(), also.join("|")];
                lines.push(format!("{},{}", fields.join(","), quoted(&text("why"))));
            }
        }
        let mut table: Vec<&str> = TABLE.lines().collect();
        table.sort_unstable();
        lines.sort_unstable();
        assert_eq!(lines, table, "write the next data migration of `reference` with the new table");
    }
}
