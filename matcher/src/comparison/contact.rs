//! Ids, and how the agency is reached.

use super::Finding;
use super::chance::Chance;
use super::level::{self, LevelId};
use crate::blocking::Rule;
use crate::prepared::Prepared;
use crate::surroundings::{Field, Surroundings};

/// The NCES id where the state publishes it, and the state's own.
pub(super) fn ids(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    let levels = (level::NCES_ID_SAME, level::NCES_ID_DIFFERENT);
    found.extend(id(around, Field::NcesId, levels, record, lea));
    // An id that no LEA has says little of which LEA it is: another code family, or one that NCES does not know yet.
    let is_unknown = record.state_leaid.as_ref().is_some_and(|id| around.index.with(Rule::Id, id).is_empty());
    if is_unknown {
        found.push(Finding { level: level::STATE_ID_UNKNOWN, information: 0.0 });
        return;
    }
    let levels = (level::STATE_ID_SAME, level::STATE_ID_DIFFERENT);
    found.extend(id(around, Field::StateId, levels, record, lea));
}

/// Street, phone, web, person.
pub(super) fn reach(chance: &mut Chance<'_>, record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    let levels = (level::STREET_SAME, level::STREET_DIFFERENT);
    found.extend(chance.compare(Field::Street, levels, record, lea));
    let levels = (level::PHONE_SAME, level::PHONE_DIFFERENT);
    found.extend(chance.compare(Field::Phone, levels, record, lea));
    let levels = (level::DOMAIN_SAME, level::DOMAIN_DIFFERENT);
    found.extend(chance.compare(Field::Domain, levels, record, lea));
    let levels = (level::PERSON_SAME, level::PERSON_DIFFERENT);
    found.extend(chance.compare(Field::Person, levels, record, lea));
}

fn id(
    around: &Surroundings<'_>,
    field: Field,
    (same, different): (LevelId, LevelId),
    record: &Prepared,
    lea: &Prepared,
) -> Option<Finding> {
    let ([ours], [theirs]) = (field.values(record), field.values(lea)) else { return None };
    Some(match ours == theirs {
        true => Finding { level: same, information: around.agreement(field, theirs) },
        false => Finding { level: different, information: around.disagreement(field) },
    })
}
