//! A CSV of any size, piece by piece: the current membership file has over ten million rows, of which a few
//! columns matter. Memory is bounded by the piece, not by the file.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use polars::prelude::{CsvParseOptions, CsvReadOptions, DataFrame, PlSmallStr, SerReader};

use crate::LoadError;
use crate::fault::Spot;
use crate::source;

/// How much is parsed at a time.
const PIECE_BYTES: usize = 1 << 20;
/// A line longer than this is no line of a table.
const LINE_LIMIT_BYTES: usize = 64 << 20;
/// The most that a zipped file may unpack to; it is never held whole.
const UNPACKED_LIMIT_BYTES: u64 = 32 << 30;

/// The columns of a file, found before the first row is read.
#[derive(Debug)]
pub(super) struct Header {
    /// Names as published.
    pub names: Vec<String>,
    separator: u8,
}

impl Header {
    /// Which of some names the file has.
    pub fn first_of(&self, names: &[&'static str]) -> Option<&'static str> {
        names.iter().copied().find(|name| self.names.iter().any(|have| have == name))
    }
}

/// Reads a published zip or its CSV. `choose` looks at the header and names the columns to be read; `visit` gets
/// one frame after the other, all columns as text, with the number of rows before it.
pub(super) fn read_pieces(
    path: &Path,
    choose: impl FnOnce(&Header) -> Result<Vec<&'static str>, LoadError>,
    visit: impl FnMut(&DataFrame, usize) -> Result<(), LoadError>,
) -> Result<(), LoadError> {
    let open = |source| LoadError::Open { path: path.to_owned(), source };
    let mut start = [0; 4];
    let length = File::open(path).map_err(open)?.take(4).read(&mut start).map_err(open)?;
    let file = File::open(path).map_err(open)?;
    if !start[..length].starts_with(b"PK\x03\x04") {
        return Pieces::new(path, file).read(choose, visit);
    }
    let damaged = |error: zip::result::ZipError| LoadError::broken(path, format!("the zip is damaged: {error}"));
    let mut archive = zip::ZipArchive::new(file).map_err(damaged)?;
    let name = only_table(path, &archive)?;
    let entry = archive.by_name(&name).map_err(damaged)?;
    Pieces::new(path, entry.take(UNPACKED_LIMIT_BYTES)).read(choose, visit)
}

/// The one table in the zip; a SAS copy or a note beside it does not count.
fn only_table<R: Read + std::io::Seek>(path: &Path, archive: &zip::ZipArchive<R>) -> Result<String, LoadError> {
    let names: Vec<String> =
        archive.file_names().filter_map(|name| name.ok()).map(std::borrow::Cow::into_owned).collect();
    let tables: Vec<&String> = names.iter().filter(|name| super::is_table_name(name)).collect();
    match tables.as_slice() {
        [name] => Ok((*name).clone()),
        found => Err(LoadError::broken(path, format!("the zip holds {} CSV files, and one was expected", found.len()))),
    }
}

struct Pieces<'a, R> {
    path: &'a Path,
    source: R,
    /// Bytes read and not parsed.
    held: Vec<u8>,
    is_at_end: bool,
}

impl<'a, R: Read> Pieces<'a, R> {
    fn new(path: &'a Path, source: R) -> Self {
        Self { path, source, held: Vec::new(), is_at_end: false }
    }

    fn read(
        mut self,
        choose: impl FnOnce(&Header) -> Result<Vec<&'static str>, LoadError>,
        mut visit: impl FnMut(&DataFrame, usize) -> Result<(), LoadError>,
    ) -> Result<(), LoadError> {
        self.fill(PIECE_BYTES)?;
        let (line, header) = self.header()?;
        let wanted: Arc<[PlSmallStr]> = choose(&header)?.into_iter().map(PlSmallStr::from).collect();
        let mut rows = 0;
        while let Some(mut piece) = self.next_piece()? {
            piece.splice(0..0, line.iter().copied());
            let frame = parse(self.path, super::as_utf8(piece), header.separator, &wanted)?;
            visit(&frame, rows)?;
            rows += frame.height();
        }
        Ok(())
    }

