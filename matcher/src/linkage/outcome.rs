//! What becomes of a record, in the words of the table that keeps it.

use super::change::Change;
use crate::comparison::Evidence;
use crate::comparison::level::{self, LEVELS};

/// How a link was found, in the words of the `match_method` column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// By the NCES id or the state's id, borne out by name or place.
    ExactId,
    /// The names are the same as written.
    ExactName,
    /// The names are the same once abbreviations are written out.
    NormalizedName,
    /// By the sum of the evidence.
    Fuzzy,
    /// The names differ; city and kind agree.
    CityType,
    /// A person decided.
    Manual,
}

impl Method {
    /// The word stored in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::ExactId => "exact_id",
            Self::ExactName => "exact_name",
            Self::NormalizedName => "normalized_name",
            Self::Fuzzy => "fuzzy",
            Self::CityType => "city_type",
            Self::Manual => "manual",
        }
    }
}

/// An LEA a record could be.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Position in the list of LEAs.
    pub lea: usize,
    /// Log-odds before any comparison.
    pub prior: f64,
    /// What speaks for and against it.
    pub evidence: Vec<Evidence>,
    /// Prior and evidence summed.
    pub score: f64,
    /// Probability against the other candidates, against "none of them", and against other records' claims; not
    /// calibrated.
    pub probability: f64,
    /// Calibrated: the share of such links that are right.
    pub confidence: f64,
}

/// What became of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Position in the list of records.
    pub record: usize,
    /// The LEA it is linked to or proposed for; none when no candidate is likely enough.
    pub best: Option<Candidate>,
    /// The second best candidate.
    pub runner_up: Option<Candidate>,
    /// How the best was found.
    pub method: Method,
    /// Why a person should look; none when the link can be trusted.
    pub review: Option<String>,
    /// True when another record of the list has the better claim to the LEA this one wanted.
    pub lost_to: Option<usize>,
    /// What may have happened to its district between the two lists.
    pub change: Option<Change>,
}

impl Candidate {
    /// Whether a comparison found this level.
    pub(super) fn has(&self, level: u8) -> bool {
        let known = LEVELS[usize::from(level)];
        self.evidence.iter().any(|item| item.comparison == known.comparison && item.level == known.level)
    }

    /// Whether it is likelier than all else.
    pub(super) fn is_likely(&self) -> bool {
        self.probability > 0.5
    }

    /// Whether name or place agree at all.
    pub(super) fn is_borne_out(&self) -> bool {
        !self.has(level::NAME_DIFFERENT) || self.is_in_place()
    }

    /// Whether a place agrees.
    pub(super) fn is_in_place(&self) -> bool {
        const PLACES: &[u8] = &[
            level::CITY_SAME,
            level::CITY_ALONE_SAME,
            level::ZIP_SAME,
            level::STREET_SAME,
            level::PHONE_SAME,
            level::DOMAIN_SAME,
            level::COUNTY_SAME,
            level::COUNTY_NAMED,
            level::CITY_NAMED,
            level::CITY_NAMED_NUMBERED,
            level::QUALIFIER_SAME,
        ];
        PLACES.iter().any(|level| self.has(*level))
    }
}
