//! The taxonomy: phrases by category, with what each counts and why.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use anyhow::Context as _;
use loaders::registry::mistake;
use loaders::source::sha256;
use serde::Deserialize;

use super::words::plain;
use crate::fault::Fault;

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
    /// What a document is whose title or opening has it.
    pub document: Option<DocumentCategory>,
    /// Why it weighs what it weighs.
    pub why: String,
}

/// What a document is, in the words of `district_documents.document_category`. The first that a document shows is it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentCategory {
    PortraitOfGraduate,
    StrategicPlan,
}

/// All phrases, and the automaton that finds them.
pub struct Taxonomy {
    /// The phrases.
    pub phrases: Vec<Phrase>,
    /// SHA-256 of the text they come from.
    pub checksum: String,
    pub(super) automaton: AhoCorasick,
    pub(super) phrase_of_pattern: Vec<usize>,
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
    document: Option<DocumentCategory>,
    why: String,
}

impl Taxonomy {
    /// The taxonomy shipped with the program.
    pub fn shipped() -> anyhow::Result<Self> {
        Self::parse(SHIPPED)
    }

    /// The text of the shipped one, to begin one's own with.
    pub fn shipped_text() -> &'static str {
        SHIPPED
    }

    /// A taxonomy in the form of the shipped one.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let file: File = toml::from_str(text).map_err(|error| {
            Fault::new(
                format!("Failed to read the keyword taxonomy: {}", mistake::describe(text, &error)),
                "correct that line; `districts score taxonomy` prints the shipped one",
            )
        })?;
        let categories = [file.readiness, file.alignment, file.activation, file.branding];
        let entries: Vec<(usize, Entry)> = (0..)
            .zip(categories)
            .flat_map(|(category, file)| file.phrases.into_iter().map(move |entry| (category, entry)))
            .collect();
        let (patterns, phrase_of_pattern) = patterns(&entries)?;
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&patterns)
            .context("Failed to build the keyword automaton")?;
        let phrases = entries.into_iter().map(|(category, entry)| Phrase {
            is: entry.is,
            category,
            weight: entry.weight,
            is_exact: entry.exact,
            document: entry.document,
            why: entry.why,
        });
        Ok(Self { phrases: phrases.collect(), checksum: sha256(text.as_bytes()), automaton, phrase_of_pattern })
    }
}

/// What is looked for, and the phrase each stands for; refuses what could not be found, or counts for two.
fn patterns(entries: &[(usize, Entry)]) -> Result<(Vec<String>, Vec<usize>), Fault> {
    let wrong = |entry: &Entry, what: String| {
        Fault::new(
            format!("Failed to use the keyword taxonomy: the phrase `{}` {what}", entry.is),
            "correct it; `districts score taxonomy` prints the shipped taxonomy, with the rules on top",
        )
    };
    let (mut patterns, mut owners, mut seen) = (Vec::new(), Vec::new(), HashMap::new());
    for (position, (_, entry)) in entries.iter().enumerate() {
        if !(0.5..=1.0).contains(&entry.weight) {
            return Err(wrong(entry, format!("weighs {}, and 0.5 to 1.0 is allowed", entry.weight)));
        }
        for words in std::iter::once(&entry.is).chain(&entry.also) {
            let pattern = plain(words).trim().to_owned();
            if pattern.is_empty() {
                return Err(wrong(entry, format!("is also written `{words}`, which has no letter")));
            }
            if let Some(other) = seen.insert(pattern.clone(), position) {
                let other: &(usize, Entry) = &entries[other];
                return Err(wrong(entry, format!("has the words `{words}`, and so has `{}`", other.1.is)));
            }
            patterns.push(pattern);
            owners.push(position);
        }
    }
    Ok((patterns, owners))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taxonomy_that_cannot_count_is_refused_with_the_phrase() {
        let of = |readiness: &str| {
            let rest = "[alignment]\nphrases = []\n[activation]\nphrases = []\n[branding]\nphrases = []\n";
            Taxonomy::parse(&format!("[readiness]\nphrases = [{readiness}]\n{rest}")).map(|taxonomy| taxonomy.phrases)
        };
        assert_eq!(of("{ is = \"civic  Action\", weight = 0.5, why = \"\" }").unwrap()[0].is, "civic  Action");
        for (phrases, words) in [
            ("{ is = \"a\", weight = 1.5, why = \"\" }", "the phrase `a` weighs 1.5"),
            ("{ is = \"a\", also = [\"- \"], weight = 1.0, why = \"\" }", "which has no letter"),
            ("{ is = \"a b\", also = [\"A-b\"], weight = 1.0, why = \"\" }", "has the words `A-b`, and so has `a b`"),
            ("{ is = \"a\", wieght = 1.0 }", "line 2"),
        ] {
            let error = of(phrases).err().unwrap().to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn every_phrase_has_a_reason() {
        assert!(Taxonomy::shipped().unwrap().phrases.iter().all(|phrase| !phrase.why.is_empty()));
    }

    #[test]
    fn the_table_of_phrases_is_the_taxonomy() {
        const TABLE: &str = include_str!("../../../migrations/data/reference/files/keyword_taxonomy_2.csv");
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
