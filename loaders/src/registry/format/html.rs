//! Tables of web pages, which agencies like to call `.xls`.

use std::collections::HashMap;

use scraper::{ElementRef, Html, Node, Selector};

use super::{COLUMN_LIMIT, Grid};
use crate::LoadError;
use crate::fault::Spot;
use crate::source::{Source, decode};
use crate::table::Row;

/// A page with fewer rows in its largest table is a page, not a table.
const FEWEST_ROWS: usize = 3;

/// Tables inside tables, each of which reads what is in it again.
const NESTED: usize = 32;

/// The rows of the page's largest table, and of those that begin as it does: a page may have one for each county.
/// `expected` says what an ordinary page was taken for.
pub(super) fn read(file: &Source, expected: &str) -> Result<Grid, LoadError> {
    let page = Html::parse_document(&decode(&file.bytes));
    let Ok(selector) = Selector::parse("table") else {
        return Err(LoadError::broken(&file.path, "its selectors do not parse"));
    };
    let mut spare = Spare { spans: file.bytes.len(), text: file.bytes.len().saturating_mul(NESTED) };
    let tables: Vec<Vec<Vec<String>>> = page.select(&selector).map(|table| rows(table, &mut spare)).collect();
    if spare.text == 0 {
        let reason = format!("its tables stand more than {NESTED} deep inside each other");
        return Err(LoadError::TooLarge { spot: Spot::of(&file.path), reason });
    }
    let largest = tables.iter().max_by_key(|rows| rows.len()).filter(|rows| rows.len() >= FEWEST_ROWS);
    let Some(header) = largest.and_then(|rows| rows.first()).cloned() else { return Err(file.refuse(expected)) };
    let alike = tables.into_iter().filter(|rows| rows.first() == Some(&header));
    let below = alike.flat_map(|rows| rows.into_iter().skip(1));
    let rows = (1..).zip(std::iter::once(header.clone()).chain(below));
    Ok(Grid { rows: rows.map(|(number, cells)| Row { number, cells }).collect(), part: None })
}

/// How much a page may grow by as it is read.
struct Spare {
    /// What spans put in.
    spans: usize,
    /// What is read of cells, those of tables inside them again.
    text: usize,
}

/// The table's own rows, not those of tables inside it. A cell that spans rows stands in each of them, one that spans
/// columns in the first of them. All is paid from `spare`: a page grows to a few times its size at most.
fn rows(table: ElementRef<'_>, spare: &mut Spare) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut hanging = Hanging::default();
    // The parser puts every row into a body.
    for row in parts(table).flat_map(parts).filter(|part| part.value().name() == "tr") {
        let mut cells = Vec::new();
        for cell in parts(row).filter(|cell| matches!(cell.value().name(), "td" | "th")) {
            hanging.fill(&mut cells, &mut spare.spans);
            let (down, across, text) = (span(cell, "rowspan"), span(cell, "colspan"), text(cell, &mut spare.text));
            hanging.hang(cells.len(), down, &text);
            cells.push(text);
            for _ in 1..across.min(COLUMN_LIMIT.saturating_sub(cells.len())).min(spare.spans) {
                hanging.hang(cells.len(), down, "");
                cells.push(String::new());
                spare.spans -= 1;
            }
        }
        hanging.fill(&mut cells, &mut spare.spans);
        rows.push(cells);
    }
    rows
}

/// By column, what hangs down from a row above, and into how many more.
#[derive(Default)]
struct Hanging(HashMap<usize, (usize, String)>);

impl Hanging {
    fn hang(&mut self, column: usize, rows: usize, text: &str) {
        if rows > 1 {
            self.0.insert(column, (rows - 1, text.to_owned()));
        }
    }

    /// Puts in what hangs where the row has come to.
    fn fill(&mut self, cells: &mut Vec<String>, spare: &mut usize) {
        while let Some((left, text)) = self.0.remove(&cells.len()) {
            let Some(rest) = spare.checked_sub(text.len() + 1) else { return };
            *spare = rest;
            if left > 1 {
                self.0.insert(cells.len(), (left - 1, text.clone()));
            }
            cells.push(text);
        }
    }
}

/// The elements directly inside.
fn parts(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    element.children().filter_map(ElementRef::wrap)
}

fn span(cell: ElementRef<'_>, name: &str) -> usize {
    cell.attr(name).and_then(|span| span.trim().parse().ok()).map_or(1, |span: usize| span.clamp(1, COLUMN_LIMIT))
}

/// The text of a cell, its lines as the page breaks them.
fn text(cell: ElementRef<'_>, spare: &mut usize) -> String {
    const BREAKS: &[&str] = &["br", "p", "div", "li", "tr"];
    let mut text = String::new();
    for node in cell.descendants() {
        let cost = 1 + if let Node::Text(part) = node.value() { part.len() } else { 0 };
        *spare = spare.saturating_sub(cost);
        match node.value() {
            _ if *spare == 0 => break,
            Node::Text(part) => {
                text.push_str(&part.replace(['\u{a0}', '\n', '\r'], " "));
                text.push(' ');
            }
            Node::Element(element) if BREAKS.contains(&element.name()) => text.push('\n'),
            _ => {}
        }
    }
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
