//! The proper name.

use compact_str::CompactString;
use smallvec::{SmallVec, smallvec};

use super::Finding;
use super::level;
use super::number::{number_of_id, stands_for_name};
use super::word::{are_close, is_cut, may_be_one};
use crate::blocking::{Rule, surprise};
use crate::habit::Said;
use crate::name::{Kind, Name};
use crate::neighbours::FEW;
use crate::prepared::Prepared;
use crate::surroundings::Surroundings;

/// How the words of two names meet.
#[derive(Debug, Default)]
struct Overlap {
    /// Rarity of the shared words.
    shared: f32,
    /// Rarity of words that are shared but for a misspelling.
    close: f32,
    /// Rarity of the record's other words.
    ours: f32,
    /// Rarity of the LEA's other words.
    theirs: f32,
    has_ours: bool,
    has_theirs: bool,
}

pub(super) fn names(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    let (ours, theirs) = (&record.name, &lea.name);
    qualifiers(around, record, lea, found);
    // `Central Valley` is not `Valley Central`.
    if ours.begins_with_style != theirs.begins_with_style {
        found.push(Finding { level: level::FIRST_WORD_DIFFERS, information: 0.0 });
    }
    let whole = if ours.as_written == theirs.as_written {
        Some((level::NAME_IDENTICAL, around.rarity(Rule::Full, &theirs.as_written)))
    } else if ours.said == theirs.said {
        Some((level::NAME_SAME, around.rarity(Rule::Said, &theirs.said)))
    } else if is_same_core(ours, theirs) {
        Some((level::NAME_SAME_CORE, around.rarity(Rule::Core, &theirs.sorted_core)))
    } else {
        None
    };
    if let Some((level, information)) = whole {
        found.push(Finding { level, information });
        return;
    }
    if ours.is_numbered || theirs.is_numbered {
        found.push(numbered(around, record, lea));
        return;
    }
    let overlap = overlap(around, record, lea);
    let level = if overlap.close > 0.0 && !overlap.has_ours && !overlap.has_theirs {
        level::NAME_CLOSE
    } else if overlap.shared > 0.0 && !(overlap.has_ours && overlap.has_theirs) {
        level::NAME_CONTAINED
    } else if overlap.shared + overlap.close > 0.0 {
        level::NAME_SHARES
    } else if is_initials(&ours.core, &theirs.words) || is_initials(&theirs.core, &ours.words) {
        level::NAME_INITIALS
    } else {
        level::NAME_DIFFERENT
    };
    found.push(Finding { level, information: overlap.shared + overlap.close });
    if matches!(level, level::NAME_CLOSE | level::NAME_CONTAINED | level::NAME_SHARES) {
        if overlap.has_ours {
            found.push(Finding { level: level::RECORD_WORDS, information: overlap.ours });
        }
        if overlap.has_theirs {
            found.push(Finding { level: level::LEA_WORDS, information: overlap.theirs });
        }
    }
}

/// Whether a name, though not the same, has in common what no more than a few LEAs have.
pub(super) fn is_namesake(around: &Surroundings<'_>, finding: &Finding) -> bool {
    match finding.level {
        level::NAME_SAME_CORE | level::NAME_CLOSE => true,
        level::NAME_CONTAINED | level::NAME_SHARES => finding.information >= surprise(around.leas, FEW),
        _ => false,
    }
}

/// Whether a name says that it is another's.
pub(super) fn is_other(finding: &Finding) -> bool {
    matches!(finding.level, level::NAME_DIFFERENT | level::NAME_CONTAINED | level::NAME_SHARES)
}

