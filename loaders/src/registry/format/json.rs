//! Flat objects: an array of them, an array inside an object, or one a line. Records may lack keys; the
//! columns are all keys in order of appearance.

use serde_json::{Map, Value};

use super::Grid;
use crate::LoadError;
use crate::source::{Source, decode};
use crate::table::Row;

/// `path` says where the records are inside an object, keys with dots between.
pub(super) fn read(file: &Source, path: Option<&str>) -> Result<Grid, LoadError> {
    let text = decode(&file.bytes);
    let records = objects(file, values(file, &text, path)?)?;
    let header = keys(&records);
    let rows = records.iter().enumerate().map(|(index, record)| Row {
        number: index + 1,
        cells: header.iter().map(|key| cell(record.get(key))).collect(),
    });
    let first = Row { number: 0, cells: header.clone() };
    Ok(Grid { rows: std::iter::once(first).chain(rows).collect(), part: None })
}

/// The records, wherever they are.
fn values(file: &Source, text: &str, path: Option<&str>) -> Result<Vec<Value>, LoadError> {
    let broken = |error: serde_json::Error| LoadError::broken(&file.path, format!("it is not good JSON: {error}"));
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let first = stream.next().transpose().map_err(broken)?.unwrap_or(Value::Null);
    let rest: Vec<Value> = stream.collect::<Result<_, _>>().map_err(broken)?;
    if !rest.is_empty() {
        return Ok(std::iter::once(first).chain(rest).collect());
    }
    let found = path.map_or(Some(&first), |path| path.split('.').try_fold(&first, |value, key| value.get(key)));
    match found {
        Some(Value::Array(items)) => Ok(items.clone()),
        _ => Err(LoadError::broken(&file.path, where_records_are(&first, path))),
    }
}

/// Names the arrays an object has, for who has to write `records`.
fn where_records_are(value: &Value, path: Option<&str>) -> String {
    let arrays: Vec<String> = match value {
        Value::Object(object) => {
            object.iter().filter(|(_, value)| value.is_array()).map(|(key, _)| format!("`{key}`")).collect()
        }
        _ => Vec::new(),
    };
    let place = path.map_or("its outermost value".to_owned(), |path| format!("`{path}`"));
    match arrays.is_empty() {
        true => format!("{place} is not an array of records"),
        false => format!(
            "{place} is not an array of records; name one with `records` in the declaration: {}",
            arrays.join(", ")
        ),
    }
}

fn objects(file: &Source, values: Vec<Value>) -> Result<Vec<Map<String, Value>>, LoadError> {
    let mut records = Vec::with_capacity(values.len());
    for (index, value) in values.into_iter().enumerate() {
        match value {
            Value::Object(record) => records.push(record),
            _ => return Err(LoadError::broken(&file.path, format!("record {} is not an object", index + 1))),
        }
    }
    Ok(records)
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
