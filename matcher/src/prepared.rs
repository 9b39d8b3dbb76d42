//! An agency's values in the form in which they are compared.

use std::collections::BTreeSet;

use compact_str::{CompactString, CompactStringExt, format_compact};
use smallvec::SmallVec;

use crate::alias;
use crate::name::{Grades, Kind, Kinds, Name, normalized};
use crate::{Agency, Decision, Place};

/// Of an office and a mail address there are two at most.
type Values = SmallVec<[CompactString; 2]>;

/// An agency made ready once, compared many times.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub name: Name,
    /// How rare each proper word is among the state's LEAs; known once these are indexed.
    pub word_rarities: Vec<f32>,
    /// Where it stands in its list.
    pub position: usize,
    pub published_name: CompactString,
    /// Its state: words are read as they are there.
    pub state: CompactString,
    /// How its name begins, where the end of it may be missing.
    pub begun: Option<CompactString>,
    /// The names it has, where that is more than one.
    pub aliases: Vec<Name>,
    pub nces_id: Option<CompactString>,
    pub state_leaid: Option<CompactString>,
    /// The numbers that a name may quote of the state's id: `D0259` is 259. Those behind its own name too.
    pub id_numbers: BTreeSet<CompactString>,
    pub phone: Option<CompactString>,
    pub domain: Option<CompactString>,
    pub zips: Values,
    pub streets: Values,
    pub cities: Values,
    pub county: Option<CompactString>,
    pub person: Option<CompactString>,
    pub span: Option<Grades>,
    pub kind: Option<CompactString>,
    /// What its type says, which its name may leave out.
    pub type_kinds: Kinds,
    pub standing: Standing,
    pub shares_lea: bool,
    pub decision: Option<Decision>,
}

/// Whether an LEA operates: an older list has no new ones, a newer one no closed ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) enum Standing {
    #[default]
    Open,
    New,
    Closed,
}

impl Standing {
    fn of(status: &str) -> Self {
        match status {
            "New" | "Future" | "Added" => Self::New,
            "Closed" | "Inactive" => Self::Closed,
            _ => Self::Open,
        }
    }
}

impl Prepared {
    /// Its type, and whether it operates.
    pub fn agency_type(&self) -> (&str, Standing) {
        (self.kind.as_deref().unwrap_or_default(), self.standing)
    }

    /// Its type in words.
    pub fn type_words(&self) -> CompactString {
        let kind = self.kind.as_deref().unwrap_or_default();
        match self.standing {
            Standing::Open => kind.into(),
            Standing::New => format_compact!("{kind}, new"),
            Standing::Closed => format_compact!("{kind}, closed"),
        }
    }

    /// What name and type say it is.
    pub fn kinds(&self) -> Kinds {
        self.name.kinds.union(self.type_kinds)
    }

    /// The same agency, with its name as another writes it.
    pub fn named_as(&self, other: &Self) -> Self {
        let name = Name { as_written: self.name.as_written.clone(), ..other.name.clone() };
        Self { name, word_rarities: other.word_rarities.clone(), ..self.clone() }
    }

    /// The same agency by one of its names, which is a number: its words tell nothing.
    pub fn called(&self, alias: &Name) -> Self {
        let name = Name { as_written: self.name.as_written.clone(), ..alias.clone() };
        Self { word_rarities: vec![0.0; name.words.len()], name, ..self.clone() }
    }

    /// The proper word that a cut name ends with.
    pub fn ends_cut(&self) -> Option<&CompactString> {
        let (begun, last) = (self.begun.as_ref()?, self.name.words.last()?);
        begun.ends_with(last.as_str()).then_some(last)
    }

    /// The county in which a cut name ends is cut too.
    pub fn forget_cut_county(&mut self) {
        let is_last = |county: &CompactString| self.name.normalized.ends_with(county.as_str());
        if self.name.county.as_ref().is_some_and(is_last) && self.county == self.name.county {
            self.county = None;
        }
    }

    /// The same in words.
    pub fn kind_words(&self) -> CompactString {
        self.kinds().words()
    }
}

/// Hosts that many agencies share.
const SHARED_HOSTS: &[&str] = &[
    "gmail.com",
    "yahoo.com",
    "hotmail.com",
    "outlook.com",
    "aol.com",
    "google.com",
    "sites.google.com",
    "facebook.com",
];

impl Prepared {
    pub fn new(agency: &Agency) -> Self {
        let name = Name::parse_in(&agency.state, &agency.name);
        let county = agency.county.as_deref().or(name.county.as_deref()).or(name.numbered_county()).map(county_key);
        let mut id_numbers = agency.state_leaid.as_deref().map(numbers_of_id).unwrap_or_default();
        id_numbers.extend(name.ids.iter().cloned());
        Self {
            published_name: agency.name.as_str().into(),
            state: agency.state.as_str().into(),
            begun: None,
            aliases: alias::names(&agency.state, &agency.name),
            nces_id: agency.nces_id.as_deref().map(CompactString::from),
            state_leaid: agency.state_leaid.as_deref().map(CompactString::from),
            id_numbers,
            person: agency.person.as_deref().and_then(last_name),
            span: agency.grades.as_deref().and_then(Grades::parse),
            kind: agency.kind.as_deref().map(CompactString::from),
            type_kinds: agency.kind.as_deref().map(kinds_of_type).unwrap_or_default(),
            shares_lea: agency.shares_lea,
            decision: agency.decision.clone(),
            phone: agency.phone.as_deref().and_then(phone_digits),
            domain: agency.web.as_deref().and_then(domain_of),
            zips: of_places(agency, |place| &place.zip, zip5),
            streets: of_places(agency, |place| &place.street, |street| Some(street_key(street))),
            cities: of_places(agency, |place| &place.city, |city| Some(normalized(city))),
            county: county.filter(|county| !county.is_empty()),
            standing: Standing::of(agency.status.as_deref().unwrap_or_default()),
            name,
            word_rarities: Vec::new(),
            position: 0,
        }
    }
}

