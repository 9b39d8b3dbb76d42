//! Spans that stand on one line.

use super::span::{Span, WORD_GAP};

/// Spans whose lines are this share of their size apart are one row: where characters were recognised, a word stands as
/// low as its lowest letter.
const SAME_ROW: f64 = 0.45;
/// Exponents are this much smaller than what they stand at, and this much off its line at most.
const EXPONENT: f64 = 0.85;
const EXPONENT_RISE: f64 = 0.6;
/// How near they stand to it.
const EXPONENT_GAP: f64 = 0.3;

/// What stands on one line, from left to right.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) base: f64,
    pub(super) size: f64,
    pub(super) spans: Vec<Span>,
}

impl Row {
    fn of(span: Span) -> Self {
        Self { base: span.base, size: span.size, spans: vec![span] }
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut before: Option<&Span> = None;
        for span in &self.spans {
            let is_apart = before.is_some_and(|before| {
                let gap = span.from - before.to;
                before.blank_after || span.blank_before || gap > WORD_GAP * span.size.max(before.size)
            });
            if is_apart {
                text.push(' ');
            }
            text.push_str(&span.text);
            before = Some(span);
        }
        text
    }

    /// Whether a small span stands at one of this row's, as the `st` of 21st does.
    fn bears(&self, small: &Row) -> bool {
        let Some(first) = small.spans.first() else { return false };
        let is_small = small.size < EXPONENT * self.size && (small.base - self.base).abs() < EXPONENT_RISE * self.size;
        is_small && self.spans.iter().any(|span| (first.from - span.to).abs() < EXPONENT_GAP * self.size)
    }
}

/// Rows from the top of the page to its bottom.
pub(super) fn rows(mut spans: Vec<Span>) -> Vec<Row> {
    spans.sort_by(|a, b| a.base.total_cmp(&b.base));
    let mut rows: Vec<Row> = Vec::new();
    for span in spans {
        match rows.last_mut() {
            Some(row) if span.base - row.base <= SAME_ROW * span.size.min(row.size) => {
                row.size = row.size.max(span.size);
                row.spans.push(span);
            }
            _ => rows.push(Row::of(span)),
        }
    }
    let mut rows = with_exponents(rows);
    for row in &mut rows {
        row.spans.sort_by(|a, b| a.from.total_cmp(&b.from));
    }
    rows
}

fn with_exponents(rows: Vec<Row>) -> Vec<Row> {
    let mut kept: Vec<Row> = Vec::new();
    let mut waiting: Option<Row> = None;
    for mut row in rows {
        if let Some(small) = waiting.take() {
            match row.bears(&small) {
                true => row.spans.extend(small.spans),
                false => kept.push(small),
            }
        }
        match kept.last_mut() {
            Some(above) if above.bears(&row) => above.spans.extend(row.spans),
            _ => waiting = Some(row),
        }
    }
    kept.extend(waiting);
    kept
}
