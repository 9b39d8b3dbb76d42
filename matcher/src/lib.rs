//! Record linkage: a state's records against the country's LEAs, with evidence and confidence.
//!
//! Pure and deterministic: the same records give the same links in whatever order they come and
//! however many threads work. Nothing here knows files or databases.
//!
//! The model is Fellegi and Sunter's (1969): comparisons, each with a log-odds weight, independent but for what agrees in a
//! place, where each is measured by what those before it leave;
//! an agreement on a rare value weighs more than on a common one; candidates compete with each other
//! and with "none of them".
//!
//! * [`name`]: a district's name, taken apart.
//! * [`Model`]: the weights, as data.
//! * [`link_all`]: records to outcomes.

mod alias;
mod blocking;
mod calibration;
mod comparison;
mod competition;
mod completeness;
mod county;
mod cut;
pub mod evaluation;
mod habit;
mod linkage;
mod model;
pub mod name;
mod neighbours;
mod prepared;
mod surroundings;
pub mod training;
mod types;

pub use calibration::Calibration;
pub use comparison::{Evidence, Level};
pub use linkage::{Candidate, Change, Method, Outcome, link_all};
pub use model::{Model, ModelError, Weight};

/// A mark of this code: links of other code may be others.
pub const CODE: &str = env!("MATCHER_CODE");

/// A place an agency gives as its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Street, or box.
    pub street: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Zip, five digits or more.
    pub zip: Option<String>,
}

/// What a person decided about a record. It wins over all evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// The NCES id it is.
    pub accepted: Option<String>,
    /// NCES ids it is not.
    pub rejected: Vec<String>,
    /// Why a person must look again: the record changed since.
    pub is_outdated: bool,
}

/// A record or an LEA: whatever is known of an agency on either side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agency {
    /// Two-letter state.
    pub state: String,
    /// Which list it comes from: links are one-to-one inside a state and a list.
    pub list: String,
    /// NCES id. Every LEA has one; a record has one where its state publishes it.
    pub nces_id: Option<String>,
    /// The state's id in the form of `ST_LEAID` after its prefix.
    pub state_leaid: Option<String>,
    /// Name as published.
    pub name: String,
    /// County, where the source says one; NCES does not.
    pub county: Option<String>,
    /// Office and mail.
    pub places: Vec<Place>,
    /// Phone in any form.
    pub phone: Option<String>,
    /// Website or e-mail address, in any form.
    pub web: Option<String>,
    /// Whether it operates, in NCES's words: Open, New, Future, Closed, Inactive and others.
    pub status: Option<String>,
    /// What the source calls its type.
    pub kind: Option<String>,
    /// Lowest to highest grade, `KG-12`.
    pub grades: Option<String>,
    /// The superintendent.
    pub person: Option<String>,
    /// Other records of the list may be of the same LEA: campuses, offices.
    pub shares_lea: bool,
    /// What a person decided about the record.
    pub decision: Option<Decision>,
}
