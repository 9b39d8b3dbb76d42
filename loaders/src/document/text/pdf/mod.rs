//! PDF, page by page: the letters a page draws, put into lines, and the lines into the order they are read in.

mod glyph;
mod order;
mod row;
mod span;

use std::collections::BTreeMap;

use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::kurbo::{Affine, Rect};
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};

use super::{Extracted, clean_pages};
use glyph::{Glyph, Glyphs, Turn};
use order::Line;
use span::Span;

/// A document of more pages is not a plan that anybody reads.
const MOST_PAGES: usize = 3_000;
/// Lines this many times as far apart as is usual are two paragraphs.
const PARAGRAPH: f64 = 1.3;
/// Letters this many times as large begin something new.
const LARGER: f64 = 1.15;

pub(super) fn extract(bytes: &[u8]) -> Result<Extracted, String> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => "it is locked with a password".to_owned(),
        LoadPdfError::Decryption(_) => "it is locked in a way that cannot be read".to_owned(),
        LoadPdfError::Invalid => "it is damaged".to_owned(),
    })?;
    // A reader that mends what it can would give half of a file as the whole.
    if last(bytes, b"startxref") < last(bytes, b"endobj") {
        return Err("it is damaged: its end is missing; fetch it again".to_owned());
    }
    let pages = pdf.pages();
    if pages.is_empty() {
        return Err("it is damaged: it has no page".to_owned());
    }
    if pages.len() > MOST_PAGES {
        return Err(format!("it has {} pages, and {MOST_PAGES} are the most that are read", pages.len()));
    }
    let cache = InterpreterCache::new();
    let pages: Vec<String> = pages.iter().map(|page| text(&glyphs(page, &pdf, &cache))).collect();
    Ok(Extracted { kind: "pdf".to_owned(), title: None, text: clean_pages(&pages) })
}

/// Where these letters are found last.
fn last(bytes: &[u8], letters: &[u8]) -> Option<usize> {
    bytes.windows(letters.len()).rposition(|window| window == letters)
}

/// The letters of a page, those printed beside it left out.
fn glyphs<'a>(page: &Page<'a>, pdf: &'a Pdf, cache: &InterpreterCache<'a>) -> Vec<Glyph> {
    let (width, height) = page.render_dimensions();
    let sheet = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let upright = page.initial_transform(true).as_coeffs();
    let mut context = Context::new(Affine::new(upright), sheet, cache, pdf.xref(), InterpreterSettings::default());
    let mut glyphs = Glyphs::on(sheet);
    interpret_page(page, &mut context, &mut glyphs);
    glyphs.into_drawn()
}

/// The text of a page: what runs in its main direction first.
fn text(glyphs: &[Glyph]) -> String {
    let mut turns: BTreeMap<Turn, Vec<Span>> = BTreeMap::new();
    for span in span::spans(glyphs) {
        turns.entry(span.turn).or_default().push(span);
    }
    let mut turns: Vec<Vec<Span>> = turns.into_values().collect();
    turns.sort_by_key(|spans| std::cmp::Reverse(spans.iter().map(|span| span.text.len()).sum::<usize>()));
    let mut text = String::new();
    turns.into_iter().for_each(|spans| set(&order::read(spans), &mut text));
    text
}

/// Lines below one another, an empty one between paragraphs.
fn set(lines: &[Line], text: &mut String) {
    let mut steps: Vec<f64> =
        lines.windows(2).map(|pair| pair[1].base - pair[0].base).filter(|step| *step > 0.0).collect();
    steps.sort_by(f64::total_cmp);
    let usual = steps.get(steps.len() / 2).copied().unwrap_or(f64::INFINITY);
    for (at, line) in lines.iter().enumerate() {
        let is_new = line.begins
            || at.checked_sub(1).is_some_and(|before| {
                let before = &lines[before];
                let larger = (line.size / before.size).max(before.size / line.size);
                line.base - before.base > PARAGRAPH * usual || larger > LARGER
            });
        if is_new && !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line.text);
        text.push('\n');
    }
}
