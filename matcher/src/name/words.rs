//! A name's words: in one spelling, with abbreviations written out.

use std::collections::BTreeSet;

use compact_str::{CompactString, CompactStringExt, ToCompactString, format_compact};

use super::letters::Letters;
use super::vocabulary::{CARDINALS, Meaning, ORDINALS, SHORTEST_CORRECTED, expansion, long_words, meaning};

/// Lower case, no accents, no marks; letters and digits fall apart.
pub(super) fn folded_words(text: &str) -> Vec<CompactString> {
    let mut folded = Folded { words: String::with_capacity(text.len() + text.len() / 4), ..Folded::default() };
    for c in text.chars() {
        if c == MAC_BLANK {
            folded.push(' ');
            continue;
        }
        match c.is_ascii() {
            true => folded.push(c.to_ascii_lowercase()),
            false => c.to_lowercase().map(without_accent).for_each(|c| folded.push(c)),
        }
    }
    folded.words.split(' ').filter(|word| !word.is_empty()).map(CompactString::from).collect()
}

/// The blank that does not break, of Macintosh files read as those of Windows. No name of this country has the letter.
const MAC_BLANK: char = 'Ê';

/// Words with blanks between them, as letters come.
#[derive(Default)]
struct Folded {
    words: String,
    last_was_digit: bool,
}

impl Folded {
    fn push(&mut self, c: char) {
        if matches!(c, '\'' | '’' | '.') {
            return;
        }
        if c == '&' {
            return self.words.push_str(" and ");
        }
        if !c.is_alphanumeric() {
            return self.words.push(' ');
        }
        let is_digit = c.is_ascii_digit();
        let is_in_word = self.words.as_bytes().last().is_some_and(|last| *last != b' ');
        if is_in_word && is_digit != self.last_was_digit {
            self.words.push(' ');
        }
        self.words.push(c);
        self.last_was_digit = is_digit;
    }
}

/// A letter of the Latin alphabets of Europe without its accent.
fn without_accent(c: char) -> char {
    const ACCENTED: &[(&str, char)] = &[
        ("áàâäãå", 'a'),
        ("éèêë", 'e'),
        ("íìîï", 'i'),
        ("óòôöõ", 'o'),
        ("úùûü", 'u'),
        ("ñ", 'n'),
        ("ç", 'c'),
        ("ý", 'y'),
    ];
    ACCENTED.iter().find(|(accented, _)| accented.contains(c)).map_or(c, |(_, plain)| *plain)
}

/// `H S` and `S/D` are `HS` and `SD`; letters that stand for nothing together stay apart.
fn join_letters(state: &str, words: Vec<CompactString>) -> Vec<CompactString> {
    const LONGEST: usize = 4;
    if words.iter().all(|word| word.len() > 1) {
        return words;
    }
    let mut joined = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let letters = words[at..].iter().take_while(|word| word.len() == 1 && !is_number(word)).count();
        let known = (2..=letters.min(LONGEST))
            .rev()
            .find(|length| expansion(state, &words[at..at + length].iter().concat_compact()).is_some());
        joined.push(words[at..at + known.unwrap_or(1)].iter().concat_compact());
        at += known.unwrap_or(1);
    }
    joined
}

/// `La MesaU nified` is `La Mesa Unified`: a long word of the field whose first letter went to the word before.
fn with_blanks_put_right(mut words: Vec<CompactString>) -> Vec<CompactString> {
    const SHORTEST: usize = 6;
    for at in 1..words.len() {
        let (before, word) = (&words[at - 1], &words[at]);
        let last = before.chars().next_back().filter(|_| word.len() + 1 >= SHORTEST && before.len() > 2);
        let whole = last.map(|last| format_compact!("{last}{word}"));
        if let Some(whole) = whole.filter(|whole| meaning(word).is_none() && meaning(whole).is_some()) {
            words[at - 1].pop();
            words[at] = whole;
        }
    }
    words
}

