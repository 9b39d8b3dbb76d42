//! The states, the District of Columbia and the territories that NCES knows: postal code, FIPS code, name.

/// A state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    /// Two letters, as the post writes it.
    pub code: &'static str,
    /// Two digits, which an NCES id begins with.
    pub fips: &'static str,
    /// In full.
    pub name: &'static str,
}

impl State {
    /// By its two letters, in any case.
    pub fn by_code(code: &str) -> Option<&'static Self> {
        STATES.iter().find(|state| state.code.eq_ignore_ascii_case(code))
    }

    /// By its full name, in any case.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        STATES.iter().find(|state| state.name.eq_ignore_ascii_case(name))
    }
}

const fn state(code: &'static str, fips: &'static str, name: &'static str) -> State {
    State { code, fips, name }
}

const STATES: &[State] = &[
    state("AK", "02", "Alaska"),
    state("AL", "01", "Alabama"),
    state("AR", "05", "Arkansas"),
    state("AZ", "04", "Arizona"),
    state("CA", "06", "California"),
    state("CO", "08", "Colorado"),
    state("CT", "09", "Connecticut"),
    state("DC", "11", "District Of Columbia"),
    state("DE", "10", "Delaware"),
    state("FL", "12", "Florida"),
    state("GA", "13", "Georgia"),
    state("HI", "15", "Hawaii"),
    state("IA", "19", "Iowa"),
    state("ID", "16", "Idaho"),
    state("IL", "17", "Illinois"),
    state("IN", "18", "Indiana"),
    state("KS", "20", "Kansas"),
    state("KY", "21", "Kentucky"),
    state("LA", "22", "Louisiana"),
    state("MA", "25", "Massachusetts"),
    state("MD", "24", "Maryland"),
    state("ME", "23", "Maine"),
    state("MI", "26", "Michigan"),
    state("MN", "27", "Minnesota"),
    state("MO", "29", "Missouri"),
    state("MS", "28", "Mississippi"),
    state("MT", "30", "Montana"),
    state("NC", "37", "North Carolina"),
    state("ND", "38", "North Dakota"),
    state("NE", "31", "Nebraska"),
    state("NH", "33", "New Hampshire"),
    state("NJ", "34", "New Jersey"),
    state("NM", "35", "New Mexico"),
    state("NV", "32", "Nevada"),
    state("NY", "36", "New York"),
    state("OH", "39", "Ohio"),
    state("OK", "40", "Oklahoma"),
    state("OR", "41", "Oregon"),
    state("PA", "42", "Pennsylvania"),
    state("RI", "44", "Rhode Island"),
    state("SC", "45", "South Carolina"),
    state("SD", "46", "South Dakota"),
    state("TN", "47", "Tennessee"),
    state("TX", "48", "Texas"),
    state("UT", "49", "Utah"),
    state("VA", "51", "Virginia"),
    state("VT", "50", "Vermont"),
    state("WA", "53", "Washington"),
    state("WI", "55", "Wisconsin"),
    state("WV", "54", "West Virginia"),
    state("WY", "56", "Wyoming"),
    state("AS", "60", "American Samoa"),
    state("GU", "66", "Guam"),
    state("MP", "69", "Northern Mariana Islands"),
    state("PR", "72", "Puerto Rico"),
    state("VI", "78", "Virgin Islands"),
];
