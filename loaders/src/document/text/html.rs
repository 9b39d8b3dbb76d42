//! HTML: what the page says, not how one gets around in it.

use scraper::{ElementRef, Html, Node, Selector};

use super::{Extracted, clean_pages};
use crate::source::Kind;

/// Holds no words of the page itself.
const AROUND: &[&str] = &[
    "script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form", "button", "select", "svg",
    "iframe", "head",
];
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "section",
    "article",
    "main",
    "li",
    "ul",
    "ol",
    "table",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "br",
    "blockquote",
    "dl",
    "dt",
    "dd",
    "pre",
    "figure",
    "figcaption",
];
/// Where pages say that their content is, best first.
const CONTENT: &[&str] = &["main", "[role=main]", "article", "#content", "#main", ".content", "body"];
/// A content element with fewer letters is not what the page is about.
const LEAST_LETTERS: usize = 200;

/// The bytes as text: by byte order mark, by what the page says of itself, by guess.
pub(super) fn decoded(bytes: &[u8]) -> String {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_lowercase();
    let named = head.split_once("charset=").map(|(_, rest)| {
        rest.trim_start_matches(['"', '\'']).split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').next()
    });
    match named.flatten().and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes())) {
        Some(encoding) if std::str::from_utf8(bytes).is_err() => encoding.decode(bytes).0.into_owned(),
        _ => crate::source::decode(bytes),
    }
}

/// A page whose server names its charset, as UTF-8 with a mark that says so; anything else as it is.
pub fn recoded(bytes: Vec<u8>, charset: &str) -> Vec<u8> {
    let is_page = matches!(Kind::of(&bytes), Kind::Html | Kind::Text | Kind::Xml);
    match encoding_rs::Encoding::for_label(charset.as_bytes()) {
        Some(encoding) if is_page && std::str::from_utf8(&bytes).is_err() => {
            let mut marked = b"\xef\xbb\xbf".to_vec();
            marked.extend_from_slice(encoding.decode(&bytes).0.as_bytes());
            marked
        }
        _ => bytes,
    }
}

pub(super) fn extract(text: &str) -> Extracted {
    let page = Html::parse_document(text);
    let first = |selector: &str| Selector::parse(selector).ok().and_then(|selector| page.select(&selector).next());
    let title = first("title").map(|title| title.text().collect::<String>());
    let title =
        title.map(|title| title.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|title| !title.is_empty());
    let candidates = CONTENT.iter().filter_map(|selector| first(selector)).map(words);
    let mut longest = String::new();
    for candidate in candidates {
        if candidate.chars().filter(|c| c.is_alphanumeric()).count() >= LEAST_LETTERS {
            longest = candidate;
            break;
        }
        if candidate.len() > longest.len() {
            longest = candidate;
        }
    }
    Extracted { kind: "html".to_owned(), title, text: clean_pages(&[longest]) }
}

/// Without recursion: a page may be nested a million deep.
fn words(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    let mut skipped = 0_usize;
    for edge in element.traverse() {
        match edge {
            ego_tree::iter::Edge::Open(node) => match node.value() {
                Node::Element(element) if AROUND.contains(&element.name()) => skipped += 1,
                Node::Element(element) if BLOCKS.contains(&element.name()) => text.push('\n'),
                Node::Text(words) if skipped == 0 => {
                    let is_apart = words.starts_with(char::is_whitespace);
                    if is_apart && !text.ends_with(char::is_whitespace) {
                        text.push(' ');
                    }
                    text.push_str(&words.split_whitespace().collect::<Vec<_>>().join(" "));
                    if words.ends_with(char::is_whitespace) && !text.ends_with(char::is_whitespace) {
                        text.push(' ');
                    }
                }
                _ => {}
            },
            ego_tree::iter::Edge::Close(node) => {
                if let Node::Element(element) = node.value() {
                    if AROUND.contains(&element.name()) {
                        skipped = skipped.saturating_sub(1);
                    } else if BLOCKS.contains(&element.name()) {
                        text.push('\n');
                    }
                }
            }
        }
    }
    text
}