/// Words with their abbreviations written out, as that state reads them.
pub(super) fn expand(state: &str, words: Vec<CompactString>) -> Vec<CompactString> {
    let words = join_letters(state, with_blanks_put_right(words));
    let mut expanded = Vec::with_capacity(words.len());
    let mut words = words.into_iter().enumerate().peekable();
    let mut is_behind_number = false;
    while let Some((position, word)) = words.next() {
        // `Plains K-12` serves grades, which are compared as such.
        if is_begin_of_grades(&word) && words.next_if(|(_, next)| is_grade(next)).is_some() {
            continue;
        }
        let next = words.peek().map(|(_, word)| word.as_str());
        let number = number_of(&word);
        let follows_number = std::mem::replace(&mut is_behind_number, number.is_some());
        let counts_districts = matches!(next, Some("supervisory" | "district"));
        if let Some(ordinal) = ORDINALS.iter().position(|known| *known == word).filter(|_| counts_districts) {
            expanded.push((ordinal + 1).to_compact_string());
            continue;
        }
        // The letter in `No. I-19` belongs to the number.
        let is_letter = word.len() == 1 && next.is_some_and(is_number);
        if let Some(number) = expanded.last().filter(|_| !is_letter).and_then(|last| counted(last, &word)) {
            push_number(&mut expanded, number);
            continue;
        }
        if word == "technology" && is_behind_career(&expanded) {
            expanded.push("technical".into());
            continue;
        }
        match expansion(state, &word).filter(|_| number.is_none()) {
            // `1st` is no saint.
            _ if follows_number && matches!(word.as_str(), "st" | "nd" | "rd" | "th") => {}
            Some(_) if word == "el" && !is_elementary(expanded.last(), next) => expanded.push(word),
            Some(long) => expanded.extend(long.iter().map(|word| CompactString::from(*word))),
            None => match number.filter(|number| !number.is_empty()) {
                Some(number) => push_number(&mut expanded, number),
                None if position == 0 => expanded.push(compass(word, next)),
                None => expanded.push(word),
            },
        }
    }
    expanded
}

fn is_begin_of_grades(word: &str) -> bool {
    matches!(word, "k" | "pk" | "prek" | "kg")
}

fn is_grade(word: &str) -> bool {
    number_of(word).is_some_and(|number| number.parse().is_ok_and(|grade: u8| grade <= 12))
}

/// `Career and Technology Center` is `Career & Technical Center`.
fn is_behind_career(words: &[CompactString]) -> bool {
    matches!(words, [.., career] if career == "career")
        || matches!(words, [.., career, and] if career == "career" && and == "and")
}

/// `No. 2` and `#2` are 2.
fn push_number(words: &mut Vec<CompactString>, number: CompactString) {
    words.pop_if(|last| last == "number");
    words.push(number);
}

/// A number in letters behind what it counts: `District Two`, `Number One`, `R-XII`.
fn counted(last: &str, word: &str) -> Option<CompactString> {
    let number = match last {
        "district" | "number" | "region" => {
            CARDINALS.iter().position(|known| *known == word).map(|at| at + 1).or_else(|| roman(word))
        }
        "unit" => CARDINALS.iter().position(|known| *known == word).map(|at| at + 1),
        "r" | "re" | "c" => roman(word),
        _ => None,
    };
    number.map(|number| number.to_compact_string())
}

/// `XII` is 12; up to 39.
fn roman(word: &str) -> Option<usize> {
    const ONES: [&str; 10] = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
    let ones = word.trim_start_matches('x');
    let tens = word.len() - ones.len();
    let one = ONES.iter().position(|known| *known == ones).filter(|_| tens <= 3 && !word.is_empty())?;
    Some(10 * tens + one)
}

/// `El Paso` is a name, and `the county of El`, which is cut; `Lincoln El` and `Lincoln El Sch Dist` are elementary.
fn is_elementary(last: Option<&CompactString>, next: Option<&str>) -> bool {
    last.is_none_or(|last| last != "of") && matches!(next, None | Some("sch" | "school" | "sd" | "dist" | "district"))
}

