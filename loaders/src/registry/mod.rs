//! A state's file, read by its declaration: which file it is, where the header stands, which
//! columns mean what, which rows are districts, and how the state's id relates to NCES `ST_LEAID`.
//!
//! | file | question it answers |
//! |---|---|
//! | `declaration` | what a source says about itself (TOML) |
//! | `field` | what a column can hold |
//! | `catalog` | which sources there are: built in, and the user's own |
//! | `format` | how bytes become rows of cells |
//! | `header` | where the table begins and which column is which |
//! | `rows` | which rows are districts |
//! | `leaid` | how the state's id becomes `ST_LEAID` |
//! | `repair` | what a publisher does to a file that must be undone |
//! | `year` | which year the file is of |
//! | `mistake` | how a mistake in a declaration is told |
//! | `clean` | how people and places are written one way |
//! | `infer` | what a file is that nobody declared |
//! | `interpret` | how all that makes records, or refuses the file |

mod catalog;
pub mod clean;
mod declaration;
mod field;
mod format;
mod header;
pub mod infer;
mod interpret;
mod leaid;
pub mod mistake;
mod repair;
mod rows;
mod year;

pub use catalog::{Catalog, builtin_keys, builtin_text};
pub use declaration::{Declaration, Expectations, Format, LeaidPart, Step, schema};
pub use field::Field;
pub use interpret::{RegistryFile, read_registry};
pub use repair::Repair;
pub use year::latest_in as latest_year;

pub(crate) use header::read_table;

impl RegistryRecord {
    /// Whether there is a value for a field.
    pub fn holds(&self, field: Field) -> bool {
        match field {
            Field::Name => true,
            Field::StateDistrictId => self.state_district_id.is_some(),
            Field::NcesId => self.nces_id.is_some(),
            Field::County => self.county.is_some(),
            Field::City => self.city.is_some(),
            Field::Street => self.street.is_some(),
            Field::Zip => self.zip.is_some(),
            Field::Address => self.city.is_some() || self.zip.is_some(),
            Field::MailStreet => self.mail_street.is_some(),
            Field::MailCity => self.mail_city.is_some(),
            Field::MailZip => self.mail_zip.is_some(),
            Field::MailState => self.mail_state.is_some(),
            Field::MailAddress => self.mail_city.is_some() || self.mail_zip.is_some(),
            Field::Phone => self.phone.is_some(),
            Field::PhoneExt => self.phone_ext.is_some(),
            Field::Fax => self.fax.is_some(),
            Field::Administrator | Field::AdministratorLast => self.administrator_last.is_some(),
            Field::AdministratorFirst => self.administrator_first.is_some(),
            Field::Email => self.email.is_some(),
            Field::Website => self.website.is_some(),
            Field::Latitude => self.latitude.is_some(),
            Field::Longitude => self.longitude.is_some(),
            Field::Enrollment => self.enrollment.is_some(),
            Field::DistrictType => self.district_type.is_some(),
            Field::DistrictTypeCode => self.district_type_code.is_some(),
            Field::Status => self.status.is_some(),
            Field::Updated => self.updated.is_some(),
        }
    }
}

/// One district as a state publishes it, in one way of writing.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct RegistryRecord {
    /// Row of the file it stands on, from 1.
    #[serde(skip)]
    pub row: usize,
    /// Which record of its source this is: its id, or name and place where the source has none.
    #[serde(skip)]
    pub key: String,
    /// The state's id as published, without packaging such as `'` or `="…"`.
    pub state_district_id: Option<String>,
    /// The same id in the form of NCES `ST_LEAID` after its state prefix.
    pub state_leaid: Option<String>,
    /// The NCES id where the state publishes it.
    pub nces_id: Option<String>,
    /// Name as published.
    pub name: String,
    /// County.
    pub county: Option<String>,
    /// City of the office.
    pub city: Option<String>,
    /// Street of the office.
    pub street: Option<String>,
    /// Zip of the office.
    pub zip: Option<String>,
    /// Street or box for mail.
    pub mail_street: Option<String>,
    /// City for mail.
    pub mail_city: Option<String>,
    /// Zip for mail.
    pub mail_zip: Option<String>,
    /// State for mail.
    pub mail_state: Option<String>,
    /// Ten digits as `(512) 555-0100`.
    pub phone: Option<String>,
    /// Extension.
    pub phone_ext: Option<String>,
    /// Fax.
    pub fax: Option<String>,
    /// First and middle names of the superintendent.
    pub administrator_first: Option<String>,
    /// Last name, with a suffix such as Jr.
    pub administrator_last: Option<String>,
    /// E-mail of the superintendent or the office.
    pub email: Option<String>,
    /// Website with its scheme.
    pub website: Option<String>,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// Students. A record without keeps the hash it had before there was this field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enrollment: Option<i32>,
    /// Type in the state's words.
    pub district_type: Option<String>,
    /// Type in the state's code.
    pub district_type_code: Option<String>,
    /// Status in the state's words.
    pub status: Option<String>,
    /// When the state last changed the record, in its words.
    pub updated: Option<String>,
    /// The record exactly as published: header to cell, or a list of those where several rows are
    /// one district.
    pub raw: serde_json::Value,
}
