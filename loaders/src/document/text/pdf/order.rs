//! The order a page is read in: columns one after the other, what spans them in between.

use super::row::{Row, rows};
use super::span::Span;

/// The space between two columns is at least so wide, as a share of the letters' size.
const GUTTER: f64 = 1.0;
/// Fewer lines are no column.
const LEAST_LINES: usize = 3;
/// A column's lines have as many letters and words on average; those of a table's numbers and labels have fewer.
const LEAST_LETTERS: f64 = 12.0;
const LEAST_WORDS: f64 = 2.0;
/// Columns within columns end here.
const DEEPEST: usize = 4;
/// Columns are looked for over as many rows.
const MOST_ROWS: usize = 300;
/// More of them beside one another are a drawing.
const MOST_COLUMNS: usize = 16;

/// A line as it is read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) base: f64,
    pub(super) size: f64,
    /// Whether it begins a column, or what follows columns.
    pub(super) begins: bool,
}

/// Lines in the order they are read.
pub(super) fn read(spans: Vec<Span>) -> Vec<Line> {
    let mut lines = Vec::new();
    read_into(spans, 0, &mut lines);
    lines
}

fn read_into(spans: Vec<Span>, depth: usize, lines: &mut Vec<Line>) {
    let rows = rows(spans);
    let mut begins = true;
    let mut at = 0;
    while at < rows.len() {
        let columns = if depth < DEEPEST { columns(&rows[at..]) } else { None };
        let Some((height, columns)) = columns else {
            let row = &rows[at];
            lines.push(Line { text: row.text(), base: row.base, size: row.size, begins });
            (begins, at) = (false, at + 1);
            continue;
        };
        for column in &columns {
            let of_column = |span: &&Span| column.holds(span);
            let spans = rows[at..at + height].iter().flat_map(|row| row.spans.iter().filter(of_column)).cloned();
            read_into(spans.collect(), depth + 1, lines);
        }
        (begins, at) = (true, at + height);
    }
}

/// What lies between two gutters.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Column {
    from: f64,
    to: f64,
}

impl Column {
    fn holds(&self, span: &Span) -> bool {
        (self.from..=self.to).contains(&((span.from + span.to) / 2.0))
    }

    fn with(self, other: Self) -> Self {
        Self { from: self.from.min(other.from), to: self.to.max(other.to) }
    }
}

/// The columns that begin with the first row, and through how many rows they go.
fn columns(rows: &[Row]) -> Option<(usize, Vec<Column>)> {
    let mut columns: Vec<Column> = Vec::new();
    let mut height = 0;
    for row in rows.iter().take(MOST_ROWS) {
        let wider = row.spans.iter().fold(columns.clone(), widened);
        if wider.len() < columns.len() || wider.len() > MOST_COLUMNS {
            break;
        }
        (columns, height) = (wider, height + 1);
    }
    let columns = of_prose(&rows[..height], columns);
    (columns.len() > 1).then_some((height, columns))
}

/// The columns with one more span: it lies in one of them, makes a new one, or closes the gutters it crosses.
fn widened(columns: Vec<Column>, span: &Span) -> Vec<Column> {
    let gutter = GUTTER * span.size;
    let mut one = Column { from: span.from, to: span.to };
    let mut others: Vec<Column> = Vec::with_capacity(columns.len() + 1);
    for column in columns {
        match column.to + gutter <= span.from || span.to + gutter <= column.from {
            true => others.push(column),
            false => one = one.with(column),
        }
    }
    let place = others.partition_point(|column| column.from < one.from);
    others.insert(place, one);
    others
}

/// Columns that are no prose beside another belong to their nearest neighbour: numbers of a list, cells of a table.
fn of_prose(rows: &[Row], mut columns: Vec<Column>) -> Vec<Column> {
    while columns.len() > 1 {
        let lines: Vec<Vec<String>> = columns.iter().map(|column| lines_of(rows, column)).collect();
        let Some(at) = (0..columns.len()).position(|at| !is_prose(&lines[at]) || !is_beside(&lines, at)) else { break };
        let left = at.checked_sub(1).map_or(f64::INFINITY, |left| columns[at].from - columns[left].to);
        let right = columns.get(at + 1).map_or(f64::INFINITY, |right| right.from - columns[at].to);
        let first = if left <= right { at - 1 } else { at };
        let second = columns.remove(first + 1);
        columns[first] = columns[first].with(second);
    }
    columns
}

/// What a column has in each row; nothing in some.
fn lines_of(rows: &[Row], column: &Column) -> Vec<String> {
    let text = |row: &Row| {
        let spans = row.spans.iter().filter(|span| column.holds(span));
        spans.map(|span| span.text.as_str()).collect::<Vec<_>>().join(" ")
    };
    rows.iter().map(text).collect()
}

fn is_prose(lines: &[String]) -> bool {
    let lines: Vec<&String> = lines.iter().filter(|line| !line.is_empty()).collect();
    let letters = lines.iter().flat_map(|line| line.chars()).filter(|c| c.is_alphabetic()).count();
    let words = lines.iter().map(|line| line.split(' ').count()).sum::<usize>();
    let per_line = |count: usize| count as f64 / lines.len() as f64;
    lines.len() >= LEAST_LINES && per_line(letters) >= LEAST_LETTERS && per_line(words) >= LEAST_WORDS
}

/// Whether enough lines of a column stand where a neighbour has lines as well, and not above it or below.
fn is_beside(columns: &[Vec<String>], at: usize) -> bool {
    let filled = |lines: &[String]| {
        let first = lines.iter().position(|line| !line.is_empty())?;
        Some(first..=lines.iter().rposition(|line| !line.is_empty())?)
    };
    let neighbours = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|at| columns.get(at));
    neighbours
        .filter_map(|lines| filled(lines))
        .any(|range| columns[at][range].iter().filter(|line| !line.is_empty()).count() >= LEAST_LINES)
}
