//! The county that a name says beside its own words.

use compact_str::{CompactString, CompactStringExt};

use super::states::name_of;
use super::words::{is_proper, number_of};

/// The longest county names are of three words: `Prince of Wales`, `Isle of Wight`.
const MOST_WORDS: usize = 3;

/// `(Pike County)` says a county.
pub(super) fn county_among(aside: &[CompactString]) -> Option<CompactString> {
    let at = aside.iter().position(|word| word == "county").filter(|at| (1..=6).contains(at))?;
    let words: Vec<&str> = aside[..at]
        .iter()
        .map(CompactString::as_str)
        .take_while(|word| !matches!(*word, "a" | "an" | "and" | "of"))
        .collect();
    (!words.is_empty()).then(|| words.join_compact(" "))
}

/// A name, and the county around it: `Ada Independent School District No. 19, Pontotoc County, Oklahoma`, `Kane County School
/// District No. 101 Batavia`. A county that is all there is to a name, or all beside a number, is the name.
pub(super) fn without_county(state: &str, words: Vec<CompactString>) -> (Vec<CompactString>, Vec<CompactString>) {
    let Some((from, to)) = county_behind(state, &words).or_else(|| county_before(&words)) else {
        return (words, Vec::new());
    };
    let mut county = words[from..to].to_vec();
    county.push("county".into());
    // What is behind a county at the end is the state.
    let behind = if from == 0 { &words[to + 1..] } else { &[] };
    ([&words[..from], behind].concat(), county)
}

/// Behind the words of any district, and a proper name before these.
fn county_behind(state: &str, words: &[CompactString]) -> Option<(usize, usize)> {
    let end = words.len() - state_behind(state, words);
    let is_plural = words[..end].last()? == "counties";
    if !is_plural && words[end - 1] != "county" {
        return None;
    }
    let is_boundary = |word: &CompactString| !(is_proper(word) || is_plural && word == "and");
    let from = words[..end - 1].iter().rposition(is_boundary)? + 1;
    let is_name = (1..=MOST_WORDS + usize::from(is_plural) * (MOST_WORDS + 1)).contains(&(end - 1 - from));
    (is_name && words[..from].iter().any(is_name_word)).then_some((from, end - 1))
}

/// At the beginning, with a number and a proper name behind.
fn county_before(words: &[CompactString]) -> Option<(usize, usize)> {
    let to = words.iter().take(MOST_WORDS + 1).position(|word| word == "county").filter(|to| *to > 0)?;
    let behind = &words[to + 1..];
    let is_named = behind.iter().any(is_name_word) && behind.iter().any(|word| number_of(word).is_some());
    let is_district = behind.first().is_some_and(|word| !is_proper(word));
    (is_named && is_district).then_some((0, to))
}

/// A letter belongs to a number.
fn is_name_word(word: &CompactString) -> bool {
    is_proper(word) && word.len() > 1
}

/// Words of the state's name at the end.
fn state_behind(state: &str, words: &[CompactString]) -> usize {
    let is_end = |name: &&[&str]| words.len() > name.len() && words[words.len() - name.len()..].iter().eq(*name);
    name_of(state).filter(is_end).map_or(0, <[&str]>::len)
}
