//! The offline model: feature hashing (Weinberger and others 2009), lexical and honest about it.
//!
//! Stemmed words, pairs of neighbours and runs of four letters are each hashed by two hash functions
//! to a place and a sign. No statistics of any corpus: a vector depends on its text alone, never on
//! what else is loaded or in which order.

use super::Model;
use super::features::Features;
use super::lexicon::{Lexicon, Word, with_lexicon};
use crate::DIMENSIONS;

/// Feature hashing with English stems.
#[derive(Debug, Default)]
pub struct Hashing;

/// How much each sort of feature weighs.
const WORD: f32 = 1.0;
const PAIR: f32 = 0.4;
const LETTERS: f32 = 0.25;
/// What a weight of 1 is as a whole number: sums of whole numbers do not hang on their order.
const UNIT: f64 = (1 << 20) as f64;
/// Seeds of the two hash functions.
const SEEDS: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f];

impl Hashing {
    /// Name and version of the model.
    pub const NAME: &'static str = "hashing-1536-v2";

    /// A new instance; all are alike.
    pub fn new() -> Self {
        Self
    }
}

impl Model for Hashing {
    fn name(&self) -> &str {
        Self::NAME
    }

    fn embed(&self, text: &str) -> Vec<f32> {
        let lower = text.to_lowercase();
        with_lexicon(|lexicon| {
            let words: Vec<u32> = spoken(&lower).filter_map(|word| lexicon.look_up(word)).collect();
            let words: Vec<&Word> = words.into_iter().map(|word| lexicon.word(word)).collect();
            vector_of(&features_of(&words, text))
        })
    }
}

/// The words of a text in lower case.
fn spoken(lower: &str) -> impl Iterator<Item = &str> {
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// What a text is made of, each with its count and its weight.
fn features_of(words: &[&Word], text: &str) -> Features {
    let runs: usize = words.iter().map(|word| word.runs.len()).sum();
    let mut features = Features::with_room(2 * words.len() + runs);
    for (position, word) in words.iter().enumerate() {
        features.add(word.feature, WORD);
        if let Some(next) = words.get(position + 1) {
            features.add(word.before(&next.stem), PAIR);
        }
        word.runs.iter().for_each(|run| features.add(*run, LETTERS));
    }
    if words.is_empty() {
        // A text of marks alone still has a place: that of its characters.
        let marks: Vec<u64> = text.chars().chain(['\u{2}']).map(Lexicon::character).collect();
        features = Features::with_room(marks.len());
        marks.into_iter().for_each(|mark| features.add(mark, WORD));
    }
    features
}

/// Each feature goes to two places with a sign each; a feature that stands often counts by its root.
fn vector_of(features: &Features) -> Vec<f32> {
    let mut sums = vec![0_i64; DIMENSIONS];
    for (feature, count, weight) in features.iter() {
        let value = (f64::from(weight) * f64::from(count).sqrt() * UNIT) as i64;
        for seed in SEEDS {
            let mixed = mix(feature ^ seed);
            let place = usize::try_from((mixed >> 1) % DIMENSIONS as u64).unwrap_or(0);
            sums[place] += if mixed & 1 == 0 { value } else { -value };
        }
    }
    normalized(&sums)
}

/// Length 1. A vector whose features cancelled out points along its first axis.
fn normalized(sums: &[i64]) -> Vec<f32> {
    let length = sums.iter().map(|sum| (*sum as f64) * (*sum as f64)).sum::<f64>().sqrt();
    if length > 0.0 {
        return sums.iter().map(|sum| (*sum as f64 / length) as f32).collect();
    }
    let mut axis = vec![0.0; sums.len()];
    axis[0] = 1.0;
    axis
}

/// The finaliser of SplitMix64: every bit of the input moves every bit of the output.
fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
