//! Objects: an array of them, an array inside an object, or one a line. Records may lack keys; the columns are all keys in
//! order of appearance, those of an object inside a record with a dot: `properties.NAME`. Or arrays of values, whose header
//! is the first of them, or where Socrata's portals write it.

use serde_json::{Map, Value};

use super::{CELL_LIMIT, COLUMN_LIMIT, Grid, too_many_cells};
use crate::LoadError;
use crate::fault::Spot;
use crate::source::{Source, decode};
use crate::table::Row;

/// Objects inside objects in which records are looked for where nobody says where they are.
const DEEPEST: usize = 3;
/// Bytes of a name that others are put behind: each of them has it again.
const LONGEST_NAME: usize = 100;

/// `path` says where the records are inside an object, keys with dots between.
pub(super) fn read(file: &Source, path: Option<&str>) -> Result<Grid, LoadError> {
    let text = decode(&file.bytes);
    let values = values(file, &text, path)?;
    let (header, cells): (Vec<String>, Vec<Vec<String>>) = match values.records.iter().all(Value::is_array) {
        true => arrays(values),
        false => objects(file, values.records)?,
    };
    let first = Row { number: 0, cells: header };
    let rows = (1..).zip(cells).map(|(number, cells)| Row { number, cells });
    Ok(Grid { rows: std::iter::once(first).chain(rows).collect(), part: None })
}

/// The records, and the names of their columns where they are not in them.
struct Values {
    records: Vec<Value>,
    header: Option<Vec<String>>,
}

/// The records, wherever they are.
fn values(file: &Source, text: &str, path: Option<&str>) -> Result<Values, LoadError> {
    let broken = |error: serde_json::Error| LoadError::broken(&file.path, format!("it is not good JSON: {error}"));
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let mut first = stream.next().transpose().map_err(broken)?.unwrap_or(Value::Null);
    let rest: Vec<Value> = stream.collect::<Result<_, _>>().map_err(broken)?;
    if !rest.is_empty() {
        return Ok(Values { records: std::iter::once(first).chain(rest).collect(), header: None });
    }
    let header = socrata_header(&first);
    let found = match path.or_else(|| header.is_some().then_some("data")) {
        Some(path) => path.split('.').try_fold(&mut first, |value, key| value.get_mut(key)),
        None => longest(&mut first, DEEPEST),
    };
    match found.map(Value::take) {
        Some(Value::Array(records)) => Ok(Values { records, header }),
        _ => Err(LoadError::broken(&file.path, where_records_are(&first, path))),
    }
}

/// The longest array of objects or of arrays.
fn longest(value: &mut Value, deepest: usize) -> Option<&mut Value> {
    match value {
        Value::Array(_) => Some(value),
        Value::Object(object) if deepest > 0 => {
            let inside = object.values_mut().filter_map(|value| longest(value, deepest - 1));
            inside.filter(|array| length(array) > 0).max_by_key(|array| length(array))
        }
        _ => None,
    }
}

/// Records of an array; none in one of anything else.
fn length(array: &Value) -> usize {
    let records = array.as_array().filter(|items| items.iter().all(|item| item.is_object() || item.is_array()));
    records.map_or(0, Vec::len)
}

/// `{"meta": {"view": {"columns": [{"name": …}, …]}}, "data": [[…], …]}`
fn socrata_header(value: &Value) -> Option<Vec<String>> {
    let columns = value.pointer("/meta/view/columns")?.as_array()?;
    columns.iter().map(|column| column.get("name")?.as_str().map(str::to_owned)).collect()
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

fn arrays(values: Values) -> (Vec<String>, Vec<Vec<String>>) {
    let rows = values.records.iter().filter_map(Value::as_array);
    let mut rows = rows.map(|row| row.iter().map(cell).collect::<Vec<String>>());
    let header = values.header.or_else(|| rows.next()).unwrap_or_default();
    (header, rows.collect())
}

fn objects(file: &Source, records: Vec<Value>) -> Result<(Vec<String>, Vec<Vec<String>>), LoadError> {
    let mut flat = Vec::with_capacity(records.len());
    for (index, value) in records.into_iter().enumerate() {
        match value {
            Value::Object(record) => {
                let mut names = Map::new();
                flatten("", record, &mut names);
                flat.push(names);
            }
            _ => return Err(LoadError::broken(&file.path, format!("record {} is not an object", index + 1))),
        }
    }
    let header = keys(&flat);
    if header.len() > COLUMN_LIMIT || header.len() * flat.len() > CELL_LIMIT {
        return Err(too_many_cells(Spot::of(&file.path), flat.len(), header.len()));
    }
    let cells =
        flat.iter().map(|record| header.iter().map(|key| record.get(key).map_or_else(String::new, cell)).collect());
    let cells = cells.collect();
    Ok((header, cells))
}

/// Objects inside the record, their keys behind the record's own as far as that is a name.
fn flatten(around: &str, record: Map<String, Value>, flat: &mut Map<String, Value>) {
    for (key, value) in record {
        let name = if around.is_empty() { key } else { format!("{around}.{key}") };
        match value {
            Value::Object(inner) if name.len() <= LONGEST_NAME => flatten(&name, inner, flat),
            value => drop(flat.insert(name, value)),
        }
    }
}

fn keys(records: &[Map<String, Value>]) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    records.iter().flat_map(Map::keys).filter(|key| seen.insert(key.as_str())).cloned().collect()
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
