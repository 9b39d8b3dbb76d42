//! Letters that follow one another on a line, as words.

use super::glyph::{Glyph, Turn};

/// A gap of this share of the letters' size parts two words.
pub(super) const WORD_GAP: f64 = 0.1;
/// A gap of this share parts two spans, which columns may lie between.
const SPAN_GAP: f64 = 1.0;
/// A letter that stands this much higher or lower is on a line of its own, were it an exponent's.
const SAME_LINE: f64 = 0.1;
/// Letters may overlap the one before by as much.
const OVERLAP: f64 = 0.4;
/// Headings are set with space between the letters, of this share of their size at most.
const MOST_TRACKING: f64 = 0.6;
/// With fewer letters nothing can be said of the space between them.
const LEAST_TRACKED: usize = 4;

/// A piece of a line without a wide gap.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) base: f64,
    pub(super) size: f64,
    pub(super) turn: Turn,
    /// Whether a blank was drawn before and after it.
    pub(super) blank_before: bool,
    pub(super) blank_after: bool,
}

/// The spans of a page, in the order they were drawn.
pub(super) fn spans(glyphs: &[Glyph]) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut begin = 0;
    let mut last: Option<&Glyph> = None;
    for (at, glyph) in glyphs.iter().enumerate() {
        if last.is_some_and(|last| !goes_on(last, glyph)) {
            spans.extend(span(&glyphs[begin..at]));
            (begin, last) = (at, None);
        }
        // Blanks do not fill a gap.
        if !glyph.is_blank() || last.is_none() {
            last = Some(glyph);
        }
    }
    spans.extend(span(&glyphs[begin..]));
    spans
}

fn goes_on(last: &Glyph, next: &Glyph) -> bool {
    let size = last.size.max(next.size);
    let gap = next.from - last.to;
    let is_level = last.turn == next.turn && (next.base - last.base).abs() <= SAME_LINE * size;
    is_level && gap <= SPAN_GAP * size && gap >= -OVERLAP * size
}

fn span(glyphs: &[Glyph]) -> Option<Span> {
    let first = glyphs.iter().position(|glyph| !glyph.is_blank())?;
    let last = glyphs.iter().rposition(|glyph| !glyph.is_blank())?;
    let letters = &glyphs[first..=last];
    let size = letters.iter().map(|glyph| glyph.size).fold(0.0, f64::max);
    let tracking = tracking(letters);
    let mut text = String::new();
    let mut before: Option<&Glyph> = None;
    let mut is_blank_between = false;
    for glyph in letters {
        if glyph.is_blank() {
            is_blank_between = true;
            continue;
        }
        let is_apart = before.is_some_and(|before| glyph.from - before.to > tracking + WORD_GAP * size);
        if is_apart || is_blank_between {
            text.push(' ');
        }
        text.push_str(&glyph.text);
        (before, is_blank_between) = (Some(glyph), false);
    }
    let (begin, end) = (&letters[0], &letters[letters.len() - 1]);
    Some(Span {
        text,
        from: begin.from,
        to: letters.iter().map(|glyph| glyph.to).fold(end.to, f64::max),
        base: begin.base,
        size,
        turn: begin.turn,
        blank_before: first > 0,
        blank_after: last + 1 < glyphs.len(),
    })
}

/// The usual space between two letters that no blank parts, in points.
fn tracking(letters: &[Glyph]) -> f64 {
    let mut gaps: Vec<f64> = letters
        .windows(2)
        .filter(|pair| pair.iter().all(|glyph| glyph.text.chars().all(char::is_alphabetic)))
        .map(|pair| (pair[1].from - pair[0].to).max(0.0) / pair[0].size.max(pair[1].size))
        .collect();
    if gaps.len() < LEAST_TRACKED {
        return 0.0;
    }
    gaps.sort_by(f64::total_cmp);
    match gaps[gaps.len() / 2] {
        median if median <= MOST_TRACKING => median * letters[0].size,
        _ => 0.0,
    }
}