    /// The header line with its line end, and what it says.
    fn header(&mut self) -> Result<(Vec<u8>, Header), LoadError> {
        let kind = source::Kind::of(&self.held);
        if kind != source::Kind::Text {
            return Err(LoadError::NotWhatItSays {
                spot: Spot::of(self.path),
                found: kind.words().to_owned(),
                expected: "a CCD file (a zip with a CSV, or the CSV)".to_owned(),
            });
        }
        let end = self.held.iter().position(|byte| *byte == b'\n').map_or(self.held.len(), |at| at + 1);
        let line: Vec<u8> = self.held.drain(..end).collect();
        let text = source::decode(&line);
        let separator = if text.contains('\t') { b'\t' } else { b',' };
        let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(separator).from_reader(text.as_bytes());
        let record = reader.records().next().transpose().map_err(|error| LoadError::broken(self.path, error))?;
        let names = record.map(|record| record.iter().map(|name| name.trim().to_owned()).collect()).unwrap_or_default();
        Ok((line, Header { names, separator }))
    }

    /// Whole rows, up to the last line end that is not inside quotes.
    fn next_piece(&mut self) -> Result<Option<Vec<u8>>, LoadError> {
        let mut wanted = PIECE_BYTES;
        loop {
            self.fill(wanted)?;
            if self.held.is_empty() {
                return Ok(None);
            }
            if self.is_at_end {
                return Ok(Some(std::mem::take(&mut self.held)));
            }
            if let Some(end) = last_row_end(&self.held) {
                let rest = self.held.split_off(end);
                return Ok(Some(std::mem::replace(&mut self.held, rest)));
            }
            if wanted > LINE_LIMIT_BYTES {
                let reason = format!("it has a line of more than {LINE_LIMIT_BYTES} bytes");
                return Err(LoadError::TooLarge { spot: Spot::of(self.path), reason });
            }
            wanted *= 2;
        }
    }

    /// Reads on until this much is held or the file ends.
    fn fill(&mut self, wanted: usize) -> Result<(), LoadError> {
        if self.is_at_end || self.held.len() >= wanted {
            return Ok(());
        }
        let missing = (wanted - self.held.len()) as u64;
        let count = Read::by_ref(&mut self.source)
            .take(missing)
            .read_to_end(&mut self.held)
            .map_err(|error| LoadError::broken(self.path, format!("it cannot be read to its end: {error}")))?;
        self.is_at_end = (count as u64) < missing;
        Ok(())
    }
}

/// One past the last line end outside quotes.
fn last_row_end(bytes: &[u8]) -> Option<usize> {
    let mut is_quoted = false;
    let mut end = None;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => end = Some(at + 1),
            _ => {}
        }
    }
    end
}

/// All columns as text: an id that became a number would have lost its zeros.
fn parse(path: &Path, csv: Vec<u8>, separator: u8, wanted: &Arc<[PlSmallStr]>) -> Result<DataFrame, LoadError> {
    CsvReadOptions::default()
        .with_infer_schema_length(Some(0))
        .with_columns(Some(Arc::clone(wanted)))
        .with_parse_options(CsvParseOptions::default().with_separator(separator).with_truncate_ragged_lines(true))
        .into_reader_with_file_handle(Cursor::new(csv))
        .finish()
        .map_err(|error| LoadError::broken(path, error))
}

#[cfg(test)]
mod tests {
    use super::last_row_end;

    #[test]
    fn a_line_end_inside_quotes_ends_no_row() {
        assert_eq!(last_row_end(b"a,b\n1,\"x\ny"), Some(4));
        assert_eq!(last_row_end(b"a,b\n1,\"x\ny\"\n2"), Some(12));
        assert_eq!(last_row_end(b"abc"), None);
    }
}
