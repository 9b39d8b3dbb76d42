//! HTML: what the page says, not how one gets around in it.

mod charset;
mod words;

use dom_smoothie::{Config, Readability};
use scraper::{ElementRef, Html, Selector};

use super::{Extracted, clean_pages};
pub(super) use charset::decoded;
pub use charset::recoded;
use words::words;

/// Where pages say that their content is, best first.
const CONTENT: &[&str] = &["main", "[role=main]", "article", "#content", "#main", ".content", "body"];
/// A content element with fewer letters is not what the page is about.
const LEAST_LETTERS: usize = 200;
/// What an article was found in is less than this share of the page's content when the page is no article: cards, lists.
const ARTICLE_SHARE: f64 = 0.5;
/// Finding the article costs the depth of the page at each of its elements.
const DEEPEST: usize = 256;
const MOST_ELEMENTS: usize = 50_000;

pub(super) fn extract(text: &str) -> Extracted {
    let page = Html::parse_document(text);
    let title = first(&page, "title").map(plain).filter(|title| !title.is_empty());
    let content = content(&page);
    let article =
        article(text, &page).filter(|article| letters(article) as f64 >= ARTICLE_SHARE * letters(&content) as f64);
    let main = article.map_or(content, |article| headed(&page, article));
    Extracted { kind: "html".to_owned(), title, text: clean_pages(&[main]) }
}

fn first<'a>(page: &'a Html, selector: &str) -> Option<ElementRef<'a>> {
    Selector::parse(selector).ok().and_then(|selector| page.select(&selector).next())
}

fn plain(element: ElementRef<'_>) -> String {
    element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// The words of the element that the page says its content is in, or the longest.
fn content(page: &Html) -> String {
    let mut longest = String::new();
    for element in CONTENT.iter().filter_map(|selector| first(page, selector)) {
        let candidate = words(element);
        if letters(&candidate) >= LEAST_LETTERS {
            return candidate;
        }
        if candidate.len() > longest.len() {
            longest = candidate;
        }
    }
    longest
}

/// What a browser's reading view would show, as the port of Mozilla's Readability finds it.
fn article(text: &str, page: &Html) -> Option<String> {
    let elements = page.tree.nodes().filter(|node| node.value().is_element());
    let is_sound = elements.clone().count() <= MOST_ELEMENTS && depth(page) <= DEEPEST;
    if !is_sound {
        return None;
    }
    let config = Config { disable_json_ld: true, ..Config::default() };
    let mut reading = Readability::new(text, None, Some(config)).ok()?;
    // It takes no tab or accordion that waits for a click.
    const HIDING: [&str; 3] = ["hidden", "style", "aria-hidden"];
    reading.doc.select("[hidden], [style], [aria-hidden]").remove_attrs(&HIDING);
    let article = reading.parse().ok()?;
    Some(words(Html::parse_fragment(&article.content).root_element())).filter(|text| letters(text) >= LEAST_LETTERS)
}

fn depth(page: &Html) -> usize {
    let (mut deepest, mut depth) = (0, 0_usize);
    for edge in page.tree.root().traverse() {
        match edge {
            ego_tree::iter::Edge::Open(_) => depth += 1,
            ego_tree::iter::Edge::Close(_) => depth -= 1,
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// A reading view shows the heading apart.
fn headed(page: &Html, article: String) -> String {
    let heading = first(page, "h1").map(plain).unwrap_or_default();
    if heading.is_empty() || article.contains(&heading) { article } else { format!("{heading}\n\n{article}") }
}
