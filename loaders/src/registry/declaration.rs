//! What a source says about itself, in TOML.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;

use super::field::Field;
use super::mistake;
use super::repair::Repair;
use crate::LoadError;
use crate::fault::Spot;
use crate::source;

/// One source: a file that one publisher issues for one state.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Short name, such as `tx` or `tx_askted`; the file's name without `.toml`.
    #[serde(skip)]
    pub key: String,
    /// SHA-256 of the declaration's text: another text, another reading.
    #[serde(skip)]
    pub checksum: String,
    /// Where it was read from; `built-in` for those in the program.
    #[serde(skip)]
    pub origin: String,
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
    /// For JSON and XML: where the records are, keys with dots between, such as `result.records`; the most there are when absent.
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
    /// Columns whose empty cells mean the cell above: merged cells.
    #[serde(default)]
    pub fill_down: Vec<String>,
    /// Several rows with one id are one district.
    #[serde(default)]
    pub collapse: bool,
    /// Of a district's several rows, those that speak for it: every rule must hold. The others say only that it exists: its
    /// id, name and county. Needs `collapse`.
    #[serde(default)]
    pub speaks: Vec<RowRule>,
    /// How the state's id becomes `ST_LEAID`: parts that are joined.
    #[serde(default)]
    pub leaid: Vec<LeaidPart>,
    /// What the publisher does to the file that must be undone.
    #[serde(default)]
    pub repairs: Vec<Repair>,
    /// Column that holds the school year or the date of the file; without it the rows above the header are searched.
    pub year: Option<String>,
    /// What a good file looks like.
    pub expect: Expectations,
}

/// How bytes are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
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
    /// An Excel 2003 workbook, or elements that are records.
    Xml,
    /// A dBase table.
    #[serde(alias = "dbf")]
    Dbase,
}

/// Rows told by one cell: it is one of `is`, or starts with one of `starts`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Removes these characters wherever they stand.
    Strip(String),
    /// Puts zeros in front until it is this long.
    Pad(usize),
    /// Keeps this many characters from the left.
    Take(usize),
    /// Keeps this many characters from the right.
    Last(usize),
    /// Keeps what stands behind the first of these texts.
    After(String),
    /// Keeps what stands before the first of these texts.
    Before(String),
}

/// What a good file looks like.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    /// Fewest and most districts.
    pub districts: [usize; 2],
    /// The share of bad rows above which the whole file is refused.
    #[serde(default = "default_bad_share")]
    pub bad_share: f64,
    /// The least share of districts for which a field is filled, such as `phone = 0.9`.
    #[serde(default)]
    pub filled: BTreeMap<Field, f64>,
    /// Fields without which a row is bad; the name and a mapped id always are.
    #[serde(default)]
    pub required: Vec<Field>,
    /// The least share of ids that NCES must know; below it the file has another code family.
    #[serde(default = "default_known_ids")]
    pub known_ids: f64,
}

fn one() -> usize {
    1
}

fn default_bad_share() -> f64 {
    0.02
}

fn default_known_ids() -> f64 {
    0.1
}

/// The JSON Schema of a declaration, for editors that complete and check TOML.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Declaration).to_value()
}

impl Declaration {
    /// Just enough to read a table with these columns.
    pub(crate) fn bare(columns: BTreeMap<Field, String>) -> Self {
        Self {
            key: "bare".to_owned(),
            checksum: String::new(),
            origin: String::new(),
            state: String::new(),
            title: String::new(),
            publisher: String::new(),
            url: None,
            licence: None,
            cadence: None,
            format: None,
            records: None,
            delimiter: None,
            sheet: None,
            header_row: None,
            header_rows: 1,
            columns,
            ignore: Vec::new(),
            keep: Vec::new(),
            drop: Vec::new(),
            fill_down: Vec::new(),
            collapse: false,
            speaks: Vec::new(),
            leaid: Vec::new(),
            repairs: Vec::new(),
            year: None,
            expect: Expectations {
                districts: [0, usize::MAX],
                bad_share: 1.0,
                filled: BTreeMap::new(),
                required: Vec::new(),
                known_ids: 0.0,
            },
        }
    }

    /// Parses the text of a declaration. `spot` is its file, or the name of a built-in one.
    pub fn parse(key: &str, text: &str, spot: &Path) -> Result<Self, LoadError> {
        let wrong = |reason: String| LoadError::Declaration { spot: Spot::of(spot), reason };
        let mut declaration: Self = toml::from_str(text).map_err(|error| wrong(mistake::describe(text, &error)))?;
        declaration.key = key.to_owned();
        declaration.origin = spot.display().to_string();
        declaration.checksum = source::sha256(text.as_bytes());
        declaration.state = declaration.state.to_uppercase();
        declaration.check().map_err(|(key, reason)| match mistake::line_of(text, key) {
            Some(line) => wrong(format!("line {line}: {reason}")),
            None => wrong(reason),
        })?;
        Ok(declaration)
    }

    /// What a type cannot say: the key at fault, and why.
    fn check(&self) -> Result<(), (&'static str, String)> {
        if self.state.len() != 2 || !self.state.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(("state", format!("`state = \"{}\"` is not a two-letter code", self.state)));
        }
        if !self.columns.contains_key(&Field::Name) {
            let reason = "`[columns]` has no `name`: which column holds the district's name?";
            return Err(("columns", reason.to_owned()));
        }
        if self.header_rows == 0 || self.header_row == Some(0) {
            return Err(("header_row", "rows are counted from 1".to_owned()));
        }
        let [least, most] = self.expect.districts;
        if least > most {
            let reason = format!("`expect.districts = [{least}, {most}]` has its bounds the wrong way round");
            return Err(("districts", reason));
        }
        let shares = self.expect.filled.values().chain([&self.expect.bad_share, &self.expect.known_ids]);
        if let Some(share) = shares.copied().find(|share| !(0.0..=1.0).contains(share)) {
            return Err(("expect", format!("{share} is no share; shares are 0.0 to 1.0")));
        }
        if !self.speaks.is_empty() && !self.collapse {
            let reason = "`[[speaks]]` tells the several rows of one district apart, which needs `collapse = true`";
            return Err(("speaks", reason.to_owned()));
        }
        let needs_id = self.collapse || self.leaid.iter().any(|part| part.column.is_none() && part.literal.is_none());
        if needs_id && !self.columns.contains_key(&Field::StateDistrictId) {
            let reason = "`[columns]` has no `state_district_id`, which `collapse` and `leaid` need";
            return Err(("columns", reason.to_owned()));
        }
        if let Some(at) = self.leaid.iter().find(|part| part.column.is_some() && part.literal.is_some()) {
            let column = at.column.as_deref().unwrap_or_default();
            return Err(("leaid", format!("a part is either `column = \"{column}\"` or a `literal`, not both")));
        }
        Ok(())
    }
}
