//! Keyword scores: which districts speak of graduates' competencies, how firmly, with the evidence.
//!
//! The facts (weights, recency, specificity, tiers) are those of SCHEMA.md.

mod find;
mod rating;
mod taxonomy;
mod words;

pub use rating::{Rating, ScoredDocument, rate};
pub use taxonomy::{CATEGORIES, DocumentCategory, Taxonomy};

/// `portrait_of_graduate`, `strategic_plan` or `other`: what the source says, else what title and
/// opening say.
pub fn category_of(taxonomy: &Taxonomy, given: Option<&str>, title: Option<&str>, text: &str) -> &'static str {
    const OPENING_CHARACTERS: usize = 400;
    match given {
        Some("portrait_of_graduate") => return "portrait_of_graduate",
        Some("strategic_plan") => return "strategic_plan",
        Some("other") => return "other",
        _ => {}
    }
    let opening: String = text.chars().take(OPENING_CHARACTERS).collect();
    let found = taxonomy.phrases_in(&format!("{} . {opening}", title.unwrap_or_default()));
    let shown = found.iter().filter_map(|hit| taxonomy.phrases[hit.phrase].document);
    match shown.min() {
        Some(DocumentCategory::PortraitOfGraduate) => "portrait_of_graduate",
        Some(DocumentCategory::StrategicPlan) => "strategic_plan",
        None => "other",
    }
}
