//! A text cut into chunks by tokens, at paragraphs and sentences where there are any.
//!
//! The text is tokenised once. Its pre-tokens (words with the blank before them, numbers, runs of
//! marks) never merge with their neighbours, so the tokens of any run of them are a difference of
//! prefix sums, and every cut falls between two.

mod count;
mod units;

use std::ops::Range;

pub use count::count_tokens;
use units::{Cut, Units};

/// Cuts texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunker {
    /// Most tokens of a chunk, counted with `cl100k_base`.
    pub max_tokens: usize,
    /// Tokens that a chunk repeats from the one before.
    pub overlap_tokens: usize,
}

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk<'a> {
    /// The text, without blanks around it.
    pub text: &'a str,
    /// Its tokens, before the blanks were taken off.
    pub tokens: usize,
}

/// How much text is cut at a time.
const WINDOW: usize = 8 << 20;

/// Names the rules by which texts are cut; other rules, other chunks. Windows came without another name: only texts longer
/// than one are cut otherwise than before, and the others' vectors are paid for.
pub const CHUNKER_VERSION: &str = "tokens-1";

impl Chunker {
    /// Cuts a text of any length and any script. The chunks cover all of it but blanks.
    pub fn chunks<'a>(&self, text: &'a str) -> Vec<Chunk<'a>> {
        self.places(text).into_iter().map(|(place, tokens)| Chunk { text: &text[place], tokens }).collect()
    }

    /// Where the chunks stand, and their tokens.
    pub(crate) fn places(&self, text: &str) -> Vec<(Range<usize>, usize)> {
        self.places_by(text, WINDOW)
    }

    fn places_by(&self, text: &str, long: usize) -> Vec<(Range<usize>, usize)> {
        windows(text, long).into_iter().flat_map(|window| self.places_in(text, window)).collect()
    }

    /// Of a part of the text.
    fn places_in(&self, text: &str, window: Range<usize>) -> Vec<(Range<usize>, usize)> {
        let part = &text[window.clone()];
        let units = Units::of(part, self.max_tokens);
        let mut places = Vec::new();
        let mut first = 0;
        while first < units.len() {
            let mut last = self.last_unit(&units, first);
            while last > first && self.outgrows(&units, part, first, last) {
                last -= 1;
            }
            let place = trimmed(part, units.start(first)..units.end(last));
            if !place.is_empty() {
                places.push((window.start + place.start..window.start + place.end, units.tokens(first, last)));
            }
            if last + 1 == units.len() {
                break;
            }
            first = self.next_start(&units, first, last);
        }
        places
    }

    /// Without the blank before it the first word may need some tokens more: a nearly full chunk is
    /// counted again.
    fn outgrows(&self, units: &Units, text: &str, first: usize, last: usize) -> bool {
        const MOST_GROWTH: usize = 12;
        units.tokens(first, last) + MOST_GROWTH > self.max_tokens
            && count_tokens(text[units.start(first)..units.end(last)].trim()) > self.max_tokens
    }

    /// The last unit of the chunk that begins with `first`: the best cut in the last two fifths of a
    /// full chunk, and of equal cuts the last.
    fn last_unit(&self, units: &Units, first: usize) -> usize {
        let full = units.last_within(first, self.max_tokens);
        if full + 1 == units.len() {
            return full;
        }
        let enough = self.max_tokens * 3 / 5;
        let candidates = (first..=full).filter(|last| *last == full || units.tokens(first, *last) >= enough);
        candidates.max_by_key(|last| units.cuts[*last]).unwrap_or(full)
    }

    /// Where the next chunk begins: within the overlap, at a sentence where there is one, and always
    /// further on.
    fn next_start(&self, units: &Units, first: usize, last: usize) -> usize {
        let start =
            (first + 1..=last).find(|start| units.tokens(*start, last) <= self.overlap_tokens).unwrap_or(last + 1);
        (start..=last).find(|start| units.cuts[start - 1] >= Cut::Sentence).unwrap_or(start)
    }
}

