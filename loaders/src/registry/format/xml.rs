//! XML: workbooks of Excel 2003, which report servers like to call `.xls`, and elements that are records.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::{CELL_LIMIT, COLUMN_LIMIT, Grid, too_many_cells};
use crate::LoadError;
use crate::fault::Spot;
use crate::source::{Source, decode};
use crate::table::Row;
use crate::xml;

/// Characters of the names of an element and of those around it.
const LONGEST_PATH: usize = 200;

/// The rows of a workbook's longest sheet; or a row for every element that stands most often with others inside, its columns
/// what is inside. `path` says which are the records: names with dots between, without the outermost.
pub(super) fn read(file: &Source, path: Option<&str>) -> Result<Grid, LoadError> {
    let broken = |reason: String| LoadError::broken(&file.path, format!("it is not good XML: {reason}"));
    let text = decode(&file.bytes);
    let mut elements = Elements::default();
    walk(&text, &mut elements).map_err(broken)?;
    if elements.is_workbook {
        let mut sheets = Sheets::default();
        walk(&text, &mut sheets).map_err(broken)?;
        return grid(file, sheets.sheets.into_iter().max_by_key(|sheet| sheet.rows.len()).unwrap_or_default());
    }
    let Some(wanted) = path.map(str::to_owned).or_else(|| elements.most()) else {
        return Err(LoadError::broken(&file.path, "none of its elements stands twice with others inside"));
    };
    let mut records = Records { wanted, ..Records::default() };
    walk(&text, &mut records).map_err(broken)?;
    let Records { header, mut rows, .. } = records;
    rows.rows.insert(0, header);
    grid(file, rows)
}

fn grid(file: &Source, rows: Rows) -> Result<Grid, LoadError> {
    let width = rows.rows.iter().map(Vec::len).max().unwrap_or(0);
    if rows.cells > CELL_LIMIT || width > COLUMN_LIMIT {
        return Err(too_many_cells(Spot::of(&file.path), rows.rows.len(), width));
    }
    Ok(Grid { rows: (1..).zip(rows.rows).map(|(number, cells)| Row { number, cells }).collect(), part: None })
}

/// What is told of the elements. A path is their names with dots between, from below the outermost on.
trait Visitor {
    fn begin(&mut self, path: &str, tag: &BytesStart<'_>);
    /// Text between two tags.
    fn text(&mut self, _path: &str, _text: &str) {}
    /// `is_leaf`: there is no element inside.
    fn end(&mut self, _path: &str, _is_leaf: bool) {}
}

fn walk(text: &str, visitor: &mut impl Visitor) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let (mut path, mut ends, mut words, mut is_leaf) = (String::new(), Vec::new(), String::new(), false);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) => {
                if path.len() > LONGEST_PATH {
                    return Err("its elements stand too deep inside each other".to_owned());
                }
                tell(visitor, &path, &mut words);
                ends.push(path.len());
                if ends.len() > 1 {
                    path.push_str(if path.is_empty() { "" } else { "." });
                    path.push_str(tag.local_name().as_ref());
                }
                visitor.begin(&path, &tag);
                is_leaf = true;
            }
            Event::End(_) => {
                tell(visitor, &path, &mut words);
                visitor.end(&path, is_leaf);
                path.truncate(ends.pop().unwrap_or(0));
                is_leaf = false;
            }
            Event::Text(part) => words.push_str(&part),
            Event::CData(part) => words.push_str(&part),
            Event::GeneralRef(name) => words.push(xml::character(&name)),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn tell(visitor: &mut impl Visitor, path: &str, words: &mut String) {
    if !words.trim().is_empty() {
        visitor.text(path, words);
    }
    words.clear();
}

/// Names without their prefix, and values.
fn attributes<'a>(tag: &'a BytesStart<'_>) -> impl Iterator<Item = (String, String)> + 'a {
    let good = tag.attributes().filter_map(Result::ok).filter(|attribute| !attribute.key.as_ref().starts_with("xmlns"));
    good.map(|attribute| {
        let value = unescape(&attribute.value).map_or_else(|_| String::new(), Cow::into_owned);
        (attribute.key.local_name().as_ref().to_owned(), value)
    })
}

/// How often each element stands with something inside.
#[derive(Default)]
struct Elements {
    is_workbook: bool,
    counts: HashMap<String, usize>,
    /// Those with attributes, which are counted by their beginnings.
    attributed: HashSet<String>,
}

impl Elements {
    /// Of equally many the outermost.
    fn most(self) -> Option<String> {
        let several = self.counts.into_iter().filter(|(path, count)| *count > 1 && !path.is_empty());
        several.max_by(|a, b| a.1.cmp(&b.1).then(b.0.len().cmp(&a.0.len())).then(b.0.cmp(&a.0))).map(|(path, _)| path)
    }
}

