//! From phrases to scores.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use serde_json::{Value, json};

use super::find::Found;
use super::taxonomy::{CATEGORIES, Phrase, Taxonomy};

/// A document with its phrases.
#[derive(Debug, Clone)]
pub struct ScoredDocument {
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: Option<String>,
    /// Its category.
    pub category: String,
    /// The day it carries.
    pub published_on: Option<NaiveDate>,
    /// What was found in it.
    pub found: Vec<Found>,
}

/// A district's scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Rating {
    /// 0 to 10, in the order of [`CATEGORIES`].
    pub scores: [f64; 4],
    /// Their mean.
    pub total: f64,
    /// `tier1`, `tier2` or `tier3`.
    pub tier: &'static str,
    /// Category to keywords, each with weight, document and context.
    pub evidence: Value,
}

/// A phrase at its best document.
struct Best<'a> {
    value: f64,
    recency: f64,
    specificity: f64,
    document: &'a ScoredDocument,
    found: &'a Found,
}

/// Rates a district by its documents. `today` decides what is recent.
pub fn rate(taxonomy: &Taxonomy, documents: &[ScoredDocument], today: NaiveDate) -> Rating {
    let mut best: BTreeMap<usize, Best<'_>> = BTreeMap::new();
    for document in documents {
        let (recency, specificity) = (recency(document.published_on, today), specificity(document));
        for found in &document.found {
            let phrase = &taxonomy.phrases[found.phrase];
            let value = phrase.weight * recency * specificity + branded(phrase);
            if best.get(&found.phrase).is_none_or(|known| value > known.value) {
                best.insert(found.phrase, Best { value, recency, specificity, document, found });
            }
        }
    }
    let scores = std::array::from_fn(|category| {
        let sum: f64 = best
            .iter()
            .filter(|(phrase, _)| taxonomy.phrases[**phrase].category == category)
            .map(|(_, best)| best.value)
            .sum();
        hundredths((2.0 * sum).min(10.0))
    });
    let total = hundredths(scores.iter().sum::<f64>() / scores.len() as f64);
    Rating { scores, total, tier: tier(scores, total), evidence: evidence(taxonomy, &best) }
}

/// 1.0 up to 6 months, 0.8 up to 12 or unknown, 0.6 older.
fn recency(published_on: Option<NaiveDate>, today: NaiveDate) -> f64 {
    let months_ago = |months: u32| today.checked_sub_months(Months::new(months));
    match published_on {
        None => 0.8,
        Some(day) if months_ago(6).is_some_and(|limit| day >= limit) => 1.0,
        Some(day) if months_ago(12).is_some_and(|limit| day >= limit) => 0.8,
        Some(_) => 0.6,
    }
}

/// 1.0 for plan, strategy and portrait pages, 0.5 for news, 0.8 for the rest.
fn specificity(document: &ScoredDocument) -> f64 {
    let place = format!("{} {}", document.url, document.title.as_deref().unwrap_or_default()).to_lowercase();
    let words: Vec<&str> = place.split(|c: char| !c.is_alphanumeric()).collect();
    let speaks_of = |starts: &[&str]| words.iter().any(|word| starts.iter().any(|start| word.starts_with(start)));
    let is_plan = words.iter().any(|word| matches!(*word, "plan" | "plans" | "planning"));
    if document.category != "other" || is_plan || speaks_of(&["strateg", "portrait"]) {
        1.0
    } else if speaks_of(&["news", "press"]) {
        0.5
    } else {
        0.8
    }
}

/// +0.2 for a programme's own name.
fn branded(phrase: &Phrase) -> f64 {
    if phrase.is_exact { 0.2 } else { 0.0 }
}

fn tier([readiness, _, activation, _]: [f64; 4], total: f64) -> &'static str {
    if total >= 5.0 || readiness >= 3.0 || activation >= 2.0 {
        "tier1"
    } else if total >= 2.0 || readiness >= 1.5 {
        "tier2"
    } else {
        "tier3"
    }
}

/// What a reader needs to redo the sum: value = weight × recency × specificity + branded.
fn evidence(taxonomy: &Taxonomy, best: &BTreeMap<usize, Best<'_>>) -> Value {
    let of = |category: usize| -> Vec<Value> {
        let hits = best.iter().filter(|(phrase, _)| taxonomy.phrases[**phrase].category == category);
        hits.map(|(phrase, best)| keyword(&taxonomy.phrases[*phrase], best)).collect()
    };
    CATEGORIES
        .iter()
        .enumerate()
        .map(|(category, name)| ((*name).to_owned(), Value::from(of(category))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn keyword(phrase: &Phrase, best: &Best<'_>) -> Value {
    json!({
        "keyword": phrase.is,
        "weight": phrase.weight,
        "recency": best.recency,
        "specificity": best.specificity,
        "branded": branded(phrase),
        "value": hundredths(best.value),
        "source_doc": best.document.url,
        "context": best.found.around,
    })
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0 + 0.0 // not -0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(taxonomy: &Taxonomy, url: &str, text: &str, published_on: Option<NaiveDate>) -> ScoredDocument {
        ScoredDocument {
            url: url.to_owned(),
            title: None,
            category: "other".to_owned(),
            published_on,
            found: taxonomy.phrases_in(text),
        }
    }

    #[test]
    fn a_phrase_counts_once_at_its_best_document() {
        let taxonomy = Taxonomy::shipped().unwrap();
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let old = document(&taxonomy, "http://a/minutes", "our capstone", NaiveDate::from_ymd_opt(2020, 1, 1));
        let new = document(&taxonomy, "http://a/plan", "the capstone", NaiveDate::from_ymd_opt(2026, 10, 1));
        let rating = rate(&taxonomy, &[old, new], today);
        // weight 0.8 × recency 1.0 × specificity 1.0, doubled
        assert_eq!(rating.scores, [0.0, 0.0, 1.6, 0.0]);
        assert_eq!((rating.total, rating.tier), (0.4, "tier3"));
        assert!(rating.scores.iter().all(|score| score.is_sign_positive()), "the sum of nothing is not -0");
        assert_eq!(rating.evidence["activation"][0]["source_doc"], "http://a/plan");
        assert_eq!(rating.evidence["activation"][0]["value"], 0.8);
    }

    #[test]
    fn a_plan_is_a_word_of_the_address_not_a_part_of_one() {
        let taxonomy = Taxonomy::shipped().unwrap();
        let of = |url: &str| specificity(&document(&taxonomy, url, "", None));
        assert_eq!(of("https://a.org/explanation-of-planets"), 0.8);
        assert_eq!(of("https://a.org/strategic_plan.pdf"), 1.0);
        assert_eq!(of("https://a.org/news/2026"), 0.5);
    }

    #[test]
    fn tiers_at_their_edges() {
        assert_eq!(tier([3.0, 0.0, 0.0, 0.0], 0.75), "tier1");
        assert_eq!(tier([0.0, 0.0, 2.0, 0.0], 0.5), "tier1");
        assert_eq!(tier([1.5, 0.0, 0.0, 0.0], 0.4), "tier2");
        assert_eq!(tier([1.49, 0.0, 1.99, 0.0], 1.99), "tier3");
    }
}
