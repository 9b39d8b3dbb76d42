//! What kind of agency names and types say they are: grades, form, place, and the words of style around them.

use compact_str::CompactString;

use super::Finding;
use super::level::{self, LevelId};
use crate::blocking::Rule;
use crate::habit::{Said, kinds_said};
use crate::name::{Group, Kind, Kinds};
use crate::prepared::Prepared;
use crate::surroundings::Surroundings;

pub(super) fn kinds(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    found.extend(grades(around, record, lea));
    found.extend(form(around, record, lea));
    found.extend(place(around, record, lea));
    found.extend(style(around, record, lea));
    let together = around.reliability.types.together(record, lea);
    found.extend(together.map(|information| Finding { level: level::TYPES_TOGETHER, information }));
}

/// Whether a finding says that the one is another kind of agency than the other, as siblings of one name are.
pub(super) fn is_another(finding: &Finding) -> bool {
    /// What is left out oftener than by one true pair in three tells nothing.
    const TELLING: f32 = -1.0;
    match finding.level {
        level::GRADE_CONFLICT | level::FORM_NAMES_CONFLICT | level::PLACE_CONFLICT => true,
        // What the one says of grades or form, and the other leaves out.
        level::GRADE_NOT_SERVED..=level::FORM_AGAINST_TYPE | level::TYPES_TOGETHER => finding.information < TELLING,
        _ => false,
    }
}

/// What both sides say: the same, or what cannot both be.
fn both(
    around: &Surroundings<'_>,
    (same, conflict): (LevelId, LevelId),
    ours: Kinds,
    theirs: Kinds,
) -> Option<Finding> {
    if ours.is_empty() || theirs.is_empty() {
        return None;
    }
    Some(if ours.is_disjoint(theirs) {
        Finding { level: conflict, information: 0.0 }
    } else {
        Finding { level: same, information: rarest(around, theirs).map_or(0.0, |(_, rarity)| rarity) }
    })
}

/// What the record alone says, by its rarest kind.
fn record_alone(around: &Surroundings<'_>, kinds: Kinds, level: impl Fn(Kind) -> LevelId) -> Option<Finding> {
    let (kind, _) = rarest(around, kinds)?;
    Some(Finding { level: level(kind), information: around.reliability.habits.record_alone(Said::Kind(kind)) })
}

/// What the LEA alone says, by its rarest kind.
fn lea_alone(around: &Surroundings<'_>, kinds: Kinds, level: impl Fn(Kind) -> LevelId) -> Option<Finding> {
    let (kind, _) = rarest(around, kinds)?;
    Some(Finding { level: level(kind), information: around.reliability.habits.lea_alone(Said::Kind(kind)) })
}

fn rarest(around: &Surroundings<'_>, kinds: Kinds) -> Option<(Kind, f32)> {
    kinds.iter().map(|kind| (kind, around.rarity_of_kind(kind))).max_by(|a, b| a.1.total_cmp(&b.1))
}