/// The different values of its places, office and mail, which mostly say the same.
fn of_places(
    agency: &Agency,
    said: impl Fn(&Place) -> &Option<String>,
    value: impl Fn(&str) -> Option<CompactString>,
) -> Values {
    let mut texts: SmallVec<[&str; 2]> = agency.places.iter().filter_map(|place| said(place).as_deref()).collect();
    texts.dedup();
    let mut values: Values = texts.into_iter().filter_map(value).filter(|value| !value.is_empty()).collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// What the type's words say that names may leave out: charter, service agency, vocational.
fn kinds_of_type(kind: &str) -> Kinds {
    let lower = kind.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let mut kinds = Kinds::default();
    if says(&["not a charter"]) {
        return kinds;
    }
    if says(&["charter"]) {
        kinds.insert(Kind::Charter);
    }
    if says(&["service agency", "service center", "county office", "boces", "cooperative", "intermediate"]) {
        kinds.insert(Kind::Service);
    }
    if says(&["vocational", "technical", "career"]) {
        kinds.insert(Kind::Vocational);
    }
    kinds
}

/// The last word of a person's name, without marks and suffixes.
fn last_name(person: &str) -> Option<CompactString> {
    const SUFFIXES: &[&str] = &["jr", "sr", "ii", "iii", "iv", "phd", "edd"];
    let folded = normalized(person);
    folded.split(' ').rev().find(|word| word.len() > 1 && !SUFFIXES.contains(word)).map(CompactString::from)
}

/// Every number a name may mean by an id: its parts, and its last three and four digits, without zeros in front.
fn numbers_of_id(id: &str) -> BTreeSet<CompactString> {
    let plain = |digits: &str| CompactString::from(digits.trim_start_matches('0'));
    let mut numbers: BTreeSet<CompactString> =
        id.split(|c: char| !c.is_ascii_digit()).filter(|part| part.len() >= 2).map(plain).collect();
    let all: CompactString = id.chars().filter(char::is_ascii_digit).collect();
    let ends = [3, 4].into_iter().filter(|length| all.len() > *length).map(|length| plain(&all[all.len() - length..]));
    numbers.extend(ends.chain([plain(&all)]));
    // A single digit is a number of many things.
    numbers.retain(|number| !number.is_empty());
    numbers
}

/// `EL PASO COUNTY` → `el paso`.
fn county_key(county: &str) -> CompactString {
    let normalized = normalized(county);
    normalized.strip_suffix(" county").map_or_else(|| normalized.clone(), CompactString::from)
}

fn phone_digits(phone: &str) -> Option<CompactString> {
    let digits: CompactString = phone.chars().filter(char::is_ascii_digit).take(11).collect();
    let ten = digits.strip_prefix('1').filter(|rest| rest.len() == 10).unwrap_or(&digits);
    (ten.len() >= 10).then(|| ten[..10].into())
}

fn zip5(zip: &str) -> Option<CompactString> {
    zip.get(..5).filter(|five| five.bytes().all(|byte| byte.is_ascii_digit())).map(CompactString::from)
}

/// `http://www.sscisd.net/x` and `jeff@sscisd.net` → `sscisd.net`.
fn domain_of(web: &str) -> Option<CompactString> {
    let lower = web.trim().to_lowercase();
    let host = lower.rsplit_once('@').map_or(lower.as_str(), |(_, host)| host);
    let host = host.split_once("://").map_or(host, |(_, rest)| rest);
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let is_good = host.contains('.') && !SHARED_HOSTS.contains(&host);
    is_good.then(|| host.into())
}

/// Number and first word: `313 West Winton Avenue` → `313 winton`, `P.O. Box 12` → `box 12`.
fn street_key(street: &str) -> CompactString {
    const DIRECTIONS: &[&str] = &["n", "s", "e", "w", "north", "south", "east", "west", "ne", "nw", "se", "sw"];
    let mut lower = street.to_lowercase();
    lower.retain(|c| c != '.');
    let words =
        || lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && !DIRECTIONS.contains(word));
    if words().any(is_box) {
        let number = words().skip_while(|word| !is_box(word)).nth(1);
        return format_compact!("box {}", number.unwrap_or_default());
    }
    let mut numbered = words().skip_while(|word| !word.starts_with(|c: char| c.is_ascii_digit()));
    match (numbered.next(), numbered.next()) {
        (Some(number), Some(name)) => [number, name].join_compact(" "),
        (number, _) => number.unwrap_or_default().into(),
    }
}

fn is_box(word: &str) -> bool {
    word == "box" || word == "pobox"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_in_one_form() {
        assert_eq!(phone_digits("1-903-564-6051 x2").as_deref(), Some("9035646051"));
        assert_eq!(phone_digits("564-6051"), None);
        assert_eq!(domain_of("HTTP://www.SSCISD.net/").as_deref(), Some("sscisd.net"));
        assert_eq!(domain_of("jeff@gmail.com"), None);
        assert_eq!(street_key("313 West Winton Avenue"), "313 winton");
        assert_eq!(street_key("P.O. Box 12"), "box 12");
        assert_eq!(street_key("Town Hall"), "");
    }
}
