//! Where the agency is: county, city, zip.

use compact_str::CompactString;

use super::Finding;
use super::chance::Chance;
use super::level;
use crate::blocking::Rule;
use crate::name::Kind;
use crate::prepared::Prepared;
use crate::surroundings::{Field, Surroundings};

pub(super) fn places(chance: &mut Chance<'_>, record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    county(chance, record, lea, found);
    if record.cities.is_empty() {
        named_city(chance.around, record, lea, found);
    } else {
        // Where an office has moved, its street and phone say so too.
        let levels = match record.zips.is_empty() && record.streets.is_empty() && record.phone.is_none() {
            true => (level::CITY_ALONE_SAME, level::CITY_ALONE_DIFFERENT),
            false => (level::CITY_SAME, level::CITY_DIFFERENT),
        };
        found.extend(chance.compare(Field::City, levels, record, lea));
    }
    let levels = (level::ZIP_SAME, level::ZIP_DIFFERENT);
    found.extend(chance.compare(Field::Zip, levels, record, lea));
}

/// A record without a city whose name is the LEA's city: `Roanoke City` is in Roanoke. Where both names have a number, and
/// the same, the town says which of a county's districts it is: `Ault-Highland RE-9` is `Weld County School District No.
/// Re-9`, of Ault.
fn named_city(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    let (ours, theirs) = (&record.name, &lea.name);
    if ours.kinds.contains(Kind::County) {
        return;
    }
    if !ours.numbers.is_disjoint(&theirs.numbers) {
        let is_told = |city: &&CompactString| has_words(&ours.normalized, city) && !has_words(&theirs.normalized, city);
        if let Some(city) = lea.cities.iter().find(is_told) {
            let information = around.rarity(Rule::City, city);
            found.push(Finding { level: level::CITY_NAMED_NUMBERED, information });
        }
    } else if ours.core != theirs.core
        && let Some(town) = ours.towns().iter().find(|town| lea.cities.contains(town))
    {
        found.push(Finding { level: level::CITY_NAMED, information: around.rarity(Rule::City, town) });
    }
}

/// Whether a name has these words, one after the other.
fn has_words(name: &str, words: &str) -> bool {
    format!(" {name} ").contains(&format!(" {words} "))
}

/// The record's county, where the LEA has one, or where its name says one: `District No. 6 in the county of Weld`.
/// Silence of the name is no evidence: most names say none. `Jackson County School District No. 5` is named after it.
fn county(chance: &mut Chance<'_>, record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    if let Some(theirs) = &lea.county
        && record.name.kinds.contains(Kind::County)
        && !record.name.is_numbered
        && record.name.core == *theirs
        && lea.name.core != *theirs
    {
        let information = chance.around.rarity(Rule::County, theirs);
        found.push(Finding { level: level::COUNTY_NAMED_BY_RECORD, information });
    }
    let Some(county) = &record.county else { return };
    if let Some(theirs) = &lea.county {
        let (same, different) = match record.name.numbered_county().is_some() {
            true => (level::COUNTY_OF_NUMBER_SAME, level::COUNTY_OF_NUMBER_DIFFERENT),
            false => (level::COUNTY_SAME, level::COUNTY_DIFFERENT),
        };
        // A cut name may end in the county: `… in the county of Garfi`.
        let is_begun = lea.name.normalized.ends_with(&**theirs) && county.starts_with(&**theirs);
        found.push(if county == theirs || is_begun {
            Finding { level: same, information: chance.agreement(Field::County, theirs) }
        } else {
            Finding { level: different, information: chance.around.disagreement(Field::County) }
        });
        return;
    }
    let is_told_by_name = || record.name.normalized.contains(county.as_str());
    let names_it = || has_words(&lea.name.normalized, county);
    if lea.name.kinds.contains(Kind::County) && names_it() && !is_told_by_name() {
        found.push(Finding { level: level::COUNTY_NAMED, information: 0.0 });
    }
}
