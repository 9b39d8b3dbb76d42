//! Headers change by year: for each of our words, the headers it had, newest first.

/// A column of the directory file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Headers, newest first.
    pub names: &'static [&'static str],
    /// Whether a file without it is refused.
    pub is_required: bool,
}

const fn required(names: &'static [&'static str]) -> Column {
    Column { names, is_required: true }
}

const fn optional(names: &'static [&'static str]) -> Column {
    Column { names, is_required: false }
}

pub(super) const SCHOOL_YEAR: Column = required(&["SCHOOL_YEAR", "SURVYEAR"]);
pub(super) const STATE: Column = required(&["ST", "STABR"]);
pub(super) const NAME: Column = required(&["LEA_NAME", "NAME"]);
pub(super) const NCES_ID: Column = required(&["LEAID"]);
pub(super) const STATE_LEAID: Column = required(&["ST_LEAID", "STID"]);
pub(super) const PHONE: Column = optional(&["PHONE"]);
pub(super) const WEBSITE: Column = optional(&["WEBSITE"]);
pub(super) const STATUS: Column = optional(&["UPDATED_STATUS_TEXT", "SY_STATUS_TEXT"]);
pub(super) const LEA_TYPE: Column = optional(&["LEA_TYPE_TEXT"]);
pub(super) const CHARTER: Column = optional(&["CHARTER_LEA_TEXT"]);
pub(super) const LOWEST_GRADE: Column = optional(&["GSLO"]);
pub(super) const HIGHEST_GRADE: Column = optional(&["GSHI"]);
pub(super) const SCHOOLS: Column = optional(&["OPERATIONAL_SCHOOLS", "SCH"]);

/// The columns of an address: three street lines, city, state, zip, zip+4.
pub(super) struct AddressColumns {
    pub street: [Column; 3],
    pub city: Column,
    pub state: Column,
    pub zip: Column,
    pub zip4: Column,
}

pub(super) const MAILING: AddressColumns = AddressColumns {
    street: [optional(&["MSTREET1"]), optional(&["MSTREET2"]), optional(&["MSTREET3"])],
    city: optional(&["MCITY"]),
    state: optional(&["MSTATE"]),
    zip: optional(&["MZIP"]),
    zip4: optional(&["MZIP4"]),
};

pub(super) const LOCATION: AddressColumns = AddressColumns {
    street: [optional(&["LSTREET1"]), optional(&["LSTREET2"]), optional(&["LSTREET3"])],
    city: optional(&["LCITY"]),
    state: optional(&["LSTATE"]),
    zip: optional(&["LZIP"]),
    zip4: optional(&["LZIP4"]),
};
