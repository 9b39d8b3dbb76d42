//! Tokens of a text, counted with `cl100k_base`. Texts repeat their words: what a pre-token counts is kept per thread.

use std::cell::RefCell;
use std::collections::HashMap;

/// Longer pre-tokens are no words.
const LONGEST: usize = 24;
/// Pre-tokens that are kept: a few MB.
const MOST: usize = 1 << 16;

/// Tokens of a text.
pub fn count_tokens(text: &str) -> usize {
    let mut all = 0;
    each_piece(text, |_, tokens| all += tokens);
    all
}

/// Every pre-token of a text with its tokens. The tokens of a text are the sum of theirs.
pub(super) fn each_piece<'a>(text: &'a str, mut each: impl FnMut(&'a str, usize)) {
    thread_local! {
        static KNOWN: RefCell<HashMap<Box<str>, u8>> = RefCell::default();
    }
    let tokenizer = bpe_openai::cl100k_base();
    let mut known = KNOWN.take();
    for piece in tokenizer.split(text) {
        let tokens = match known.get(piece) {
            Some(tokens) => usize::from(*tokens),
            None => {
                let tokens = tokenizer.bpe.count(piece.as_bytes());
                let is_kept = piece.len() <= LONGEST && known.len() < MOST;
                if let (true, Ok(few)) = (is_kept, u8::try_from(tokens)) {
                    known.insert(piece.into(), few);
                }
                tokens
            }
        };
        each(piece, tokens);
    }
    // What is full of one text's words is begun anew with the next.
    if known.len() < MOST {
        KNOWN.set(known);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_kept_counts_as_the_tokenizer_does(text in "(\\PC{0,12}|[a-z]{1,9}[.!?]? |\n| 日本語|'s|😀){0,60}") {
            for _ in 0..2 {
                prop_assert_eq!(count_tokens(&text), bpe_openai::cl100k_base().count(text.as_str()));
            }
        }
    }
}