/// Where the LEA's name says no grades, those it serves speak for it.
fn grades(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Option<Finding> {
    let (ours, theirs) = (record.name.kinds.of_group(Group::Grades), lea.name.kinds.of_group(Group::Grades));
    if let Some(finding) = both(around, (level::GRADE_SAME, level::GRADE_CONFLICT), ours, theirs) {
        return Some(finding);
    }
    match (record.name.grades(), lea.span) {
        (Some(said), Some(served)) if theirs.is_empty() => {
            let level = if said == served { level::GRADE_AS_SERVED } else { level::GRADE_NOT_SERVED };
            record_alone(around, ours, |_| level)
        }
        _ if theirs.is_empty() => record_alone(around, ours, |kind| match kind {
            Kind::Elementary => level::RECORD_ELEMENTARY,
            Kind::High => level::RECORD_HIGH,
            _ => level::RECORD_UNIFIED,
        }),
        _ => lea_alone(around, theirs, |kind| match kind {
            Kind::Elementary => level::LEA_ELEMENTARY,
            Kind::High => level::LEA_HIGH,
            _ => level::LEA_UNIFIED,
        }),
    }
}

/// A name may leave out what the type says: that a charter's name is silent is no surprise. A record's type that is
/// silent too tells something where the types of its list do say such things.
fn form(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Option<Finding> {
    let in_name = lea.name.kinds;
    let (ours, theirs) = (kinds_said(record, Group::Form), kinds_said(lea, Group::Form));
    let named = [record, lea].map(|agency| agency.name.kinds.of_group(Group::Form));
    if named.iter().all(|kinds| !kinds.is_empty()) && named[0].is_disjoint(named[1]) {
        return Some(Finding { level: level::FORM_NAMES_CONFLICT, information: 0.0 });
    }
    if let Some(mut finding) = both(around, (level::FORM_SAME, level::FORM_CONFLICT), ours, theirs) {
        if finding.level == level::FORM_CONFLICT
            && let Some((kind, _)) = rarest(around, ours)
        {
            finding.information = around.reliability.habits.other_form(kind);
        }
        return Some(finding);
    }
    if theirs.is_empty() {
        return record_alone(around, ours, |kind| match kind {
            Kind::Charter => level::RECORD_CHARTER,
            Kind::Service => level::RECORD_SERVICE,
            _ => level::RECORD_VOCATIONAL,
        });
    }
    if record.kind.is_some() && !theirs.is_disjoint(around.reliability.types_said) {
        return lea_alone(around, theirs, |_| level::FORM_AGAINST_TYPE);
    }
    lea_alone(around, theirs, |kind| match (kind, in_name.contains(kind)) {
        (Kind::Charter, true) => level::LEA_CHARTER,
        (Kind::Charter, false) => level::LEA_CHARTER_TYPE,
        (Kind::Service, true) => level::LEA_SERVICE,
        (Kind::Service, false) => level::LEA_SERVICE_TYPE,
        (_, true) => level::LEA_VOCATIONAL,
        (_, false) => level::LEA_VOCATIONAL_TYPE,
    })
}

/// A number in place of the LEA's name: what it leaves out, and whose county it is of, tells nothing.
fn is_nameless(record: &Prepared, lea: &Prepared) -> bool {
    record.name.is_numbered && record.name.core != lea.name.core
}

fn place(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Option<Finding> {
    if is_nameless(record, lea) {
        return None;
    }
    let (ours, theirs) = (record.name.kinds.of_group(Group::Place), lea.name.kinds.of_group(Group::Place));
    if let Some(finding) = both(around, (level::PLACE_SAME, level::PLACE_CONFLICT), ours, theirs) {
        return Some(finding);
    }
    if theirs.is_empty() {
        return record_alone(around, ours, |kind| match kind {
            Kind::City => level::RECORD_CITY,
            Kind::Local => level::RECORD_LOCAL,
            Kind::County => level::RECORD_COUNTY,
            _ => level::RECORD_TOWN,
        });
    }
    lea_alone(around, theirs, |kind| match kind {
        Kind::City => level::LEA_CITY,
        Kind::Local => level::LEA_LOCAL,
        Kind::County => level::LEA_COUNTY,
        _ => level::LEA_TOWN,
    })
}

/// `Union Free` and `Central` tell siblings apart where a state uses both. That an LEA leaves out what all of its state leave
/// out tells nothing: New Mexico's `Municipal Schools` are called by their towns alone. (A letter belongs to a number, and who
/// says none leaves out its letter: `North Santiam` is `North Santiam SD 29J`.)
fn style(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Option<Finding> {
    let (ours, theirs) = (&record.name.style, &lea.name.style);
    let is_left_out = |one: &Prepared, other: &Prepared| one.name.is_style_of_number && other.name.numbers.is_empty();
    let (level, information) = match (ours.is_empty(), theirs.is_empty()) {
        (false, true) if is_left_out(record, lea) => return None,
        (true, false) if is_left_out(lea, record) => return None,
        (true, true) => return None,
        (false, true) => {
            let is_said = |word: &CompactString| word.len() == 1 || !around.index.with(Rule::Style, word).is_empty();
            if !ours.iter().any(is_said) {
                return None;
            }
            (level::STYLE_RECORD_ONLY, around.reliability.habits.record_alone(Said::Style))
        }
        (true, false) if is_nameless(record, lea) => return None,
        (true, false) => (level::STYLE_LEA_ONLY, around.reliability.habits.lea_alone(Said::Style)),
        (false, false) if ours == theirs => (level::STYLE_SAME, rarity_of_all(around, theirs)),
        (false, false) if ours.is_disjoint(theirs) => {
            (level::STYLE_CONFLICT, rarity_of_all(around, ours) + rarity_of_all(around, theirs))
        }
        (false, false) => (level::STYLE_OVERLAP, rarity_of_all(around, ours.intersection(theirs))),
    };
    Some(Finding { level, information })
}

fn rarity_of_all<'a>(around: &Surroundings<'_>, words: impl IntoIterator<Item = &'a CompactString>) -> f32 {
    words.into_iter().map(|word| around.rarity(Rule::Style, word)).sum()
}
