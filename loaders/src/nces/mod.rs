//! The NCES Common Core of Data: every local education agency (LEA) of the country.
//!
//! Layout and code lists: the file's documentation on nces.ed.gov/ccd/files.asp.

mod columns;
mod directory;

pub use directory::{Directory, read_directory};

/// A street address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Street lines, joined by commas.
    pub street: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Two-letter state.
    pub state: Option<String>,
    /// Five digits, or five and four.
    pub zip: Option<String>,
}

impl Address {
    /// The address on one line.
    pub fn one_line(&self) -> Option<String> {
        let place = [self.state.as_deref(), self.zip.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let parts = [self.street.as_deref(), self.city.as_deref(), Some(place.as_str())];
        let line = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        (!line.is_empty()).then_some(line)
    }
}

/// One LEA of one school year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lea {
    /// NCES LEAID, 7 digits.
    pub nces_id: String,
    /// The state's own id: ST_LEAID without its state prefix.
    pub state_leaid: Option<String>,
    /// Name as published.
    pub name: String,
    /// Two-letter code of the reporting agency's state; `BI` is the Bureau of Indian Education.
    pub state: String,
    /// Where mail goes.
    pub mailing: Address,
    /// Where the office stands.
    pub location: Address,
    /// Phone as published.
    pub phone: Option<String>,
    /// Website as published.
    pub website: Option<String>,
    /// Agency type in words.
    pub lea_type: Option<String>,
    /// Whether all its schools are charters; none where the file does not say.
    pub is_charter: Option<bool>,
    /// Status in words: Open, New, Closed, Future …
    pub status: Option<String>,
    /// Lowest to highest grade, such as `KG-12`.
    pub grades_served: Option<String>,
    /// Schools in operation.
    pub operational_schools: Option<i32>,
}
