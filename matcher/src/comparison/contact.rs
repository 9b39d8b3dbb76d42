//! Ids, and how the agency is reached: phone, web, address.

use std::collections::BTreeSet;

use super::{Evidence, Surroundings};
use crate::prepared::Prepared;

/// The state's id.
pub(super) fn state_id(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Option<Evidence> {
    let model = around.model;
    single(
        around,
        "state id",
        "id",
        record.state_leaid.as_ref(),
        lea.state_leaid.as_ref(),
        model.agree.state_id,
        model.differ.state_id,
    )
}

/// The NCES id, where the state publishes it.
pub(super) fn nces_id(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Option<Evidence> {
    let model = around.model;
    single(
        around,
        "nces id",
        "nces",
        record.nces_id.as_ref(),
        lea.nces_id.as_ref(),
        model.agree.state_id,
        model.differ.state_id,
    )
}

/// The phone number.
pub(super) fn phone(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Option<Evidence> {
    let model = around.model;
    single(around, "phone", "phone", record.phone.as_ref(), lea.phone.as_ref(), model.agree.phone, model.differ.phone)
}

/// The host of website or e-mail.
pub(super) fn domain(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Option<Evidence> {
    let model = around.model;
    single(
        around,
        "domain",
        "domain",
        record.domain.as_ref(),
        lea.domain.as_ref(),
        model.agree.domain,
        model.differ.domain,
    )
}

/// House number and street, or box.
pub(super) fn street(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Option<Evidence> {
    let model = around.model;
    several(around, "street", &record.streets, &lea.streets, model.agree.street, model.differ.street)
}

/// Five digits of the zip. With the same street it says nothing new.
pub(super) fn zip(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Option<Evidence> {
    let model = around.model;
    let evidence = several(around, "zip", &record.zips, &lea.zips, model.agree.zip, model.differ.zip)?;
    let is_told_by_street = evidence.weight > 0.0 && !record.streets.is_disjoint(&lea.streets);
    (!is_told_by_street).then_some(evidence)
}

/// The city. With the same zip it says nothing new.
pub(super) fn city(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> Option<Evidence> {
    let model = around.model;
    let evidence = several(around, "city", &record.cities, &lea.cities, model.agree.city, model.differ.city)?;
    let is_told_by_zip = !record.zips.is_disjoint(&lea.zips);
    (!is_told_by_zip).then_some(evidence)
}

/// A closed agency is seldom in a registry.
pub(super) fn status(around: &Surroundings<'_>, lea: &Prepared) -> Option<Evidence> {
    lea.is_closed.then(|| Evidence {
        comparison: "status",
        record: "in the registry".to_owned(),
        lea: "closed".to_owned(),
        level: "closed",
        weight: around.model.status.closed,
    })
}

fn single(
    around: &Surroundings<'_>,
    comparison: &'static str,
    rule: &str,
    ours: Option<&String>,
    theirs: Option<&String>,
    m: f64,
    differ: f64,
) -> Option<Evidence> {
    let (ours, theirs) = (ours?, theirs?);
    let (level, weight) =
        if ours == theirs { ("same", around.agreement(m, &format!("{rule} {theirs}"))) } else { ("different", differ) };
    Some(Evidence { comparison, record: ours.clone(), lea: theirs.clone(), level, weight })
}

fn several(
    around: &Surroundings<'_>,
    comparison: &'static str,
    ours: &BTreeSet<String>,
    theirs: &BTreeSet<String>,
    m: f64,
    differ: f64,
) -> Option<Evidence> {
    if ours.is_empty() || theirs.is_empty() {
        return None;
    }
    let text = |values: &BTreeSet<String>| values.iter().cloned().collect::<Vec<_>>().join("; ");
    let best = ours
        .intersection(theirs)
        .map(|value| around.agreement(m, &format!("{comparison} {value}")))
        .max_by(f64::total_cmp);
    let (level, weight) = best.map_or(("different", differ), |weight| ("same", weight));
    Some(Evidence { comparison, record: text(ours), lea: text(theirs), level, weight })
}
