//! What kind of agency a name says: grades, legal form, kind of place.

use compact_str::{CompactString, CompactStringExt};

/// What a name says an agency is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Elementary grades only.
    Elementary,
    /// High school grades only.
    High,
    /// All grades.
    Unified,
    /// A charter.
    Charter,
    /// A service agency, county office, cooperative.
    Service,
    /// Vocational or technical.
    Vocational,
    /// A city's own district, where the state has local ones beside it.
    City,
    /// A district of the country around a city.
    Local,
    /// A county's district.
    County,
    /// A township's district.
    Township,
    /// A borough's district.
    Borough,
    /// A parish's district.
    Parish,
}

/// Kinds that exclude each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Which grades.
    Grades,
    /// Which legal form.
    Form,
    /// Which kind of place.
    Place,
}

impl Kind {
    /// The group it belongs to.
    pub fn group(self) -> Group {
        match self {
            Self::Elementary | Self::High | Self::Unified => Group::Grades,
            Self::Charter | Self::Service | Self::Vocational => Group::Form,
            Self::City | Self::Local | Self::County | Self::Township | Self::Borough | Self::Parish => Group::Place,
        }
    }

    /// The kind in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Elementary => "elementary",
            Self::High => "high",
            Self::Unified => "unified",
            Self::Charter => "charter",
            Self::Service => "service",
            Self::Vocational => "vocational",
            Self::City => "city",
            Self::Local => "local",
            Self::County => "county",
            Self::Township => "township",
            Self::Borough => "borough",
            Self::Parish => "parish",
        }
    }
}

/// The grades an agency serves, as far as they tell siblings apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grades {
    /// Up to grade 8 or so.
    Lower,
    /// From grade 7 or so.
    Upper,
    /// Both.
    All,
}

impl Grades {
    /// Of `KG-08`, `09-12`, `PK-12`.
    pub fn parse(span: &str) -> Option<Self> {
        let (low, high) = span.split_once('-')?;
        let grade = |text: &str| match text.trim() {
            "PK" | "KG" | "TK" => Some(0),
            other => other.parse::<u8>().ok(),
        };
        let (low, high) = (grade(low)?, grade(high)?);
        Some(match (low, high) {
            (_, ..=8) => Self::Lower,
            (7.., _) => Self::Upper,
            _ => Self::All,
        })
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Lower => "up to grade 8",
            Self::Upper => "from grade 7",
            Self::All => "all grades",
        }
    }
}

/// Every kind, in the order of the enumeration.
const ALL: [Kind; 12] = [
    Kind::Elementary,
    Kind::High,
    Kind::Unified,
    Kind::Charter,
    Kind::Service,
    Kind::Vocational,
    Kind::City,
    Kind::Local,
    Kind::County,
    Kind::Township,
    Kind::Borough,
    Kind::Parish,
];

/// A set of kinds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kinds(u16);

impl Kinds {
    /// How many kinds there are.
    pub const COUNT: usize = ALL.len();

    /// Every kind.
    pub fn all() -> Self {
        ALL.into_iter().collect()
    }

    /// Adds one.
    pub fn insert(&mut self, kind: Kind) {
        self.0 |= 1 << kind as u8;
    }

    /// Whether it has that one.
    pub fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// Whether it has none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether no kind is in both.
    pub fn is_disjoint(self, other: Self) -> bool {
        self.0 & other.0 == 0
    }

    /// Those of either.
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of one group.
    pub fn of_group(self, group: Group) -> Self {
        self.iter().filter(|kind| kind.group() == group).collect()
    }

    /// In order.
    pub fn iter(self) -> impl Iterator<Item = Kind> {
        ALL.into_iter().filter(move |kind| self.contains(*kind))
    }

    /// In words.
    pub fn words(self) -> CompactString {
        self.iter().map(Kind::word).join_compact(", ")
    }
}

impl FromIterator<Kind> for Kinds {
    fn from_iter<T: IntoIterator<Item = Kind>>(kinds: T) -> Self {
        let mut set = Self::default();
        kinds.into_iter().for_each(|kind| set.insert(kind));
        set
    }
}
