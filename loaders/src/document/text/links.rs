//! Where a web page leads.

use scraper::{Html, Selector};

use super::html::decoded;
use crate::source::Kind;

/// A link of a page.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Link {
    /// The address as the page has it, perhaps relative.
    pub href: String,
    /// What a reader sees of it.
    pub words: String,
}

/// More links than this are no page for readers.
const MOST_LINKS: usize = 5_000;
const MOST_WORDS: usize = 200;

/// The links of a page, and the address they are relative to where it names one; none of what is no page.
pub fn links(bytes: &[u8]) -> (Vec<Link>, Option<String>) {
    if !matches!(Kind::of(bytes), Kind::Html) {
        return (Vec::new(), None);
    }
    let page = Html::parse_document(&decoded(bytes));
    let Ok(anchors) = Selector::parse("a[href]") else { return (Vec::new(), None) };
    let links = page.select(&anchors).take(MOST_LINKS).filter_map(|anchor| {
        let href = anchor.attr("href")?.trim();
        let seen: String = anchor.text().collect();
        let words = if seen.trim().is_empty() { anchor.attr("title").unwrap_or_default() } else { &seen };
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MOST_WORDS).collect();
        (!href.is_empty() && !href.starts_with('#')).then(|| Link { href: href.to_owned(), words })
    });
    let base = Selector::parse("base[href]").ok().and_then(|base| page.select(&base).next()?.attr("href"));
    (links.collect(), base.map(str::to_owned))
}
