//! The words of an element without the menus in it.

use std::collections::HashSet;

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::node::Element;
use scraper::{ElementRef, Node};

/// Holds no words of the page itself. A form may hold the whole page, as ASP.NET has it.
const AROUND: &[&str] = &[
    "script", "style", "noscript", "template", "nav", "header", "footer", "aside", "button", "select", "textarea",
    "svg", "iframe", "head",
];
/// The same, said by a role.
const ROLES_AROUND: &[&str] = &["navigation", "banner", "contentinfo", "search", "menu", "menubar", "dialog", "alert"];
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
    "form",
    "fieldset",
    "details",
    "summary",
    "address",
];
/// Stand beside one another on a line.
const CELLS: &[&str] = &["td", "th"];
/// May be a menu.
const CONTAINERS: &[&str] = &["ul", "ol", "div", "table", "tr", "td", "section", "p", "dl"];
/// A menu has as many links at least, of which nearly all its letters are.
const LEAST_LINKS: usize = 4;
const LINKED: f64 = 0.8;
/// Links to files are what a page is for.
const FILES: &[&str] = &["pdf", "doc", "docx", "ppt", "pptx", "xls", "xlsx"];

/// Without recursion: a page may be nested a million deep.
pub(super) fn words(root: ElementRef<'_>) -> String {
    let menus = menus(root);
    let mut text = String::new();
    let mut skipped = 0_usize;
    for edge in root.traverse() {
        let (node, is_open) = match edge {
            Edge::Open(node) => (node, true),
            Edge::Close(node) => (node, false),
        };
        match node.value() {
            Node::Element(element) if is_around(element) || menus.contains(&node.id()) => match is_open {
                true => skipped += 1,
                false => skipped = skipped.saturating_sub(1),
            },
            Node::Element(element) if BLOCKS.contains(&element.name()) => text.push('\n'),
            Node::Element(element) if CELLS.contains(&element.name()) => push_blank(&mut text),
            Node::Text(words) if is_open && skipped == 0 => push_words(&mut text, words),
            _ => {}
        }
    }
    text
}

fn push_words(text: &mut String, words: &str) {
    if words.starts_with(char::is_whitespace) {
        push_blank(text);
    }
    for (at, word) in words.split_whitespace().enumerate() {
        if at > 0 {
            text.push(' ');
        }
        text.push_str(word);
    }
    if words.ends_with(char::is_whitespace) {
        push_blank(text);
    }
}

fn push_blank(text: &mut String) {
    if !text.ends_with(char::is_whitespace) {
        text.push(' ');
    }
}

/// What is hidden until somebody clicks is of the page: tabs and accordions hold half of many a plan.
fn is_around(element: &Element) -> bool {
    AROUND.contains(&element.name())
        || element.attr("role").is_some_and(|role| ROLES_AROUND.contains(&role))
        || element.attr("id").is_some_and(|id| id.to_lowercase().ends_with("footer"))
}

/// What an element holds, menus in it left out.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    letters: usize,
    linked: usize,
    links: usize,
    files: usize,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.letters += other.letters;
        self.linked += other.linked;
        self.links += other.links;
        self.files += other.files;
    }

    fn is_menu(&self) -> bool {
        self.links >= LEAST_LINKS && self.files == 0 && self.linked as f64 >= LINKED * self.letters as f64
    }
}

/// Elements below `root` that hold links to other pages and little else.
fn menus(root: ElementRef<'_>) -> HashSet<NodeId> {
    let mut menus = HashSet::new();
    let mut open = vec![Tally::default()];
    let mut links = 0_usize;
    for edge in root.traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Element(element) => {
                    let is_link = element.name() == "a";
                    links += usize::from(is_link);
                    let files = usize::from(is_link && leads_to_file(element));
                    open.push(Tally { links: usize::from(is_link), files, ..Tally::default() });
                }
                Node::Text(words) => {
                    let letters = words.chars().filter(|c| c.is_alphanumeric()).count();
                    if let Some(tally) = open.last_mut() {
                        tally.letters += letters;
                        tally.linked += if links > 0 { letters } else { 0 };
                    }
                }
                _ => {}
            },
            Edge::Close(node) => {
                let Node::Element(element) = node.value() else { continue };
                links -= usize::from(element.name() == "a");
                let tally = open.pop().unwrap_or_default();
                let is_root = node.id() == root.id();
                if !is_root && CONTAINERS.contains(&element.name()) && tally.is_menu() {
                    menus.insert(node.id());
                } else if let Some(around) = open.last_mut().filter(|_| !is_around(element)) {
                    around.add(tally);
                }
            }
        }
    }
    menus
}

fn leads_to_file(link: &Element) -> bool {
    let path = link.attr("href").unwrap_or_default().split(['?', '#']).next().unwrap_or_default();
    path.rsplit_once('.').is_some_and(|(_, ending)| FILES.contains(&ending.to_lowercase().as_str()))
}