/// Parts of a text, each about so long: a chunk stands in one of them, so that a text of any length takes the memory of a
/// part. They end behind a paragraph, where there is one in their last eighth, else behind a blank.
fn windows(text: &str, long: usize) -> Vec<Range<usize>> {
    let mut windows = Vec::new();
    let mut start = 0;
    while text.len() - start > long {
        let most = text.floor_char_boundary(start + long);
        let late = text.ceil_char_boundary(most - long / 8);
        let tail = &text[late..most];
        let behind = |mark: &str| tail.rfind(mark).map(|at| late + at + mark.len());
        let end = behind("\n\n").or_else(|| behind("\n")).or_else(|| behind(" ")).unwrap_or(most);
        windows.push(start..end);
        start = end;
    }
    windows.push(start..text.len());
    windows
}

/// The place without blanks around it.
fn trimmed(text: &str, place: Range<usize>) -> Range<usize> {
    let from = place.end - text[place.clone()].trim_start().len();
    from..from + text[from..place.end].trim_end().len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SMALL: Chunker = Chunker { max_tokens: 40, overlap_tokens: 8 };

    fn without_blanks(text: &str) -> String {
        text.split_whitespace().collect()
    }

    #[test]
    fn cuts_at_paragraphs_where_there_are_any() {
        let paragraph = "One sentence of some words stands here. Another one follows it at once. A third ends it.";
        let text = [paragraph; 6].join("\n\n");
        let chunks = SMALL.chunks(&text);
        assert!(chunks.len() > 3);
        assert!(chunks.iter().all(|chunk| chunk.text.ends_with('.')), "{chunks:?}");
    }

    #[test]
    fn text_without_blanks_is_cut_too() {
        let text = "QmFzZTY0".repeat(4000);
        let chunks = Chunker { max_tokens: 100, overlap_tokens: 0 }.chunks(&text);
        assert!(chunks.iter().all(|chunk| count_tokens(chunk.text) <= 100));
        assert_eq!(chunks.iter().map(|chunk| chunk.text).collect::<String>(), text);
    }

    #[test]
    fn a_long_text_is_cut_in_windows_that_end_behind_a_paragraph_or_a_blank() {
        let text = "Some words of a long text é.\n\n".repeat(40);
        let windows = windows(&text, 300);
        assert!(windows.len() > 3 && windows.iter().all(|window| window.len() <= 300));
        assert!(windows.iter().all(|window| text[window.clone()].ends_with("\n\n")), "{windows:?}");
        assert!(super::windows(&"é".repeat(400), 101).iter().all(|window| window.len() <= 101));
    }

    proptest! {
        #[test]
        fn windows_cover_a_text_in_order(text in "(\\PC{0,12}|[a-z]{1,9} |\n\n|日本語|😀){0,60}", long in 16usize..80) {
            let windows = windows(&text, long);
            prop_assert_eq!(windows.iter().map(|window| &text[window.clone()]).collect::<String>(), text.clone());
            prop_assert!(windows.iter().all(|window| window.len() <= long));
            let plain = Chunker { overlap_tokens: 0, ..SMALL };
            let joined: String = plain.places_by(&text, long).into_iter().map(|(place, _)| &text[place]).collect();
            prop_assert_eq!(without_blanks(&joined), without_blanks(&text));
        }

        #[test]
        fn nothing_is_lost_and_nothing_is_too_long(text in "(\\PC{0,12}|[a-z]{1,9}[.!]?| |\n|\n\n|日本語|é|😀){0,120}") {
            let plain = Chunker { overlap_tokens: 0, ..SMALL };
            let joined: String = plain.chunks(&text).iter().map(|chunk| chunk.text).collect();
            prop_assert_eq!(without_blanks(&joined), without_blanks(&text));
            for chunk in SMALL.chunks(&text) {
                prop_assert!(count_tokens(chunk.text) <= SMALL.max_tokens, "{} tokens", count_tokens(chunk.text));
            }
        }
    }
}
