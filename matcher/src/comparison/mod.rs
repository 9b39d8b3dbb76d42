//! What two agencies have in common, comparison by comparison.
//!
//! Each comparison finds one level, with the information it carries: how surprising it would be by chance, in natural
//! logarithms. Where a side is silent there is no finding: missing is no evidence.

mod chance;
mod contact;
mod kind;
pub(crate) mod level;
mod name;
mod number;
mod place;
mod word;

use compact_str::CompactString;

use crate::alias::as_called;
use crate::cut::as_whole;
use crate::prepared::Prepared;
use crate::surroundings::Surroundings;
use chance::Chance;
use level::{LEVELS, LevelId};

pub use level::Level;

/// What one comparison found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Finding {
    pub level: LevelId,
    /// Natural logarithm of how surprising this is by chance; negative where it speaks against the pair.
    pub information: f32,
}

/// A finding with its values and its weight, for people.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Evidence {
    /// Which comparison.
    pub comparison: &'static str,
    /// The record's value.
    pub record: CompactString,
    /// The LEA's value.
    pub lea: CompactString,
    /// How well they agree, in words.
    pub level: &'static str,
    /// How surprising that would be by chance, in natural logarithms.
    pub information: f64,
    /// Log-odds (natural logarithm) this adds: the level's base and slope times the information.
    pub weight: f64,
}

/// An agency with its name as the other writes it, where that is one of its ways.
fn read_beside(agency: &Prepared, other: &Prepared) -> Option<Box<Prepared>> {
    let whole = as_whole(agency, other);
    as_called(whole.as_deref().unwrap_or(agency), other).or(whole)
}

/// All that speaks for and against a pair.
pub(crate) fn compare(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared, found: &mut Vec<Finding>) {
    found.clear();
    let read = [read_beside(record, lea), read_beside(lea, record)];
    let [record, lea] = [read[0].as_deref().unwrap_or(record), read[1].as_deref().unwrap_or(lea)];
    contact::ids(around, record, lea, found);
    name::names(around, record, lea, found);
    kind::kinds(around, record, lea, found);
    number::numbers(around, record, lea, found);
    let mut chance = Chance::new(around, record, lea, found);
    place::places(&mut chance, record, lea, found);
    contact::reach(&mut chance, record, lea, found);
}

/// The values behind a finding.
pub(crate) fn values(level: LevelId, record: &Prepared, lea: &Prepared) -> (CompactString, CompactString) {
    let read = [read_beside(record, lea), read_beside(lea, record)];
    let [record, lea] = [read[0].as_deref().unwrap_or(record), read[1].as_deref().unwrap_or(lea)];
    match LEVELS[usize::from(level)].comparison {
        "nces id" => (shown(&record.nces_id), shown(&lea.nces_id)),
        "state id" => (shown(&record.state_leaid), shown(&lea.state_leaid)),
        "grades in name" if level == level::GRADE_AS_SERVED || level == level::GRADE_NOT_SERVED => {
            (record.kind_words(), lea.span.map_or_else(CompactString::default, |span| span.words().into()))
        }
        "grades in name" | "form" | "kind of place" => (record.kind_words(), lea.kind_words()),
        "style" => (joined(&record.name.style), joined(&lea.name.style)),
        "said aside" => (joined(&record.name.qualifiers), joined(&lea.name.qualifiers)),
        "number in name" => (joined(&record.name.numbers), joined(&lea.name.numbers)),
        "number in name and state id" => (joined(&record.name.numbers), shown(&lea.state_leaid)),
        "id behind the name" if lea.name.ids.is_empty() => (joined(&record.name.ids), shown(&lea.state_leaid)),
        "id behind the name" => (joined(&record.name.ids), joined(&lea.name.ids)),
        "county" => (shown(&record.county), lea.county.as_ref().unwrap_or(&lea.published_name).clone()),
        "city" => (joined(&record.cities), joined(&lea.cities)),
        "zip" => (joined(&record.zips), joined(&lea.zips)),
        "street" => (joined(&record.streets), joined(&lea.streets)),
        "phone" => (shown(&record.phone), shown(&lea.phone)),
        "domain" => (shown(&record.domain), shown(&lea.domain)),
        "superintendent" => (shown(&record.person), shown(&lea.person)),
        "agency type" if level == level::TYPES_TOGETHER => (shown(&record.kind), lea.type_words()),
        "agency type" => (CompactString::default(), lea.type_words()),
        _ => (record.published_name.clone(), lea.published_name.clone()),
    }
}

fn shown(value: &Option<CompactString>) -> CompactString {
    value.clone().unwrap_or_default()
}

fn joined<'a>(values: impl IntoIterator<Item = &'a CompactString>) -> CompactString {
    let mut text = CompactString::default();
    for value in values {
        let between = if text.is_empty() { "" } else { "; " };
        text.extend([between, value]);
    }
    text
}