/// `N Adams` is `North Adams`; a letter that ends a name is none of the compass.
fn compass(word: CompactString, next: Option<&str>) -> CompactString {
    let long = match (word.as_str(), next) {
        ("n", Some(_)) => "north",
        ("s", Some(_)) => "south",
        ("e", Some(_)) => "east",
        ("w", Some(_)) => "west",
        _ => return word,
    };
    long.into()
}

/// A word of the field with one letter wrong: `lndependent`, `distrcit`.
pub(super) fn corrected(word: CompactString) -> CompactString {
    if meaning(&word).is_some() {
        return word;
    }
    // No place is called nearly so.
    let is_near_common = (5..=7).contains(&word.len()) && word.starts_with(['s', 'p']);
    let common = ["school", "public"].into_iter().filter(|_| is_near_common);
    if let Some(common) = common.into_iter().find(|known| is_one_letter_off(&word, known)) {
        return common.into();
    }
    if word.len() < SHORTEST_CORRECTED || !word.is_ascii() {
        return word;
    }
    let ours = word.as_bytes();
    let is_near = |known: &str| {
        let theirs = known.as_bytes();
        let shares_an_end = ours[..2] == theirs[..2] || ours[ours.len() - 2..] == theirs[theirs.len() - 2..];
        ours.len().abs_diff(theirs.len()) <= 1 && shares_an_end && is_one_letter_off(&word, known)
    };
    let near = long_words().iter().copied().find(|known| is_near(known));
    near.map_or(word, CompactString::from)
}

/// One letter more, less, other, or two that changed places. At most two letters are then in one word alone, which is
/// quickly seen.
fn is_one_letter_off(ours: &str, theirs: &str) -> bool {
    let letters = [Letters::of(ours), Letters::of(theirs)];
    let alone = letters[0].missing_in(letters[1]) + letters[1].missing_in(letters[0]);
    alone <= 2 && strsim::damerau_levenshtein(ours, theirs) == 1
}

/// A number without zeros in front, where the word is one.
pub(super) fn number_of(word: &str) -> Option<CompactString> {
    is_number(word).then(|| word.trim_start_matches('0').into())
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `09-1` is also written `91`.
pub(super) fn joined_numbers(text: &str) -> BTreeSet<CompactString> {
    if !text.contains('-') {
        return BTreeSet::new();
    }
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit() && c != '-').collect();
    let is_two = |part: &&&str| {
        part.split_once('-').is_some_and(|(one, two)| !one.is_empty() && !two.is_empty() && !two.contains('-'))
    };
    parts.iter().filter(is_two).filter_map(|part| number_of(&part.replace('-', ""))).collect()
}

/// Numbers with the one or two letters written to them, before or behind: `Re-2`, `C2`, `5B`. The J or Jt of a joint
/// district is written or left out as one likes.
pub(super) fn codes(text: &str) -> BTreeSet<CompactString> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter(|word| word.contains(|c: char| c.is_ascii_digit())).filter_map(code).collect()
}

fn code(word: &str) -> Option<CompactString> {
    const MOST_LETTERS: usize = 2;
    let plain = word.replace('-', "").to_ascii_lowercase();
    let from = plain.find(|c: char| c.is_ascii_digit())?;
    let (before, rest) = plain.split_at(from);
    let to = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, behind) = rest.split_at(to);
    let behind = if matches!(behind, "j" | "jt") { "" } else { behind };
    let is_grades = is_begin_of_grades(before) && behind.is_empty() && is_grade(digits);
    let is_code = !is_grades
        && (before.len() + behind.len() > 0)
        && before.len() <= MOST_LETTERS
        && behind.len() <= MOST_LETTERS
        && behind.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !matches!(behind, "st" | "nd" | "rd" | "th");
    is_code.then(|| format_compact!("{before}{}{behind}", digits.trim_start_matches('0')))
}

/// Whether a word is of a proper name, rather than of any district's.
pub(super) fn is_proper(word: &str) -> bool {
    meaning(word).is_none() && !word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a word says no more than that it is a district.
pub(super) fn is_said_of_any(word: &str) -> bool {
    meaning(word) == Some(Meaning::Empty)
}