impl Visitor for Elements {
    fn begin(&mut self, path: &str, tag: &BytesStart<'_>) {
        if path.is_empty() {
            self.is_workbook = tag.local_name().as_ref() == "Workbook";
        }
        if attributes(tag).count() > 1 {
            self.attributed.insert(path.to_owned());
            *self.counts.entry(path.to_owned()).or_default() += 1;
        }
    }

    fn end(&mut self, path: &str, is_leaf: bool) {
        if !is_leaf && !self.attributed.contains(path) {
            *self.counts.entry(path.to_owned()).or_default() += 1;
        }
    }
}

/// Rows that grow as far as there is something to put in.
#[derive(Default)]
struct Rows {
    rows: Vec<Vec<String>>,
    /// Cells of all rows.
    cells: usize,
}

impl Rows {
    /// Behind what is there already, with `mark` between.
    fn put(&mut self, column: usize, text: &str, mark: &str) {
        let Some(row) = self.rows.last_mut().filter(|_| column < COLUMN_LIMIT && self.cells <= CELL_LIMIT) else {
            return;
        };
        if row.len() <= column {
            self.cells += column + 1 - row.len();
            row.resize(column + 1, String::new());
        }
        let cell = &mut row[column];
        cell.push_str(if cell.is_empty() { "" } else { mark });
        cell.push_str(text);
    }
}

/// The sheets of a workbook. `ss:Index` says where a cell stands that others are missing before, `ss:MergeAcross` how many
/// more it covers.
#[derive(Default)]
struct Sheets {
    sheets: Vec<Rows>,
    /// Columns of the cell and of the one behind it.
    column: usize,
    next: usize,
}

impl Visitor for Sheets {
    fn begin(&mut self, path: &str, tag: &BytesStart<'_>) {
        let number = |name: &str| {
            let found = attributes(tag).find(|(key, _)| key == name);
            found.and_then(|(_, value)| value.parse::<usize>().ok()).map(|number| number.min(COLUMN_LIMIT))
        };
        match path {
            "Worksheet" => self.sheets.push(Rows::default()),
            "Worksheet.Table.Row" => {
                self.next = 0;
                self.sheets.last_mut().into_iter().for_each(|sheet| sheet.rows.push(Vec::new()));
            }
            "Worksheet.Table.Row.Cell" => {
                self.column = number("Index").map_or(self.next, |index| index.saturating_sub(1));
                self.next = self.column + 1 + number("MergeAcross").unwrap_or(0);
            }
            _ => {}
        }
    }

    fn text(&mut self, path: &str, text: &str) {
        // Words in bold have an element of their own.
        if path.starts_with("Worksheet.Table.Row.Cell.Data")
            && let Some(sheet) = self.sheets.last_mut()
        {
            sheet.put(self.column, text, "");
        }
    }
}

/// What stands in each of the wanted elements, by the names of its parts.
#[derive(Default)]
struct Records {
    wanted: String,
    header: Vec<String>,
    columns: HashMap<String, usize>,
    rows: Rows,
}

impl Records {
    /// The part of a path inside a record.
    fn inside<'p>(&self, path: &'p str) -> Option<&'p str> {
        let rest = path.strip_prefix(self.wanted.as_str())?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('.') }
    }

    fn put(&mut self, name: &str, value: &str) {
        if self.header.len() > COLUMN_LIMIT {
            return;
        }
        let column = self.columns.get(name).copied().unwrap_or_else(|| {
            self.header.push(name.to_owned());
            self.columns.insert(name.to_owned(), self.columns.len());
            self.columns.len() - 1
        });
        if !value.is_empty() {
            self.rows.put(column, value.trim(), "; ");
        }
    }
}

impl Visitor for Records {
    fn begin(&mut self, path: &str, tag: &BytesStart<'_>) {
        let Some(inside) = self.inside(path) else { return };
        if inside.is_empty() {
            self.rows.rows.push(Vec::new());
        }
        let prefix = if inside.is_empty() { String::new() } else { format!("{inside}.") };
        attributes(tag).for_each(|(name, value)| self.put(&format!("{prefix}{name}"), &value));
    }

    /// An empty element has its column too.
    fn end(&mut self, path: &str, is_leaf: bool) {
        if is_leaf {
            self.text(path, "");
        }
    }

    fn text(&mut self, path: &str, text: &str) {
        if let Some(inside) = self.inside(path).filter(|inside| !inside.is_empty()) {
            self.put(inside, text);
        }
    }
}
