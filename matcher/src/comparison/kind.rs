//! What kind of agency the names say they are: grades, form, place, and the words of style around them.

use std::collections::BTreeSet;

use super::Finding;
use super::level::{self, LevelId};
use crate::name::{Group, Kind};
use crate::prepared::Prepared;
use crate::surroundings::Surroundings;

/// Levels of a group: same, only the record, only the LEA, conflict.
type GroupLevels = [LevelId; 4];

const GROUPS: &[(Group, GroupLevels)] = &[
    (Group::Grades, [level::GRADE_SAME, level::GRADE_RECORD_ONLY, level::GRADE_LEA_ONLY, level::GRADE_CONFLICT]),
    (Group::Form, [level::FORM_SAME, level::FORM_RECORD_ONLY, level::FORM_LEA_ONLY, level::FORM_CONFLICT]),
    (Group::Place, [level::PLACE_SAME, level::PLACE_RECORD_ONLY, level::PLACE_LEA_ONLY, level::PLACE_CONFLICT]),
];

pub(super) fn kinds(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    for (group, levels) in GROUPS {
        let of = |agency: &Prepared| -> BTreeSet<Kind> {
            agency.name.kinds.iter().copied().filter(|kind| kind.group() == *group).collect()
        };
        let (ours, theirs) = (of(record), of(lea));
        let [same, record_only, lea_only, conflict] = *levels;
        let finding = match (ours.is_empty(), theirs.is_empty()) {
            (true, true) => continue,
            (false, true) => (record_only, rarest(around, &ours)),
            (true, false) => (lea_only, rarest(around, &theirs)),
            (false, false) if ours.is_disjoint(&theirs) => (conflict, 0.0),
            (false, false) => (same, rarest(around, &theirs)),
        };
        found.push(Finding { level: finding.0, information: finding.1 });
    }
    style(around, record, lea, found);
    span(record, lea, found);
}

fn rarest(around: &Surroundings<'_>, kinds: &BTreeSet<Kind>) -> f32 {
    kinds.iter().map(|kind| around.rarity("kind", kind.word())).fold(0.0, f32::max)
}

/// `Union Free` and `Central` tell siblings apart where a state uses both.
fn style(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    let (ours, theirs) = (&record.name.style, &lea.name.style);
    let information = |words: &BTreeSet<String>| words.iter().map(|word| around.rarity("style", word)).sum::<f32>();
    let finding = match (ours.is_empty(), theirs.is_empty()) {
        (true, true) => return,
        (false, true) => (level::STYLE_RECORD_ONLY, information(ours)),
        (true, false) => (level::STYLE_LEA_ONLY, information(theirs)),
        (false, false) if ours == theirs => (level::STYLE_SAME, information(theirs)),
        (false, false) if ours.is_disjoint(theirs) => (level::STYLE_CONFLICT, information(ours) + information(theirs)),
        (false, false) => (level::STYLE_OVERLAP, information(&ours.intersection(theirs).cloned().collect())),
    };
    found.push(Finding { level: finding.0, information: finding.1 });
}

/// The grades the record's name says, against those the LEA serves.
fn span(record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    let (Some(span), Some(said)) = (lea.span, record.name.grades()) else { return };
    let level = if span == said { level::SPAN_SAME } else { level::SPAN_CONFLICT };
    found.push(Finding { level, information: 0.0 });
}
