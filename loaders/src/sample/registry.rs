//! The truth as states publish it: the same agencies under other ids and other spellings, with
//! records missing on either side.

use super::agency::{Agency, AgencyKind};
use super::rng::Rng;
use super::vocabulary::{COUNTIES, LEA_COUNTS};

/// Which of the five layouts a state uses; they are those of the built-in declarations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    California,
    Texas,
    Ohio,
    Iowa,
    Colorado,
}

impl Layout {
    /// A state's own layout; other states take turns.
    pub fn of(state: &str) -> Self {
        let turn = LEA_COUNTS.iter().position(|(code, _)| *code == state).unwrap_or(0);
        match state {
            "CA" => Self::California,
            "TX" => Self::Texas,
            "OH" => Self::Ohio,
            "IA" => Self::Iowa,
            "CO" => Self::Colorado,
            _ => [Self::California, Self::Texas, Self::Ohio, Self::Iowa, Self::Colorado][turn % 5],
        }
    }

    /// Key of the built-in declaration with this layout.
    pub fn declaration_key(self) -> &'static str {
        match self {
            Self::California => "ca",
            Self::Texas => "tx",
            Self::Ohio => "oh",
            Self::Iowa => "ia",
            Self::Colorado => "co",
        }
    }
}

/// A record as a state's clerk typed it.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The id, in the layout's digits.
    pub id: String,
    pub name: String,
    pub county: &'static str,
    /// The county's number, which is part of Iowa's id.
    pub county_number: usize,
    pub city: String,
    pub street: String,
    pub zip: String,
    pub phone: String,
    pub website: String,
    pub superintendent: String,
    pub email: String,
    pub kind: AgencyKind,
    /// The truth, which no published file carries: none for an agency NCES does not list.
    pub nces_id: Option<String>,
}

/// ST_LEAID after its prefix.
pub(super) fn ccd_state_id(agency: &Agency) -> String {
    let layout = Layout::of(agency.state.code);
    match layout {
        Layout::Iowa => format!("{:02}{} 000", agency.county + 1, published_id(layout, agency.number)),
        _ => published_id(layout, agency.number),
    }
}

fn published_id(layout: Layout, number: usize) -> String {
    match layout {
        Layout::California => format!("{:07}", 110_000 + number * 13),
        Layout::Texas => format!("{:06}", 1_900 + number * 7),
        Layout::Ohio => format!("{:06}", 440 + number * 11),
        Layout::Iowa | Layout::Colorado => format!("{:04}", 9 + number * 3),
    }
}

/// The entries of one state's registry, in the order of its file.
pub(super) fn entries_of(layout: Layout, agencies: &[Agency], seed: u64) -> Vec<Entry> {
    let state = agencies.first().map_or("", |agency| agency.state.code);
    let mut rng = Rng::for_purpose(seed, &format!("registry {state}"));
    let mut entries: Vec<Entry> = agencies
        .iter()
        .filter(|agency| agency.is_open && !rng.chance(20))
        .map(|agency| entry(layout, agency))
        .collect();
    for (index, entry) in entries.iter_mut().enumerate() {
        let number = agencies.len() + index + 1;
        spoil(entry, layout, number, &mut rng);
    }
    let newcomers = agencies.len() / 60;
    entries.extend((0..newcomers).map(|index| newcomer(layout, agencies.len() * 2 + index + 1, &mut rng)));
    rng.shuffle(&mut entries);
    entries
}

fn entry(layout: Layout, agency: &Agency) -> Entry {
    let (first, last) = agency.superintendent;
    Entry {
        id: published_id(layout, agency.number),
        name: state_name(layout, agency),
        county: agency.county_name(),
        county_number: agency.county + 1,
        city: agency.city.clone(),
        street: agency.street.clone(),
        zip: agency.zip.clone(),
        phone: agency.phone.clone(),
        website: format!("www.{}/", agency.domain),
        superintendent: format!("{first} {last}"),
        email: format!("{}@{}", last.to_lowercase(), agency.domain),
        kind: agency.kind,
        nces_id: Some(agency.nces_id.clone()),
    }
}

/// Each state has its own way with names.
fn state_name(layout: Layout, agency: &Agency) -> String {
    let place = &agency.place;
    match (layout, agency.kind) {
        (Layout::California, AgencyKind::Unified) => format!("{place} Unified"),
        (Layout::California, AgencyKind::Elementary) => format!("{place} Elementary"),
        (Layout::California, AgencyKind::High) => format!("{place} Union High"),
        (Layout::Texas, AgencyKind::Unified) => format!("{place} USD").to_uppercase(),
        (Layout::Texas, _) => agency.name().to_uppercase(),
        (Layout::Iowa, AgencyKind::Unified) => format!("{place} Unif School District"),
        (Layout::Colorado, AgencyKind::Unified) => format!("{place} Unified"),
        (Layout::Colorado, AgencyKind::Elementary) => format!("{place} Elem"),
        _ => agency.name(),
    }
}

/// What happens to records in real files.
fn spoil(entry: &mut Entry, layout: Layout, unused_number: usize, rng: &mut Rng) {
    if rng.chance(30) {
        entry.id = published_id(layout, unused_number); // the state renumbered it
    }
    if rng.chance(30) {
        entry.name = misspelt(&entry.name, rng);
    }
    if rng.chance(40) {
        entry.name = entry
            .name
            .replace("Saint ", "St. ")
            .replace("Mount ", "Mt ")
            .replace("Fort ", "Ft. ")
            .replace(" School District", " Sch Dist");
    }
    if rng.chance(60) {
        entry.phone = "No Data".to_owned();
    }
    if rng.chance(40) {
        entry.superintendent = "Position Vacant".to_owned();
    }
    if rng.chance(50) {
        entry.website = "N/A".to_owned();
    }
    if rng.chance(50) {
        entry.street = format!("PO Box {}", 10 + rng.below(900));
    }
    if rng.chance(15) {
        entry.name = format!("{}  ", entry.name);
    }
}

/// Two letters in the wrong order.
fn misspelt(name: &str, rng: &mut Rng) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = 1 + rng.below(letters.len().saturating_sub(3).max(1));
    if letters.len() > at + 1 {
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}

/// An agency too new for NCES.
fn newcomer(layout: Layout, number: usize, rng: &mut Rng) -> Entry {
    let county = rng.below(COUNTIES.len());
    let (first, last) = (rng.pick(super::vocabulary::FIRST_NAMES), rng.pick(super::vocabulary::LAST_NAMES));
    Entry {
        id: published_id(layout, number),
        name: format!("{last} Academy of {}", COUNTIES[county]),
        county: COUNTIES[county],
        county_number: county + 1,
        city: format!("{last}ton"),
        street: format!("{} Academy Way", 1 + rng.below(99)),
        zip: format!("{:05}", 10_000 + rng.below(89_000)),
        phone: format!("209777{:04}", rng.below(10_000)),
        website: "N/A".to_owned(),
        superintendent: format!("{first} {last}"),
        email: format!("{}@newacademy{number}.org", first.to_lowercase()),
        kind: AgencyKind::Charter,
        nces_id: None,
    }
}
