//! Words as features: stemmed and hashed once per thread, for a language has few words and texts repeat them.

use std::cell::RefCell;
use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};

/// Letters of a run.
const RUN: usize = 4;
/// Letters of the words that are kept: more than a language's in its districts' papers; with their hashes, some 10 MB.
const MOST_LETTERS: usize = 1 << 19;

/// Words that stand in every text.
const STOP_WORDS: &[&str] = &[
    "a", "about", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "do", "each",
    "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it", "its", "may",
    "more", "no", "not", "of", "on", "one", "or", "our", "out", "she", "so", "such", "than", "that", "the", "their",
    "them", "then", "there", "these", "they", "this", "to", "up", "was", "we", "were", "what", "when", "which", "who",
    "will", "with", "would", "you", "your",
];

/// What a word that says something is made of.
pub(super) struct Word {
    /// Its stem.
    pub stem: Box<str>,
    /// The stem's own feature.
    pub feature: u64,
    /// Those of its runs of letters: `_wor`, `word`, `ord_` of `word`; none of short words, which are runs themselves.
    pub runs: Box<[u64]>,
    /// The hash of the stem with the mark behind it.
    begun: u64,
}

impl Word {
    fn of(stem: &str) -> Self {
        let letters: Vec<char> = std::iter::once('_').chain(stem.chars()).chain(std::iter::once('_')).collect();
        let has_runs = letters.len() > RUN + 1;
        let runs = letters.windows(RUN).filter(|_| has_runs).map(|run| {
            let run: String = run.iter().collect();
            hash(begin(b"l"), run.as_bytes())
        });
        Self {
            stem: stem.into(),
            feature: hash(begin(b"w"), stem.as_bytes()),
            runs: runs.collect(),
            begun: begin(stem.as_bytes()),
        }
    }

    /// The feature of this word before another.
    pub fn before(&self, next: &str) -> u64 {
        hash(self.begun, next.as_bytes())
    }
}

/// Words met so far.
pub(super) struct Lexicon {
    stemmer: Stemmer,
    /// Where a word stands in `words`; none for stop words.
    known: HashMap<Box<str>, Option<u32>>,
    words: Vec<Word>,
    /// Letters of all of them.
    letters: usize,
}

impl Lexicon {
    fn new() -> Self {
        Self { stemmer: Stemmer::create(Algorithm::English), known: HashMap::new(), words: Vec::new(), letters: 0 }
    }

    /// The number of a word in lower case, until the lexicon is left; none for words that say nothing.
    pub fn look_up(&mut self, word: &str) -> Option<u32> {
        if let Some(known) = self.known.get(word) {
            return *known;
        }
        let number = (!STOP_WORDS.contains(&word)).then(|| {
            self.words.push(Word::of(&self.stemmer.stem(word)));
            u32::try_from(self.words.len() - 1).unwrap_or(u32::MAX)
        });
        self.letters += word.len();
        self.known.insert(word.into(), number);
        number
    }

    /// The word of that number.
    pub fn word(&self, number: u32) -> &Word {
        &self.words[number as usize]
    }

    /// The feature of a single character.
    pub fn character(c: char) -> u64 {
        hash(begin(b"c"), c.encode_utf8(&mut [0; 4]).as_bytes())
    }
}

/// Works with this thread's lexicon; one that grew too large is begun anew afterwards.
pub(super) fn with_lexicon<T>(work: impl FnOnce(&mut Lexicon) -> T) -> T {
    thread_local! {
        static LEXICON: RefCell<Lexicon> = RefCell::new(Lexicon::new());
    }
    LEXICON.with_borrow_mut(|lexicon| {
        let outcome = work(lexicon);
        if lexicon.letters > MOST_LETTERS {
            *lexicon = Lexicon::new();
        }
        outcome
    })
}

/// FNV-1a over a byte string and the mark behind it.
fn begin(bytes: &[u8]) -> u64 {
    step(bytes.iter().fold(0xcbf2_9ce4_8422_2325, step), &0x1f)
}

/// FNV-1a, gone on with.
fn hash(begun: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(begun, step)
}

fn step(hash: u64, byte: &u8) -> u64 {
    (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
}
