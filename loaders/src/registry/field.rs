//! What a column can hold.

use schemars::JsonSchema;
use serde::Deserialize;

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The state's id of the district.
    StateDistrictId,
    /// The NCES id.
    NcesId,
    /// The district's name.
    Name,
    /// County.
    County,
    /// City of the office.
    City,
    /// Street of the office.
    Street,
    /// Zip of the office.
    Zip,
    /// The office's street, city, state and zip in one cell, or the last three: `Akron, OH 44301`. What has a column of
    /// its own is taken from there.
    Address,
    /// Street for mail.
    MailStreet,
    /// City for mail.
    MailCity,
    /// Zip for mail.
    MailZip,
    /// State for mail.
    MailState,
    /// As `address`, for mail.
    MailAddress,
    /// Phone, perhaps with an extension.
    Phone,
    /// Extension.
    PhoneExt,
    /// Fax.
    Fax,
    /// The superintendent's whole name.
    Administrator,
    /// The superintendent's first name.
    AdministratorFirst,
    /// The superintendent's last name.
    AdministratorLast,
    /// E-mail.
    Email,
    /// Website.
    Website,
    /// Degrees north.
    Latitude,
    /// Degrees east.
    Longitude,
    /// Students; of collapsed rows their sum. `FY*` is the greatest such header: the newest of a column a year.
    Enrollment,
    /// Type in words.
    DistrictType,
    /// Type as a code.
    DistrictTypeCode,
    /// Status.
    Status,
    /// Date of the last change.
    Updated,
}

impl Field {
    /// Every field.
    pub const ALL: &[Self] = &[
        Self::StateDistrictId,
        Self::NcesId,
        Self::Name,
        Self::County,
        Self::City,
        Self::Street,
        Self::Zip,
        Self::Address,
        Self::MailStreet,
        Self::MailCity,
        Self::MailZip,
        Self::MailState,
        Self::MailAddress,
        Self::Phone,
        Self::PhoneExt,
        Self::Fax,
        Self::Administrator,
        Self::AdministratorFirst,
        Self::AdministratorLast,
        Self::Email,
        Self::Website,
        Self::Latitude,
        Self::Longitude,
        Self::Enrollment,
        Self::DistrictType,
        Self::DistrictTypeCode,
        Self::Status,
        Self::Updated,
    ];

    /// The word a declaration uses.
    pub fn word(self) -> String {
        serde_json::to_value(self).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Characters that the database's column holds; none where it holds any text.
    pub(super) fn longest(self) -> Option<usize> {
        match self {
            Self::Name | Self::Street => Some(500),
            Self::StateDistrictId | Self::Phone | Self::Fax | Self::Status | Self::Updated => Some(50),
            Self::DistrictTypeCode => Some(10),
            Self::PhoneExt | Self::Zip | Self::MailZip => Some(20),
            Self::Website | Self::Latitude | Self::Longitude | Self::Enrollment => None,
            Self::NcesId | Self::MailStreet | Self::MailState => None,
            _ => Some(255),
        }
    }

    /// The field of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        serde_json::from_value(word.into()).ok()
    }
}
