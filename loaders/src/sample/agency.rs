//! The truth: local education agencies as they are, before anybody writes them down.

use std::collections::HashSet;

use super::rng::Rng;
use super::vocabulary::{COUNTIES, FIRST_NAMES, LAST_NAMES, PLACE_FIRST, PLACE_SECOND, STREETS};
use crate::states::State;

/// What an agency is. One place may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AgencyKind {
    Unified,
    Elementary,
    High,
    Charter,
    Service,
}

impl AgencyKind {
    /// LEA_TYPE and LEA_TYPE_TEXT of the CCD.
    pub fn ccd_type(self) -> (&'static str, &'static str) {
        match self {
            Self::Charter => ("7", "Independent charter district"),
            Self::Service => ("4", "Service agency"),
            _ => ("1", "Regular public school district that is not a component of a supervisory union"),
        }
    }

    /// Lowest and highest grade.
    pub fn grades(self) -> (&'static str, &'static str) {
        match self {
            Self::Unified | Self::Charter => ("KG", "12"),
            Self::Elementary => ("KG", "08"),
            Self::High => ("09", "12"),
            Self::Service => ("N", "N"),
        }
    }
}

/// An agency and all that is true of it.
#[derive(Debug, Clone)]
pub(super) struct Agency {
    pub nces_id: String,
    /// Its number inside the state, from which every state's own id is made.
    pub number: usize,
    pub state: &'static State,
    pub place: String,
    pub kind: AgencyKind,
    pub county: usize,
    pub city: String,
    pub street: String,
    pub zip: String,
    pub phone: String,
    pub domain: String,
    pub superintendent: (&'static str, &'static str),
    pub is_open: bool,
}

impl Agency {
    pub fn county_name(&self) -> &'static str {
        COUNTIES[self.county % COUNTIES.len()]
    }

    /// The name as NCES writes it.
    pub fn name(&self) -> String {
        let place = &self.place;
        match self.kind {
            AgencyKind::Unified => format!("{place} Unified School District"),
            AgencyKind::Elementary => format!("{place} Elementary School District"),
            AgencyKind::High => format!("{place} Union High School District"),
            AgencyKind::Charter => format!("{place} Charter Academy"),
            AgencyKind::Service => format!("{place} Educational Service Center"),
        }
    }

    /// Phone as ten digits.
    pub fn phone_formatted(&self) -> String {
        format!("({}){}-{}", &self.phone[..3], &self.phone[3..6], &self.phone[6..])
    }
}

/// The agencies of one state.
pub(super) fn agencies_of(state: &'static State, count: usize, seed: u64) -> Vec<Agency> {
    let mut rng = Rng::for_purpose(seed, state.code);
    let mut places = Places::default();
    let mut agencies: Vec<Agency> = Vec::with_capacity(count);
    while agencies.len() < count {
        let place = places.next(&mut rng);
        let kinds: &[AgencyKind] = match rng.below(20) {
            0..=10 => &[AgencyKind::Unified],
            11..=14 => &[AgencyKind::Elementary, AgencyKind::High],
            15..=18 => &[AgencyKind::Charter],
            _ => &[AgencyKind::Service],
        };
        for kind in kinds.iter().take(count - agencies.len()) {
            let number = agencies.len() + 1;
            agencies.push(Agency { kind: *kind, ..agency(&mut rng, state, &place, number) });
        }
    }
    agencies
}

fn agency(rng: &mut Rng, state: &'static State, place: &str, number: usize) -> Agency {
    let is_town_of_its_own = rng.chance(700);
    let city = if is_town_of_its_own { place.to_owned() } else { format!("{}ville", rng.pick(LAST_NAMES)) };
    let slug: String = place.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_lowercase();
    Agency {
        nces_id: format!("{}{:05}", state.fips, number * 3 + 7),
        number,
        state,
        place: place.to_owned(),
        kind: AgencyKind::Unified,
        county: rng.below(COUNTIES.len()),
        city,
        street: format!("{} {}", 100 + rng.below(8900), rng.pick(STREETS)),
        zip: format!("{:05}", 10_000 + rng.below(89_000)),
        phone: format!("{}555{:04}", 201 + rng.below(700), rng.below(10_000)),
        domain: format!("{slug}{number}.k12.{}.us", state.code.to_lowercase()),
        superintendent: (rng.pick(FIRST_NAMES), rng.pick(LAST_NAMES)),
        is_open: !rng.chance(15),
    }
}

/// Place names that do not repeat inside a state.
#[derive(Default)]
struct Places {
    used: HashSet<String>,
}

impl Places {
    fn next(&mut self, rng: &mut Rng) -> String {
        loop {
            let first = rng.pick(PLACE_FIRST);
            let name = if first.contains(' ') && rng.chance(500) {
                first.to_owned()
            } else {
                format!("{first} {}", rng.pick(PLACE_SECOND))
            };
            let name = if self.used.len() > 1500 { format!("{name} {}", rng.pick(COUNTIES)) } else { name };
            if self.used.insert(name.clone()) {
                return name;
            }
        }
    }
}
