//! What setting and printing put into a text, taken out again: words cut at line ends, ligatures, headers and footers
//! that run through the pages.

use std::collections::HashMap;

/// A line on this share of the pages, at their top or bottom, is a running header.
const RUNNING_SHARE: f64 = 0.5;
/// With fewer pages nothing can be told to run.
const LEAST_PAGES: usize = 4;
/// How many lines at either end may belong to it.
const EDGE: usize = 2;

/// What a hyphen stands before in a compound: cut there, it keeps its hyphen.
const TAILS: &[&str] = &[
    "based", "being", "centered", "driven", "focused", "led", "level", "long", "making", "quality", "ready", "related",
    "solving", "term", "wide", "year",
];

/// Cleans pages and joins them with form feeds.
pub fn clean_pages(pages: &[String]) -> String {
    let pages: Vec<Vec<String>> = pages.iter().map(|page| lines(page)).collect();
    let running = running(&pages);
    let is_running = |page: &[String], at: usize| {
        let is_edge = at < EDGE || at + EDGE >= page.len();
        is_edge && running.contains(&key(&page[at]))
    };
    let kept = pages.iter().map(|page| {
        let lines = (0..page.len()).filter(|at| !is_running(page, *at)).map(|at| page[at].as_str());
        joined(lines)
    });
    kept.filter(|page| !page.trim().is_empty()).collect::<Vec<_>>().join("\n\u{c}\n")
}

fn lines(page: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in page.replace('\0', "").lines() {
        let line = spelt_out(line.trim_end());
        // One empty line parts paragraphs as well as five do.
        if !line.trim().is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line.trim().to_owned());
        }
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Ligatures as letters, odd blanks as blanks, signs of no alphabet as bullets; soft hyphens and marks of direction are
/// nothing.
fn spelt_out(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            'ﬀ' => text.push_str("ff"),
            'ﬁ' => text.push_str("fi"),
            'ﬂ' => text.push_str("fl"),
            'ﬃ' => text.push_str("ffi"),
            'ﬄ' => text.push_str("ffl"),
            '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}' => {}
            '\u{e000}'..='\u{f8ff}' => text.push('•'),
            '\u{a0}' | '\u{2002}'..='\u{200a}' => text.push(' '),
            c => text.push(c),
        }
    }
    text
}

/// Page numbers change from page to page; the rest of a running line does not.
fn key(line: &str) -> String {
    line.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect::<String>().trim().to_lowercase()
}

fn running(pages: &[Vec<String>]) -> Vec<String> {
    if pages.len() < LEAST_PAGES {
        return Vec::new();
    }
    let mut counts: HashMap<String, usize> = HashMap::new();
    for page in pages {
        let edges = page.iter().take(EDGE).chain(page.iter().skip(EDGE.max(page.len().saturating_sub(EDGE))));
        let mut keys: Vec<String> = edges.map(|line| key(line)).filter(|key| !key.is_empty()).collect();
        keys.sort();
        keys.dedup();
        keys.into_iter().for_each(|key| *counts.entry(key).or_default() += 1);
    }
    let least = (pages.len() as f64 * RUNNING_SHARE).ceil() as usize;
    counts.into_iter().filter(|(_, count)| *count >= least).map(|(key, _)| key).collect()
}

/// `strate-` at a line's end and `gic` at the next one's beginning are one word, `project-` and `based` a compound.
fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for line in lines {
        let is_cut = text.strip_suffix("-\n").is_some_and(|before| before.ends_with(char::is_lowercase));
        if is_cut && line.starts_with(char::is_lowercase) {
            let word = line.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
            text.truncate(text.len() - if TAILS.contains(&word) { 1 } else { 2 });
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_words_are_joined_and_compounds_are_not() {
        let page = "The strate-\ngic plan of the K-\n12 district, well-\nKnown".to_owned();
        assert_eq!(clean_pages(&[page]), "The strategic plan of the K-\n12 district, well-\nKnown\n");
        let page = "of project-\nbased learning and long-\nterm goals, base-\nball".to_owned();
        assert_eq!(clean_pages(&[page]), "of project-based learning and long-term goals, baseball\n");
    }

    #[test]
    fn running_headers_go_and_what_is_said_once_stays() {
        let pages: Vec<String> =
            (1..=6).map(|n| format!("Troy Schools\n\nWhat page {n} says of ﬁsh\n\nPage {n} of 6")).collect();
        let text = clean_pages(&pages);
        assert!(!text.contains("Troy Schools") && !text.contains("of 6"), "{text}");
        assert!((1..=6).all(|n| text.contains(&format!("What page {n} says of fish"))), "{text}");
    }

    #[test]
    fn two_pages_run_nothing() {
        assert!(clean_pages(&["Title\nText".to_owned(), "Title\nMore".to_owned()]).contains("Title"));
    }
}
