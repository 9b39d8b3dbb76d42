//! An array of flat objects. Records may lack keys; the columns are all keys in order of appearance.

use serde_json::{Map, Value};

use super::Grid;
use crate::LoadError;
use crate::source::{Source, decode};
use crate::table::Row;

pub(super) fn read(file: &Source) -> Result<Grid, LoadError> {
    let value: Value =
        serde_json::from_str(&decode(&file.bytes)).map_err(|error| LoadError::broken(&file.path, error))?;
    let Value::Array(items) = value else {
        return Err(LoadError::broken(&file.path, "its outermost value is not an array of records"));
    };
    let mut records = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        match item {
            Value::Object(record) => records.push(record),
            _ => return Err(LoadError::broken(&file.path, format!("record {} is not an object", index + 1))),
        }
    }
    let header = keys(&records);
    let rows = records.iter().enumerate().map(|(index, record)| Row {
        number: index + 1,
        cells: header.iter().map(|key| cell(record.get(key))).collect(),
    });
    let first = Row { number: 0, cells: header.clone() };
    Ok(Grid { rows: std::iter::once(first).chain(rows).collect(), part: None })
}

fn keys(records: &[Map<String, Value>]) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    records.iter().flat_map(Map::keys).filter(|key| seen.insert(key.as_str())).cloned().collect()
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
