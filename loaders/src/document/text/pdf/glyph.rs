//! The letters of a page and where they stand, as the page is looked at: x to the right, y downwards, in points.

use std::collections::HashMap;

use hayro_interpret::font::{Glyph as FontGlyph, GlyphRun, PositionedGlyph};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Vec2};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask};

/// A page of more letters is a picture drawn with letters.
const MOST_GLYPHS: usize = 200_000;
/// Bold is often made by printing letters twice, a hair apart: this share of their size at most.
const HAIR: f64 = 0.12;
/// The letter space of PDF: a thousand to the em.
const UNITS_PER_EM: f64 = 1_000.0;
/// Letters and digits are this share of what has been guessed rightly.
const SPELT: f64 = 0.6;
/// How wide a letter is whose font does not say.
const USUAL_WIDTH: f64 = 0.5;

/// A letter, or the few that a ligature is read as.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Glyph {
    pub(super) text: String,
    /// Where it begins and ends on its line.
    pub(super) from: f64,
    pub(super) to: f64,
    /// The line it stands on.
    pub(super) base: f64,
    pub(super) size: f64,
    /// Which way its line runs.
    pub(super) turn: Turn,
    /// Whether its font does not say which letter it is, and its code was taken for one.
    is_guess: bool,
}

impl Glyph {
    pub(super) fn is_blank(&self) -> bool {
        self.text.chars().all(char::is_whitespace)
    }
}

/// The direction a line of text runs in, in degrees: 0 is to the right, 90 downwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Turn(i16);

impl Turn {
    fn of(direction: Vec2) -> Self {
        Self(direction.atan2().to_degrees().round() as i16)
    }
}

/// Gathers the letters that a page draws, once each.
#[derive(Debug)]
pub(super) struct Glyphs {
    /// What can be seen of the page: printers' marks lie beside it.
    sheet: Rect,
    drawn: Vec<Glyph>,
    /// Letters already drawn near a place, to know those that are printed over themselves.
    near: HashMap<(i64, i64), Vec<usize>>,
}

impl Glyphs {
    pub(super) fn on(sheet: Rect) -> Self {
        Self { sheet, drawn: Vec::new(), near: HashMap::new() }
    }

    /// The letters in the order they were drawn. Guesses that spell no words were none.
    pub(super) fn into_drawn(mut self) -> Vec<Glyph> {
        let guesses = self.drawn.iter().filter(|glyph| glyph.is_guess);
        let (all, letters) = guesses.fold((0, 0), |(all, letters), glyph| {
            (all + 1, letters + usize::from(glyph.text.chars().all(char::is_alphanumeric)))
        });
        if (letters as f64) < SPELT * f64::from(all) {
            self.drawn.retain(|glyph| !glyph.is_guess);
        }
        self.drawn
    }

    fn draw(&mut self, glyph: &PositionedGlyph<'_>, page: Affine, stretch: f64) {
        let Some((text, is_guess)) = read(glyph) else { return };
        let (along, upward) = em(page * glyph.transform());
        let width = width(glyph).map_or(USUAL_WIDTH, |width| f64::from(width) / UNITS_PER_EM);
        // The page turned so that the line runs to the right: along the line, and across it.
        let unit = along / along.hypot();
        let origin = page * glyph.transform() * Point::ZERO;
        let (from, base) = (origin.to_vec2().dot(unit), origin.to_vec2().dot(Vec2::new(-unit.y, unit.x)));
        let to = from + upward.hypot() * stretch * width;
        let glyph = Glyph { text, from, to, base, size: upward.hypot(), turn: Turn::of(unit), is_guess };
        let is_sound = glyph.from.is_finite() && glyph.to.is_finite() && glyph.size > 0.0;
        if is_sound && self.sheet.contains(origin) && self.drawn.len() < MOST_GLYPHS && !self.is_drawn(&glyph) {
            self.near.entry(place(&glyph)).or_default().push(self.drawn.len());
            self.drawn.push(glyph);
        }
    }

    fn is_drawn(&self, glyph: &Glyph) -> bool {
        let (x, y) = place(glyph);
        let hair = HAIR * glyph.size;
        let around = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x.saturating_add(dx), y.saturating_add(dy))));
        let mut there = around.filter_map(|place| self.near.get(&place)).flatten();
        there.any(|at| {
            let other = &self.drawn[*at];
            let is_near = (other.from - glyph.from).abs() < hair && (other.base - glyph.base).abs() < hair;
            is_near && other.turn == glyph.turn && other.text == glyph.text
        })
    }
}

/// An em along the line and one upwards.
fn em(transform: Affine) -> (Vec2, Vec2) {
    let origin = transform * Point::ZERO;
    (transform * Point::new(UNITS_PER_EM, 0.0) - origin, transform * Point::new(0.0, UNITS_PER_EM) - origin)
}

/// How much wider than high the letters of a run are set. A font that is not in the file is drawn with another one,
/// each letter stretched to the width it should have, which says nothing of the run.
fn stretch(glyphs: &[PositionedGlyph<'_>], page: Affine) -> f64 {
    const SAME: f64 = 0.001;
    let stretched = |glyph: &PositionedGlyph<'_>| {
        let (along, upward) = em(page * glyph.transform());
        along.hypot() / upward.hypot()
    };
    let Some(first) = glyphs.first() else { return 1.0 };
    let is_even = glyphs.iter().all(|glyph| (stretched(glyph) - stretched(first)).abs() < SAME);
    let is_telling = glyphs.iter().any(|glyph| glyph.char_code() != first.char_code());
    if is_even && is_telling { stretched(first) } else { 1.0 }
}

/// Squares of some points, in which letters are looked up.
fn place(glyph: &Glyph) -> (i64, i64) {
    const SQUARE: f64 = 4.0;
    ((glyph.from / SQUARE).floor() as i64, (glyph.base / SQUARE).floor() as i64)
}

/// The letter, and whether it is guessed. Old bitmap fonts name their letters by numbers, which are those of ASCII.
fn read(glyph: &PositionedGlyph<'_>) -> Option<(String, bool)> {
    match (glyph.as_unicode(), &**glyph) {
        (Some(BfString::Char('\0')), _) => None,
        (Some(BfString::Char(c)), _) => Some((c.to_string(), false)),
        (Some(BfString::String(text)), _) => Some((text, false)),
        (None, FontGlyph::Type3(glyph)) => {
            let code = u8::try_from(glyph.char_code()).ok().filter(u8::is_ascii_graphic)?;
            Some((char::from(code).to_string(), true))
        }
        (None, FontGlyph::Outline(_)) => None,
    }
}

fn width(glyph: &PositionedGlyph<'_>) -> Option<f32> {
    match &**glyph {
        FontGlyph::Outline(glyph) => glyph.advance_width(),
        FontGlyph::Type3(glyph) => glyph.advance_width(),
    }
}

impl<'a> Device<'a> for Glyphs {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        let stretch = stretch(run.glyphs(), props.transform);
        run.glyphs().iter().for_each(|glyph| self.draw(glyph, props.transform, stretch));
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
