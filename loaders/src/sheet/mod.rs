//! A table written for people and programs: CSV, a workbook, JSON lines, Parquet. What a spreadsheet would run as a formula is marked as text.

mod parquet;

use std::io::{self, Write};

use serde_json::{Map, Value, json};

/// A format of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated.
    Csv,
    /// An Excel workbook, all text.
    Xlsx,
    /// A JSON object per line.
    Jsonl,
    /// Apache Parquet.
    Parquet,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Whether it holds numbers; an id does not, whatever it is made of.
    pub is_number: bool,
}

/// Where rows go.
pub trait Sheet {
    /// Writes a row.
    fn row(&mut self, cells: &[String]) -> io::Result<()>;
    /// Ends the table; without it there is none.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// Begins a table with these columns.
pub fn sheet(format: Format, out: Box<dyn Write>, columns: &[Column]) -> io::Result<Box<dyn Sheet>> {
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let mut sheet: Box<dyn Sheet> = match format {
        Format::Csv => Box::new(Csv(csv::Writer::from_writer(out))),
        Format::Jsonl => return Ok(Box::new(Jsonl { out: io::BufWriter::new(out), columns: names })),
        Format::Parquet => return Ok(Box::new(parquet::Parquet::new(out, columns))),
        Format::Xlsx => Box::new(Workbook::new(out)),
    };
    sheet.row(&names)?;
    Ok(sheet)
}

struct Csv<W: Write>(csv::Writer<W>);

impl<W: Write> Sheet for Csv<W> {
    fn row(&mut self, cells: &[String]) -> io::Result<()> {
        self.0.write_record(cells.iter().map(|cell| harmless(cell))).map_err(plain)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.0.flush()
    }
}

/// The system's own error, so that a reader that is gone can be told.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A cell that begins like a formula gets an apostrophe, which spreadsheets take for "this is text"
/// (OWASP, "CSV Injection"). A number with its sign is no formula.
fn harmless(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

struct Jsonl {
    out: io::BufWriter<Box<dyn Write>>,
    columns: Vec<String>,
}

impl Sheet for Jsonl {
    fn row(&mut self, cells: &[String]) -> io::Result<()> {
        let value = |cell: &String| if cell.is_empty() { Value::Null } else { json!(cell) };
        let row: Map<String, Value> = self.columns.iter().cloned().zip(cells.iter().map(value)).collect();
        writeln!(self.out, "{}", Value::Object(row))
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.flush()
    }
}

/// Every cell is a string, never a formula.
struct Workbook {
    book: rust_xlsxwriter::Workbook,
    out: Box<dyn Write>,
    next: u32,
}

impl Workbook {
    fn new(out: Box<dyn Write>) -> Self {
        let mut book = rust_xlsxwriter::Workbook::new();
        book.add_worksheet();
        Self { book, out, next: 0 }
    }
}

impl Sheet for Workbook {
    fn row(&mut self, cells: &[String]) -> io::Result<()> {
        let sheet = self.book.worksheet_from_index(0).map_err(io::Error::other)?;
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(self.next, column, cell).map_err(io::Error::other)?;
        }
        self.next += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        let bytes = self.book.save_to_buffer().map_err(io::Error::other)?;
        self.out.write_all(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(harmless("=HYPERLINK(\"http://x\")"), "'=HYPERLINK(\"http://x\")");
        assert_eq!(harmless("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(harmless("+1 (555) 123"), "'+1 (555) 123");
        assert_eq!(harmless("-12.5"), "-12.5");
        assert_eq!(harmless("O'Neill, Ann"), "O'Neill, Ann");
    }
}
