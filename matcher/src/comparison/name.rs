//! The name: proper name, kind, numbers.

use std::collections::BTreeSet;

use super::{Evidence, Surroundings};
use crate::name::Kind;
use crate::prepared::Prepared;

/// From this Jaro-Winkler similarity on, two proper names are one misspelling apart.
const CLOSE: f64 = 0.93;
/// A word that so many LEAs or fewer carry is rare.
const RARE: usize = 3;

/// The proper name.
pub(super) fn core(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Option<Evidence> {
    let weights = &around.model.name;
    let (ours, theirs) = (&record.name, &lea.name);
    let (level, weight) = if ours.core == theirs.core {
        ("same", around.agreement(around.model.agree.core_name, &format!("core {}", theirs.core)))
    } else if strsim::jaro_winkler(&ours.core, &theirs.core) >= CLOSE || sorted(&ours.words) == sorted(&theirs.words) {
        ("close", weights.close)
    } else if shares_rare_word(around, record, lea) {
        ("shares a rare word", weights.shares_rare)
    } else {
        ("different", weights.different)
    };
    Some(Evidence {
        comparison: "name",
        record: record.published_name.clone(),
        lea: lea.published_name.clone(),
        level,
        weight,
    })
}

fn sorted(words: &[String]) -> Vec<&String> {
    let mut words: Vec<&String> = words.iter().collect();
    words.sort();
    words
}

fn shares_rare_word(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> bool {
    record
        .name
        .words
        .iter()
        .any(|word| lea.name.words.contains(word) && around.index.count(&format!("word {word}")) <= RARE)
}

/// What kind of agency the names say they are.
pub(super) fn kind(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Option<Evidence> {
    let weights = &around.model.kind;
    let (ours, theirs) = (&record.name.kinds, &lea.name.kinds);
    if ours.is_empty() && theirs.is_empty() {
        return None;
    }
    let (level, weight) = if ours == theirs {
        ("same", weights.same)
    } else if excludes(ours, theirs) || excludes(theirs, ours) {
        ("conflict", weights.conflict)
    } else {
        ("compatible", weights.compatible)
    };
    Some(Evidence { comparison: "kind", record: words(ours), lea: words(theirs), level, weight })
}

/// True when one side says what the other cannot be: an elementary district is not a high school
/// district, a charter is not a service agency.
fn excludes(ours: &BTreeSet<Kind>, theirs: &BTreeSet<Kind>) -> bool {
    const EXCLUSIVE: &[&[Kind]] = &[
        &[Kind::Elementary, Kind::High, Kind::Unified, Kind::Service, Kind::Vocational],
        &[Kind::City, Kind::Local, Kind::County],
        &[Kind::Charter, Kind::Service],
    ];
    EXCLUSIVE.iter().any(|group| {
        let ours_in = group.iter().filter(|kind| ours.contains(kind));
        let theirs_in: Vec<&Kind> = group.iter().filter(|kind| theirs.contains(kind)).collect();
        let ours_in: Vec<&Kind> = ours_in.collect();
        !ours_in.is_empty() && !theirs_in.is_empty() && ours_in.iter().all(|kind| !theirs_in.contains(kind))
    })
}

fn words(kinds: &BTreeSet<Kind>) -> String {
    kinds.iter().map(|kind| format!("{kind:?}").to_lowercase()).collect::<Vec<_>>().join(", ")
}

/// The record's county, where the LEA's name says one. Silence is no evidence: most names say none.
pub(super) fn county(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Option<Evidence> {
    let county = record.county.as_ref()?;
    let is_told_by_name = record.name.normalized.contains(county.as_str());
    let is_named =
        format!(" {} ", lea.name.normalized).contains(&format!(" {county} ")) && lea.name.kinds.contains(&Kind::County);
    (is_named && !is_told_by_name).then(|| Evidence {
        comparison: "county",
        record: county.clone(),
        lea: lea.published_name.clone(),
        level: "named",
        weight: around.model.county.named,
    })
}

/// Numbers inside the names.
pub(super) fn number(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Option<Evidence> {
    let weights = &around.model.number;
    let (ours, theirs) = (&record.name.numbers, &lea.name.numbers);
    let (level, weight) = match (ours.is_empty(), theirs.is_empty()) {
        (true, true) => return None,
        (false, false) if ours.is_disjoint(theirs) => ("conflict", weights.conflict),
        (false, false) => ("same", weights.same),
        _ => ("one missing", weights.one_missing),
    };
    let text = |numbers: &BTreeSet<String>| numbers.iter().cloned().collect::<Vec<_>>().join(", ");
    Some(Evidence { comparison: "number in name", record: text(ours), lea: text(theirs), level, weight })
}