/// Whose number a number in place of a name is, where the list's numbers are those of the ids.
fn numbered(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Finding {
    let (level, information) = match stands_for_name(around, record, lea) {
        false => (level::NAME_NUMBERED, 0.0),
        true => match number_of_id(around, record, lea) {
            Some(information) => (level::NAME_ID_NUMBER, information),
            None => (level::NAME_OTHER_ID_NUMBER, 0.0),
        },
    };
    Finding { level, information }
}

/// `District No. 3, Nowata County` is not `Nowata`, and not the county's No. 4, although it has no other name.
fn is_same_core(record: &Name, lea: &Name) -> bool {
    let has_other_name = !lea.numbers.is_empty() || !lea.kinds.contains(Kind::County);
    let is_other_of_county = record.is_numbered && has_other_name && record.numbers.is_disjoint(&lea.numbers);
    !is_other_of_county && (record.sorted_core == lea.sorted_core || record.joined_core == lea.joined_core)
}

/// What the names say aside; a record's county or city may be what the LEA says.
fn qualifiers(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    let (ours, theirs) = (&record.name.qualifiers, &lea.name.qualifiers);
    if ours.is_empty() && theirs.is_empty() {
        return;
    }
    // What a cut name says aside may be cut too.
    let is_cut = lea.begun.is_some();
    let says = |said: &str, word: &CompactString| said == word || is_cut && word.len() > 1 && said.starts_with(&**word);
    let is_place = |word: &CompactString, agency: &Prepared| {
        // The county of a number is compared as such.
        let county = agency.county.iter().filter(|_| agency.name.numbered_county().is_none());
        let mut places = county.chain(&agency.cities);
        places.any(|place| place.split(' ').any(|part| says(part, word)))
            || agency.name.words.iter().any(|own| says(own, word))
    };
    let meets = theirs.iter().any(|word| ours.iter().any(|said| says(said, word)) || is_place(word, record))
        || ours.iter().any(|word| is_place(word, lea));
    let level = match (meets, ours.is_empty(), theirs.is_empty()) {
        (true, _, _) => level::QUALIFIER_SAME,
        (false, false, false) => level::QUALIFIER_CONFLICT,
        (false, false, true) => level::QUALIFIER_RECORD_ONLY,
        (false, ..) => level::QUALIFIER_LEA_ONLY,
    };
    let rarest = theirs.iter().chain(ours).map(|word| around.rarity(Rule::Aside, word)).fold(0.0, f32::max);
    let habits = &around.reliability.habits;
    let information = match (meets, ours.is_empty(), theirs.is_empty()) {
        (true, ..) => rarest,
        (false, true, false) => habits.lea_alone(Said::Aside),
        (false, false, true) => habits.record_alone(Said::Aside),
        _ => 0.0,
    };
    found.push(Finding { level, information });
}

fn overlap(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Overlap {
    let mut overlap = Overlap::default();
    let mut taken: SmallVec<[bool; 12]> = smallvec![false; lea.name.words.len()];
    let (ours, theirs) = (&record.name, &lea.name);
    for ((word, letters), rarity) in ours.words.iter().zip(&ours.letters).zip(&record.word_rarities) {
        let free =
            |taken: &[bool], is_match: &dyn Fn(usize) -> bool| (0..taken.len()).find(|at| !taken[*at] && is_match(*at));
        let exact = free(&taken, &|at| *letters == theirs.letters[at] && *word == theirs.words[at]);
        if let Some(at) = exact {
            taken[at] = true;
            overlap.shared += rarity;
            continue;
        }
        // A word that no LEA has may be one cut short.
        let is_unknown = || around.index.with(Rule::Word, word).is_empty();
        let is_end = |other: &CompactString| lea.ends_cut() == Some(other);
        let is_close = |other: &CompactString| {
            are_close(word, other) || is_cut(word, other) && is_unknown() || is_end(other) && word.starts_with(&**other)
        };
        let close = free(&taken, &|at| may_be_one(*letters, theirs.letters[at]) && is_close(&theirs.words[at]));
        match close {
            Some(at) => {
                taken[at] = true;
                overlap.close += lea.word_rarities[at];
            }
            None => {
                overlap.has_ours = true;
                overlap.ours += rarity;
            }
        }
    }
    // The last word of a cut name may be the beginning of one that is no proper one: `Coo` of `Cooperative`.
    let begins_other = |word: &CompactString| record.name.normalized.split(' ').any(|other| other.starts_with(&**word));
    if taken.last() == Some(&false) && lea.ends_cut().is_some_and(begins_other) {
        taken.pop();
    }
    for (rarity, _) in lea.word_rarities.iter().zip(&taken).filter(|(_, taken)| !**taken) {
        overlap.has_theirs = true;
        overlap.theirs += rarity;
    }
    overlap
}

/// `lausd` for `los angeles …`: the first letters of two words or more begin it.
fn is_initials(short: &str, words: &[CompactString]) -> bool {
    if words.len() < 2 || short.len() < 2 || short.contains(' ') {
        return false;
    }
    let mut letters = short.chars();
    words.iter().filter_map(|word| word.chars().next()).all(|initial| letters.next() == Some(initial))
}
