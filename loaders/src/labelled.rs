//! Names with their NCES id, as somebody labelled them: what linkage is held against.

use std::path::Path;

use crate::fault::Spot;
use crate::registry::read_table;
use crate::source::Source;
use crate::{BadRow, LoadError};

/// A name and the LEA it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledName {
    /// Name as written.
    pub name: String,
    /// NCES id, 7 digits.
    pub nces_id: String,
    /// City, where the file has one.
    pub city: Option<String>,
    /// County, where the file has one.
    pub county: Option<String>,
}

/// Reads a CSV with a column `nces_id` and one of `name`, `district`, `district_name`; `city` and `county` count too.
pub fn read_labelled(path: &Path) -> Result<(Vec<LabelledName>, Vec<BadRow>), LoadError> {
    let table = read_table(&Source::read(path)?, "nces_id")?;
    let column = |names: &[&str]| names.iter().find_map(|name| table.column(name));
    let missing = |column: &str| LoadError::MissingColumn {
        spot: Spot::of(path),
        column: column.to_owned(),
        nearest: String::new(),
    };
    let id = column(&["nces_id"]).ok_or_else(|| missing("nces_id"))?;
    let name = column(&["name", "district", "district_name"]).ok_or_else(|| missing("name"))?;
    let (city, county) = (column(&["city"]), column(&["county"]));
    let (mut names, mut bad_rows) = (Vec::new(), Vec::new());
    for row in &table.rows {
        let nces_id = row.cell(id);
        let is_id = nces_id.len() == 7 && nces_id.bytes().all(|byte| byte.is_ascii_digit());
        if !is_id || row.cell(name).is_empty() {
            bad_rows.push(BadRow {
                row: row.number,
                column: "nces_id".to_owned(),
                value: nces_id.to_owned(),
                reason: "a label has a name and an NCES id of 7 digits".to_owned(),
            });
            continue;
        }
        let text = |column: Option<usize>| column.map(|at| row.cell(at).to_owned()).filter(|text| !text.is_empty());
        let label = LabelledName {
            name: row.cell(name).to_owned(),
            nces_id: nces_id.to_owned(),
            city: text(city),
            county: text(county),
        };
        names.push(label);
    }
    Ok((names, bad_rows))
}
