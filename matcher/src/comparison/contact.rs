//! Ids, and how the agency is reached.

use compact_str::CompactString;

use super::Finding;
use super::level::{self, LevelId};
use crate::blocking::Rule;
use crate::prepared::Prepared;
use crate::surroundings::{Field, Surroundings};

/// The NCES id where the state publishes it, and the state's own.
pub(super) fn ids(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    let levels = (level::NCES_ID_SAME, level::NCES_ID_DIFFERENT);
    single(around, Field::NcesId, levels, record.nces_id.as_ref(), lea.nces_id.as_ref(), found);
    // An id that no LEA has says little of which LEA it is: another code family, or one that NCES does not know yet.
    let is_unknown = record.state_leaid.as_ref().is_some_and(|id| around.index.with(Rule::Id, id).is_empty());
    if is_unknown {
        found.push(Finding { level: level::STATE_ID_UNKNOWN, information: 0.0 });
        return;
    }
    let levels = (level::STATE_ID_SAME, level::STATE_ID_DIFFERENT);
    single(around, Field::StateId, levels, record.state_leaid.as_ref(), lea.state_leaid.as_ref(), found);
}

/// Street, phone, web, person.
pub(super) fn reach(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    let levels = (level::STREET_SAME, level::STREET_DIFFERENT);
    several(around, Field::Street, levels, &record.streets, &lea.streets, found);
    let levels = (level::PHONE_SAME, level::PHONE_DIFFERENT);
    single(around, Field::Phone, levels, record.phone.as_ref(), lea.phone.as_ref(), found);
    let levels = (level::DOMAIN_SAME, level::DOMAIN_DIFFERENT);
    single(around, Field::Domain, levels, record.domain.as_ref(), lea.domain.as_ref(), found);
    let levels = (level::PERSON_SAME, level::PERSON_DIFFERENT);
    single(around, Field::Person, levels, record.person.as_ref(), lea.person.as_ref(), found);
}

fn single(
    around: &Surroundings<'_>,
    field: Field,
    (same, different): (LevelId, LevelId),
    ours: Option<&CompactString>,
    theirs: Option<&CompactString>,
    found: &mut Vec<Finding>,
) {
    let (Some(ours), Some(theirs)) = (ours, theirs) else { return };
    found.push(if ours == theirs {
        Finding { level: same, information: around.agreement(field, theirs) }
    } else {
        Finding { level: different, information: around.disagreement(field) }
    });
}

/// One of the values is enough; the rarest of those shared counts.
pub(super) fn several(
    around: &Surroundings<'_>,
    field: Field,
    (same, different): (LevelId, LevelId),
    ours: &[CompactString],
    theirs: &[CompactString],
    found: &mut Vec<Finding>,
) {
    if ours.is_empty() || theirs.is_empty() {
        return;
    }
    let shared = ours.iter().filter(|value| theirs.contains(value)).map(|value| around.agreement(field, value));
    found.push(match shared.max_by(f32::total_cmp) {
        Some(information) => Finding { level: same, information },
        None => Finding { level: different, information: around.disagreement(field) },
    });
}
