//! Every level of every comparison, in one list: the model has a weight for each.

/// One level of one comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// The comparison.
    pub comparison: &'static str,
    /// What it found.
    pub level: &'static str,
}

/// Position of a level in [`LEVELS`].
pub(crate) type LevelId = u8;

macro_rules! levels {
    ($($name:ident: $comparison:literal, $level:literal;)*) => {
        /// Every level there is.
        pub const LEVELS: &[Level] = &[$(Level { comparison: $comparison, level: $level }),*];
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u8)]
        enum Position { $($name),* }
        $(pub(crate) const $name: LevelId = Position::$name as LevelId;)*
    };
}

levels! {
    DECISION: "decision", "by a person";
    NCES_ID_SAME: "nces id", "same";
    NCES_ID_DIFFERENT: "nces id", "different";
    STATE_ID_SAME: "state id", "same";
    STATE_ID_DIFFERENT: "state id", "different";
    STATE_ID_UNKNOWN: "state id", "unknown to NCES";
    NAME_IDENTICAL: "name", "identical";
    NAME_SAME: "name", "same";
    NAME_SAME_CORE: "name", "same proper name";
    NAME_CLOSE: "name", "one misspelling apart";
    NAME_CONTAINED: "name", "contained";
    NAME_SHARES: "name", "shares words";
    NAME_INITIALS: "name", "initials";
    NAME_DIFFERENT: "name", "different";
    NAME_NUMBERED: "name", "a number in place of a name";
    NAME_ID_NUMBER: "name", "the number of its id in place of a name";
    NAME_OTHER_ID_NUMBER: "name", "the number of another id in place of a name";
    FIRST_WORD_DIFFERS: "first word", "of style on one side alone";
    RECORD_WORDS: "words of the record alone", "some";
    LEA_WORDS: "words of the LEA alone", "some";
    GRADE_SAME: "grades in name", "same";
    GRADE_CONFLICT: "grades in name", "conflict";
    GRADE_AS_SERVED: "grades in name", "as the LEA serves";
    GRADE_NOT_SERVED: "grades in name", "not as the LEA serves";
    RECORD_ELEMENTARY: "grades in name", "only the record says elementary";
    RECORD_HIGH: "grades in name", "only the record says high";
    RECORD_UNIFIED: "grades in name", "only the record says unified";
    LEA_ELEMENTARY: "grades in name", "only the LEA says elementary";
    LEA_HIGH: "grades in name", "only the LEA says high";
    LEA_UNIFIED: "grades in name", "only the LEA says unified";
    FORM_SAME: "form", "same";
    FORM_CONFLICT: "form", "conflict";
    FORM_NAMES_CONFLICT: "form", "conflict of the names";
    RECORD_CHARTER: "form", "only the record says charter";
    RECORD_SERVICE: "form", "only the record says service";
    RECORD_VOCATIONAL: "form", "only the record says vocational";
    LEA_CHARTER: "form", "only the LEA says charter";
    LEA_SERVICE: "form", "only the LEA says service";
    LEA_VOCATIONAL: "form", "only the LEA says vocational";
    LEA_CHARTER_TYPE: "form", "charter by the LEA's type alone";
    LEA_SERVICE_TYPE: "form", "service by the LEA's type alone";
    LEA_VOCATIONAL_TYPE: "form", "vocational by the LEA's type alone";
    FORM_AGAINST_TYPE: "form", "by the LEA's type, and the record has another";
    PLACE_SAME: "kind of place", "same";
    PLACE_CONFLICT: "kind of place", "conflict";
    RECORD_CITY: "kind of place", "only the record says city";
    RECORD_LOCAL: "kind of place", "only the record says local";
    RECORD_COUNTY: "kind of place", "only the record says county";
    RECORD_TOWN: "kind of place", "only the record says township, borough or parish";
    LEA_CITY: "kind of place", "only the LEA says city";
    LEA_LOCAL: "kind of place", "only the LEA says local";
    LEA_COUNTY: "kind of place", "only the LEA says county";
    LEA_TOWN: "kind of place", "only the LEA says township, borough or parish";
    STYLE_SAME: "style", "same";
    STYLE_OVERLAP: "style", "overlap";
    STYLE_RECORD_ONLY: "style", "only the record says";
    STYLE_LEA_ONLY: "style", "only the LEA says";
    STYLE_CONFLICT: "style", "conflict";
    QUALIFIER_SAME: "said aside", "same";
    QUALIFIER_RECORD_ONLY: "said aside", "only the record says";
    QUALIFIER_LEA_ONLY: "said aside", "only the LEA says";
    QUALIFIER_CONFLICT: "said aside", "conflict";
    NUMBER_SAME: "number in name", "same";
    NUMBER_OTHER_LETTERS: "number in name", "same, with other letters";
    NUMBER_RECORD_ONLY: "number in name", "only the record says";
    NUMBER_LEA_ONLY: "number in name", "only the LEA says";
    NUMBER_CONFLICT: "number in name", "conflict";
    ID_NUMBER_SAME: "number in name and state id", "same";
    ID_NUMBER_DIFFERENT: "number in name and state id", "different";
    ID_NUMBER_OF_RULE_SAME: "number in name and state id", "same, as in this list";
    ID_NUMBER_OF_RULE_DIFFERENT: "number in name and state id", "different, unlike in this list";
    ID_ASIDE_SAME: "id behind the name", "same";
    ID_ASIDE_DIFFERENT: "id behind the name", "different";
    COUNTY_SAME: "county", "same";
    COUNTY_NAMED: "county", "named";
    COUNTY_NAMED_BY_RECORD: "county", "the record is named after it";
    COUNTY_DIFFERENT: "county", "different";
    COUNTY_OF_NUMBER_SAME: "county", "same, beside a number in place of a name";
    COUNTY_OF_NUMBER_DIFFERENT: "county", "different, beside a number in place of a name";
    CITY_SAME: "city", "same";
    CITY_DIFFERENT: "city", "different";
    CITY_ALONE_SAME: "city", "same, and nothing nearer is told";
    CITY_ALONE_DIFFERENT: "city", "different, and nothing nearer is told";
    CITY_NAMED: "city", "named";
    CITY_NAMED_NUMBERED: "city", "named, with the same number";
    ZIP_SAME: "zip", "same";
    ZIP_DIFFERENT: "zip", "different";
    STREET_SAME: "street", "same";
    STREET_DIFFERENT: "street", "different";
    PHONE_SAME: "phone", "same";
    PHONE_DIFFERENT: "phone", "different";
    DOMAIN_SAME: "domain", "same";
    DOMAIN_DIFFERENT: "domain", "different";
    PERSON_SAME: "superintendent", "same";
    PERSON_DIFFERENT: "superintendent", "different";
    TYPES_TOGETHER: "agency type", "as often with the record's in this list";
    LIST_AS_COMPLETE: "list", "as complete as this one";
    TYPE_IN_LIST: "agency type", "as often in this list";
}

impl Level {
    /// The level's name in a model: `name: same proper name`.
    pub fn key(&self) -> String {
        format!("{}: {}", self.comparison, self.level)
    }
}
