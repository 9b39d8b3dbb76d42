//! What a text is made of that is not cut.

use super::count::{count_tokens, each_piece};

/// How good a place to cut is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cut {
    Word,
    Line,
    Sentence,
    Paragraph,
}

/// The units of a text that are not cut: pre-tokens, and parts of those longer than half a chunk. There are some six
/// million in a text of 30 MB; a text of PostgreSQL has less than 1 GiB, so 32 bits hold its bytes and its tokens.
pub(super) struct Units {
    /// Where each unit ends, in bytes.
    ends: Vec<u32>,
    /// Tokens before each unit, and at last of all of them.
    before: Vec<u32>,
    /// How good it is to cut behind each.
    pub cuts: Vec<Cut>,
}

impl Units {
    pub fn of(text: &str, max_tokens: usize) -> Self {
        /// Bytes of a pre-token, fewer than they mostly have.
        const BYTES: usize = 4;
        let room = text.len() / BYTES + 1;
        let mut before = Vec::with_capacity(room + 1);
        before.push(0);
        let mut units = Self { ends: Vec::with_capacity(room), before, cuts: Vec::with_capacity(room) };
        let mut end = 0;
        each_piece(text, |piece, tokens| {
            if tokens <= max_tokens / 2 {
                end += piece.len();
                units.push(end, tokens, cut_behind(piece, &text[end..]));
            } else {
                for part in parts_of(piece, max_tokens / 2) {
                    end += part.len();
                    units.push(end, count_tokens(part), Cut::Word);
                }
            }
        });
        units
    }

    fn push(&mut self, end: usize, tokens: usize, cut: Cut) {
        self.ends.push(narrow(end));
        self.before.push(self.before.last().copied().unwrap_or(0) + narrow(tokens));
        self.cuts.push(cut);
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn start(&self, unit: usize) -> usize {
        if unit == 0 { 0 } else { self.end(unit - 1) }
    }

    pub fn end(&self, unit: usize) -> usize {
        self.ends[unit] as usize
    }

    pub fn tokens(&self, first: usize, last: usize) -> usize {
        (self.before[last + 1] - self.before[first]) as usize
    }

    /// The last unit so that those from `first` on have no more tokens; `first` itself, however many it has.
    pub fn last_within(&self, first: usize, tokens: usize) -> usize {
        let most = self.before[first].saturating_add(narrow(tokens));
        (first + self.before[first + 1..].partition_point(|sum| *sum <= most)).saturating_sub(1).max(first)
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn cut_behind(piece: &str, rest: &str) -> Cut {
    let goes_on = || rest.chars().next().is_some_and(|next| !next.is_whitespace());
    match piece.bytes().filter(|byte| *byte == b'\n').count() {
        0 if piece.ends_with(['.', '!', '?', '。']) && !goes_on() => Cut::Sentence,
        0 => Cut::Word,
        1 => Cut::Line,
        _ => Cut::Paragraph,
    }
}

/// A pre-token without a blank in it, such as base64 or Thai, cut at tokens that end a character.
fn parts_of(piece: &str, max_tokens: usize) -> Vec<&str> {
    let tokenizer = bpe_openai::cl100k_base();
    let mut parts = Vec::new();
    let (mut start, mut end, mut count) = (0, 0, 0);
    for id in tokenizer.bpe.encode_via_backtracking(piece.as_bytes()) {
        end += tokenizer.bpe.token_len(id);
        count += 1;
        // Apart, two halves can need a token more than together: hence half of the limit.
        if count >= (max_tokens / 2).max(1) && piece.is_char_boundary(end) {
            parts.push(&piece[start..end]);
            (start, count) = (end, 0);
        }
    }
    parts.push(&piece[start..]);
    parts
}
