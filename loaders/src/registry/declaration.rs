//! What a source says about itself, in TOML.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::LoadError;
use crate::fault::Spot;
use crate::source;

/// One source: a file that one publisher issues for one state.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Short name, such as `tx` or `tx_askted`; the file's name without `.toml`.
    #[serde(skip)]
    pub key: String,
    /// SHA-256 of the declaration's text: another text, another reading.
    #[serde(skip)]
    pub checksum: String,
    /// Two-letter code.
    pub state: String,
    /// What the file is, in words.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// Where it is to be had.
    pub url: Option<String>,
    /// Under which terms.
    pub licence: Option<String>,
    /// How often it changes.
    pub cadence: Option<String>,
    /// How the bytes are to be read; found from them when absent.
    pub format: Option<Format>,
    /// For JSON: where the records are, keys with dots between, such as `result.records`.
    pub records: Option<String>,
    /// Cell separator of a text file; found when absent.
    pub delimiter: Option<char>,
    /// Sheet of a workbook; the first when absent.
    pub sheet: Option<String>,
    /// Row of the header, from 1; found when absent.
    pub header_row: Option<usize>,
    /// Rows that the header takes; the words of a column are joined from top to bottom.
    #[serde(default = "one")]
    pub header_rows: usize,
    /// Which column holds which field.
    pub columns: BTreeMap<Field, String>,
    /// Columns that are left alone on purpose; `*` stands for any text.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// Rows that are districts; every rule must hold. Without any, all rows are.
    #[serde(default)]
    pub keep: Vec<RowRule>,
    /// Rows that are not districts.
    #[serde(default)]
    pub drop: Vec<RowRule>,
    /// Several rows with one id are one district.
    #[serde(default)]
    pub collapse: bool,
    /// How the state's id becomes `ST_LEAID`: parts that are joined.
    #[serde(default)]
    pub leaid: Vec<LeaidPart>,
    /// What a good file looks like.
    pub expect: Expectations,
}

/// How bytes are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Delimited text.
    Csv,
    /// An array of objects, or one object per line.
    Json,
    /// An Excel workbook, old or new, or an OpenDocument spreadsheet.
    #[serde(alias = "xlsx", alias = "xls", alias = "ods")]
    Workbook,
    /// Tables of a web page.
    Html,
    /// A dBase table.
    #[serde(alias = "dbf")]
    Dbase,
}

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, serde::Serialize)]
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
    /// Street for mail.
    MailStreet,
    /// City for mail.
    MailCity,
    /// Zip for mail.
    MailZip,
    /// State for mail.
    MailState,
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
    /// The word a declaration uses.
    pub fn word(self) -> String {
        serde_json::to_value(self).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The field of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        serde_json::from_value(word.into()).ok()
    }
}

/// Rows told by one cell: it is one of `is`, or starts with one of `starts`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowRule {
    /// The column looked at.
    pub column: String,
    /// Whole cells.
    #[serde(default)]
    pub is: Vec<String>,
    /// Beginnings of cells.
    #[serde(default)]
    pub starts: Vec<String>,
    /// Why these rows are districts, or are none.
    pub reason: String,
}

/// One part of `ST_LEAID`: a column put through steps, or a literal.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaidPart {
    /// The column; the id column when both this and `literal` are absent.
    pub column: Option<String>,
    /// Text put in as it stands.
    pub literal: Option<String>,
    /// What is done to the cell, in order.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// One step on the way from the state's id to `ST_LEAID`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Removes these characters wherever they stand.
    Strip(String),
    /// Puts zeros in front until it is this long.
    Pad(usize),
    /// Keeps this many characters from the left.
    Take(usize),
}

/// What a good file looks like.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    /// Fewest and most districts.
    pub districts: [usize; 2],
    /// The share of bad rows above which the whole file is refused.
    #[serde(default = "default_bad_share")]
    pub bad_share: f64,
}

fn one() -> usize {
    1
}

fn default_bad_share() -> f64 {
    0.02
}

impl Declaration {
    /// Parses the text of a declaration. `spot` is its file, or the name of a built-in one.
    pub fn parse(key: &str, text: &str, spot: &Path) -> Result<Self, LoadError> {
        let wrong = |reason: String| LoadError::Declaration { spot: Spot::of(spot), reason };
        let mut declaration: Self =
            toml::from_str(text).map_err(|error| wrong(error.to_string().trim_end().to_owned()))?;
        declaration.key = key.to_owned();
        declaration.checksum = source::sha256(text.as_bytes());
        declaration.state = declaration.state.to_uppercase();
        declaration.check().map_err(wrong)?;
        Ok(declaration)
    }

    fn check(&self) -> Result<(), String> {
        if self.state.len() != 2 || !self.state.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(format!("`state = \"{}\"` is not a two-letter code", self.state));
        }
        if !self.columns.contains_key(&Field::Name) {
            return Err("`[columns]` has no `name`: which column holds the district's name?".to_owned());
        }
        let [least, most] = self.expect.districts;
        if least > most {
            return Err(format!("`expect.districts = [{least}, {most}]` has its bounds the wrong way round"));
        }
        let needs_id = self.collapse || self.leaid.iter().any(|part| part.column.is_none() && part.literal.is_none());
        if needs_id && !self.columns.contains_key(&Field::StateDistrictId) {
            return Err("`[columns]` has no `state_district_id`, which `collapse` and `leaid` need".to_owned());
        }
        Ok(())
    }
}
