//! dBase tables, as geographic data comes with.

use std::io::Cursor;

use dbase::encoding::EncodingRs;
use dbase::{FieldValue, ReaderBuilder, Record};

use super::Grid;
use crate::LoadError;
use crate::source::Source;
use crate::table::Row;

/// Where a table names its code page; 0 says nothing.
const CODE_PAGE_OFFSET: usize = 29;

pub(super) fn read(file: &Source) -> Result<Grid, LoadError> {
    let broken = |error: dbase::Error| LoadError::broken(&file.path, format!("the dBase table is damaged: {error}"));
    let builder = ReaderBuilder::new();
    // Without a code page of its own it is taken for what Windows wrote.
    let has_page = file.bytes.get(CODE_PAGE_OFFSET).is_some_and(|page| *page != 0);
    let builder = if has_page { builder } else { builder.with_encoding(EncodingRs::from(encoding_rs::WINDOWS_1252)) };
    let mut reader = builder.build(Cursor::new(&file.bytes)).map_err(broken)?;
    let names: Vec<String> = reader.fields().iter().map(|field| field.name().to_owned()).collect();
    let mut rows = vec![Row { number: 0, cells: names.clone() }];
    for (number, record) in (1..).zip(reader.iter_records()) {
        let record: Record = record.map_err(broken)?;
        let cells = names.iter().map(|name| record.get(name).map(text).unwrap_or_default()).collect();
        rows.push(Row { number, cells });
    }
    Ok(Grid { rows, part: None })
}

fn text(value: &FieldValue) -> String {
    match value {
        FieldValue::Character(text) => text.clone().unwrap_or_default(),
        FieldValue::Memo(text) => text.clone(),
        FieldValue::Numeric(number) => number.map(whole).unwrap_or_default(),
        FieldValue::Float(number) => number.map(|number| whole(f64::from(number))).unwrap_or_default(),
        FieldValue::Double(number) | FieldValue::Currency(number) => whole(*number),
        FieldValue::Integer(number) => number.to_string(),
        FieldValue::Logical(value) => value.map(|value| value.to_string()).unwrap_or_default(),
        FieldValue::Date(date) => {
            date.map(|date| format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())).unwrap_or_default()
        }
        other => format!("{other}"),
    }
}

/// A whole number is written without `.0`.
fn whole(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { number.to_string() }
}
