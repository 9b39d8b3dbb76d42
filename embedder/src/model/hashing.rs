//! The offline model: feature hashing (Weinberger and others 2009), lexical and honest about it.
//!
//! Stemmed words, pairs of neighbours and runs of four letters are each hashed by two hash functions
//! to a place and a sign. No statistics of any corpus: a vector depends on its text alone, never on
//! what else is loaded or in which order.

use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};

use super::Model;
use crate::DIMENSIONS;

/// Feature hashing with English stems.
pub struct Hashing {
    stemmer: Stemmer,
}

/// How much each sort of feature weighs.
const WORD: f32 = 1.0;
const PAIR: f32 = 0.4;
const LETTERS: f32 = 0.25;
/// Letters of a run.
const RUN: usize = 4;
/// Seeds of the two hash functions.
const SEEDS: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f];

/// Words that stand in every text.
const STOP_WORDS: &[&str] = &[
    "a", "about", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "do", "each",
    "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it", "its", "may",
    "more", "no", "not", "of", "on", "one", "or", "our", "out", "she", "so", "such", "than", "that", "the", "their",
    "them", "then", "there", "these", "they", "this", "to", "up", "was", "we", "were", "what", "when", "which", "who",
    "will", "with", "would", "you", "your",
];

impl Hashing {
    /// Name and version of the model.
    pub const NAME: &'static str = "hashing-1536-v1";

    /// A new instance; all are alike.
    pub fn new() -> Self {
        Self { stemmer: Stemmer::create(Algorithm::English) }
    }

    /// Stems of the words that say something.
    fn stems(&self, text: &str) -> Vec<String> {
        let lower = text.to_lowercase();
        let words =
            lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && !STOP_WORDS.contains(word));
        words.map(|word| self.stemmer.stem(word).into_owned()).collect()
    }
}

impl Default for Hashing {
    fn default() -> Self {
        Self::new()
    }
}

impl Model for Hashing {
    fn name(&self) -> &str {
        Self::NAME
    }

    fn embed(&self, text: &str) -> Vec<f32> {
        let stems = self.stems(text);
        let mut counts: HashMap<u64, (f32, f32)> = HashMap::new();
        let mut add = |feature: u64, weight: f32| counts.entry(feature).or_insert((0.0, weight)).0 += 1.0;
        for (position, stem) in stems.iter().enumerate() {
            add(hash(b"w", stem.as_bytes()), WORD);
            if let Some(next) = stems.get(position + 1) {
                add(hash(stem.as_bytes(), next.as_bytes()), PAIR);
            }
            for run in letter_runs(stem) {
                add(hash(b"l", run.as_bytes()), LETTERS);
            }
        }
        if counts.is_empty() {
            // A text of marks alone still has a place: that of its characters.
            add_characters(text, &mut counts);
        }
        vector_of(counts)
    }
}

/// `_wor`, `word`, `ord_` of `word`; none for short words, which are runs themselves.
fn letter_runs(stem: &str) -> Vec<String> {
    let letters: Vec<char> = std::iter::once('_').chain(stem.chars()).chain(std::iter::once('_')).collect();
    if letters.len() <= RUN + 1 {
        return Vec::new();
    }
    letters.windows(RUN).map(|run| run.iter().collect()).collect()
}

fn add_characters(text: &str, counts: &mut HashMap<u64, (f32, f32)>) {
    for c in text.chars().chain(std::iter::once('\u{2}')) {
        counts.entry(hash(b"c", c.to_string().as_bytes())).or_insert((0.0, WORD)).0 += 1.0;
    }
}

/// Each feature goes to two places with a sign each; a feature that stands often counts by its root.
fn vector_of(counts: HashMap<u64, (f32, f32)>) -> Vec<f32> {
    let mut features: Vec<(u64, (f32, f32))> = counts.into_iter().collect();
    // Sums of floats hang on their order; the map's is random.
    features.sort_unstable_by_key(|(feature, _)| *feature);
    let mut vector = vec![0.0f32; DIMENSIONS];
    for (feature, (count, weight)) in features {
        for seed in SEEDS {
            let mixed = mix(feature ^ seed);
            let place = usize::try_from((mixed >> 1) % DIMENSIONS as u64).unwrap_or(0);
            let sign = if mixed & 1 == 0 { 1.0 } else { -1.0 };
            vector[place] += sign * weight * count.sqrt();
        }
    }
    normalized(vector)
}

/// Length 1. A vector whose features cancelled out points along its first axis.
fn normalized(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|value| *value /= length);
    } else {
        vector[0] = 1.0;
    }
    vector
}

/// FNV-1a over two byte strings with a mark between them.
fn hash(first: &[u8], second: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let first = first.iter().fold(0xcbf2_9ce4_8422_2325, step);
    second.iter().fold(step(first, &0x1f), step)
}

/// The finaliser of SplitMix64: every bit of the input moves every bit of the output.
fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
