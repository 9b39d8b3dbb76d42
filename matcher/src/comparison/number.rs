//! Numbers inside the names, and the state's own numbers among them: `USD 259` is `KS-D0259`.

use super::Finding;
use super::level;
use crate::blocking::Rule;
use crate::habit::{Said, kinds_said};
use crate::name::Group;
use crate::prepared::Prepared;
use crate::surroundings::{Field, Surroundings};

pub(super) fn numbers(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    let (ours, theirs) = (&record.name.numbers, &lea.name.numbers);
    let habits = &around.reliability.habits;
    let finding = match (ours.is_empty(), theirs.is_empty()) {
        (true, true) => None,
        (true, false) => Some((level::NUMBER_LEA_ONLY, habits.lea_alone(Said::Number))),
        (false, true) => Some((level::NUMBER_RECORD_ONLY, habits.record_alone(Said::Number))),
        (false, false) => Some(
            ours.intersection(theirs).map(|number| around.rarity(Rule::Number, number)).max_by(f32::total_cmp).map_or(
                (level::NUMBER_CONFLICT, 0.0),
                |information| match has_other_letters(record, lea) {
                    true => (level::NUMBER_OTHER_LETTERS, information),
                    false => (level::NUMBER_SAME, information),
                },
            ),
        ),
    };
    found.extend(finding.map(|(level, information)| Finding { level, information }));
    id_number(around, record, lea, found);
    id_aside(around, record, lea, found);
}

/// `Mesa Unified District (4235)` is `AZ-4235`, and what NCES calls so. How often this is so is learned from the file.
fn id_aside(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    if Field::IdAside.agrees(record, lea).is_none() {
        return;
    }
    let shared = record.name.ids.intersection(&lea.id_numbers);
    found.push(match shared.map(|id| around.agreement(Field::IdAside, id)).max_by(f32::total_cmp) {
        Some(information) => Finding { level: level::ID_ASIDE_SAME, information },
        None => Finding { level: level::ID_ASIDE_DIFFERENT, information: around.disagreement(Field::IdAside) },
    });
}

/// `C-2` is not `Re-2`; where only one side writes letters nothing is said.
fn has_other_letters(record: &Prepared, lea: &Prepared) -> bool {
    let (ours, theirs) = (&record.name.codes, &lea.name.codes);
    !ours.is_empty() && !theirs.is_empty() && ours.is_disjoint(theirs)
}

/// How often a number in a name is the state's id is learned from the file itself. Where both names have numbers, these
/// are compared already.
fn id_number(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    let is_compared_already = !lea.name.numbers.is_empty();
    if is_compared_already
        || record.name.numbers.is_empty()
        || lea.id_numbers.is_empty()
        || !is_of_form(record, lea)
        || stands_for_name(around, record, lea)
    {
        return;
    }
    let (same, different) = match around.reliability.is_id_number_in_names() {
        true => (level::ID_NUMBER_OF_RULE_SAME, level::ID_NUMBER_OF_RULE_DIFFERENT),
        false => (level::ID_NUMBER_SAME, level::ID_NUMBER_DIFFERENT),
    };
    found.push(match number_of_id(around, record, lea) {
        Some(information) => Finding { level: same, information },
        None => Finding { level: different, information: around.disagreement(Field::IdNumber) },
    });
}

/// Whether a number of the record's name is one of the LEA's id, and how surprising that is.
pub(super) fn number_of_id(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Option<f32> {
    let shared = record.name.numbers.intersection(&lea.id_numbers);
    shared.map(|number| around.agreement(Field::IdNumber, number)).max_by(f32::total_cmp)
}

/// Whether the record has its id's number in place of a name, as is the rule of its list.
pub(super) fn stands_for_name(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> bool {
    let is_told = record.name.is_numbered && !lea.id_numbers.is_empty() && lea.name.numbers.is_empty();
    is_told && is_of_form(record, lea) && around.reliability.is_id_number_in_names()
}

/// The number of a service agency is not that of a district's id.
fn is_of_form(record: &Prepared, lea: &Prepared) -> bool {
    let [ours, theirs] = [record, lea].map(|agency| kinds_said(agency, Group::Form));
    ours.is_empty() || !ours.is_disjoint(theirs)
}
