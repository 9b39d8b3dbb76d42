//! Where a name says the agency is, beside what it is called.

use std::borrow::Cow;
use std::collections::BTreeSet;

use compact_str::{CompactString, CompactStringExt};

use super::states::name_of;
use super::words::{is_proper, number_of};

/// A name and what it says aside: `Lake Shore Public Schools (Macomb)`, `Tremont, in the county of Weld`. What would
/// leave no proper name is the name.
pub(super) fn qualified(published: &str) -> (Cow<'_, str>, String) {
    if !published.contains(['(', ')', '[', ']']) {
        return (published.into(), String::new());
    }
    let (mut plain, mut aside) = (String::new(), String::new());
    let mut depth = 0usize;
    for c in published.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth > 0 => aside.push(c),
            _ => plain.push(c),
        }
        if matches!(c, '(' | ')' | '[' | ']') {
            plain.push(' ');
            aside.push(' ');
        }
    }
    if plain.chars().filter(|c| c.is_alphabetic()).count() < 3 {
        return (published.into(), String::new());
    }
    (plain.into(), aside)
}

/// Numbers alone in parentheses, without zeros in front. Those of one or two digits are grades, or which of several it is.
pub(super) fn ids_aside(published: &str) -> BTreeSet<CompactString> {
    const SHORTEST: usize = 3;
    let aside = published.split('(').skip(1).filter_map(|behind| behind.split_once(')'));
    let numbers = aside.filter(|(aside, _)| aside.trim().len() >= SHORTEST);
    numbers.filter_map(|(aside, _)| number_of(aside.trim())).filter(|number| !number.is_empty()).collect()
}

/// A name without the state it is in: `Londonderry, New Hampshire School District`. A name that is little else, such as
/// `Delaware Valley`, keeps it.
pub(super) fn without_state(state: &str, words: Vec<CompactString>) -> Vec<CompactString> {
    let Some(long) = name_of(state) else { return words };
    let found = words.windows(long.len()).position(|window| window.iter().eq(long));
    // Oklahoma County is one of the state's.
    let is_state = |at: &usize| words.get(at + long.len()).is_none_or(|next| next != "county");
    let Some(at) = found.filter(is_state) else { return words };
    let without = [&words[..at], &words[at + long.len()..]].concat();
    // `Maine School Administrative District No. 11` is told by its number.
    let is_named_without = if at == 0 {
        !without.iter().any(|word| is_proper(word)) && without.iter().any(|word| number_of(word).is_some())
    } else {
        words[..at].iter().any(|word| is_proper(word))
    };
    if is_named_without { without } else { words }
}

/// A name without the `and State of Colorado` behind its county, however much of that is left.
pub(super) fn without_state_behind_county(state: &str, words: Vec<CompactString>) -> Vec<CompactString> {
    let Some(county) = words.iter().position(|word| word == "county" || word == "counties") else { return words };
    let Some(long) = name_of(state) else { return words };
    let whole = format!("and state of {}", long.join(" "));
    let is_end = |at: usize| {
        let rest = words[at..].join_compact(" ");
        whole.starts_with(&*rest) || whole["and ".len()..].starts_with(&*rest)
    };
    // The county has a name of a word at least: `county of X`.
    match (county + 3..words.len()).find(|at| is_end(*at)) {
        Some(at) => words[..at].to_vec(),
        None => words,
    }
}

const BEGINNINGS: &[&[&str]] = &[
    &["in", "the", "county", "of"],
    &["in", "the", "counties", "of"],
    &["of", "the", "county", "of"],
    &["of", "the", "counties", "of"],
    &["in", "county", "of"],
    &["school", "at"],
    &["district", "at"],
];

/// Where a name ends before it says the county: `… No. 38 in the co`, `… in the coun`.
fn cut_whereabouts(words: &[CompactString]) -> Option<usize> {
    let ends = |beginning: &[&str]| {
        let at = words.len().checked_sub(beginning.len()).filter(|at| *at > 0)?;
        let (last, whole) = beginning.split_last()?;
        let is_end = words[at..].iter().zip(whole).all(|(word, known)| word == known);
        (is_end && last.starts_with(&**words.last()?)).then_some(at)
    };
    let of_county = BEGINNINGS.iter().filter(|beginning| beginning.len() > 2);
    of_county.flat_map(|beginning| (2..=beginning.len()).map(|length| &beginning[..length])).find_map(ends)
}

/// A name, and where it says the agency is: `Brandon School District in the Counties of Oakland and Lapeer`, `Central
/// School District at Ilion`. What leaves no proper name stays.
pub(super) fn without_whereabouts(words: Vec<CompactString>) -> (Vec<CompactString>, Vec<CompactString>) {
    if let Some(at) = cut_whereabouts(&words) {
        return (words[..at].to_vec(), Vec::new());
    }
    let begins = |at: usize| {
        BEGINNINGS.iter().find(|beginning| {
            words[at..].len() > beginning.len()
                && words[at..].iter().zip(**beginning).all(|(word, known)| word == known)
        })
    };
    let found = (1..words.len()).find_map(|at| Some((at, begins(at)?)));
    match found.filter(|(at, _)| words[..*at].iter().any(|word| is_proper(word))) {
        Some((at, beginning)) => {
            let mut behind = words[at + beginning.len()..].to_vec();
            if beginning.contains(&"county") {
                // As a county is said in parentheses.
                behind.push("county".into());
            }
            (words[..at].to_vec(), behind)
        }
        None => (words, Vec::new()),
    }
}

/// `Kaizen Education Foundation dba Summit High School` is both: the one who runs it, often several schools, and what it is
/// called. What is said twice is said once.
pub(super) fn doing_business_as(mut words: Vec<CompactString>) -> Vec<CompactString> {
    const WAYS: &[&[&str]] = &[&["dba"], &["d", "b", "a"], &["doing", "business", "as"]];
    let begins = |way: &&&[&str], at: usize| words[at..].iter().take(way.len()).eq(way.iter());
    let found = (1..words.len()).find_map(|at| Some((at, WAYS.iter().find(|way| begins(way, at))?.len())));
    let Some((at, length)) = found else { return words };
    let behind = words.split_off(at).split_off(length);
    words.extend(behind.into_iter().filter(|word| !words.contains(word)).collect::<Vec<_>>());
    words
}
