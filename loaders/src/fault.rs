//! What is wrong with a file, where in it, and what to do.

use std::fmt;
use std::path::{Path, PathBuf};

/// A row that could not be used. The others can.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BadRow {
    /// Row of the file as an editor or a spreadsheet numbers it, from 1.
    pub row: usize,
    /// Header of the column at fault.
    pub column: String,
    /// The value found there.
    pub value: String,
    /// Why it cannot be used.
    pub reason: String,
}

/// Where in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spot {
    /// The file.
    pub file: PathBuf,
    /// The sheet or the entry of an archive.
    pub part: Option<String>,
    /// The row, from 1.
    pub row: Option<usize>,
}

impl fmt::Display for Spot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}`", self.file.display())?;
        if let Some(part) = &self.part {
            write!(out, " part `{part}`")?;
        }
        if let Some(row) = self.row {
            write!(out, " row {row}")?;
        }
        Ok(())
    }
}

/// Why a file was refused. Nothing of it may be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be opened or read.
    #[error("Failed to open `{}`", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The bytes are something else than the name or the declaration says.
    #[error("Failed to read {spot}: it is {found}, not {expected}")]
    NotWhatItSays {
        /// The file.
        spot: Spot,
        /// What the bytes are.
        found: String,
        /// What was expected.
        expected: String,
    },
    /// The bytes are the right kind and broken.
    #[error("Failed to read {spot}: {reason}")]
    Broken {
        /// The place.
        spot: Spot,
        /// The reader's words.
        reason: String,
    },
    /// Nothing in it looks like a table.
    #[error(
        "Failed to read {spot}: none of its first rows could be the header of a table; it begins with `{beginning}`"
    )]
    NoTable {
        /// The place.
        spot: Spot,
        /// Its first words.
        beginning: String,
    },
    /// More than anything honest would hold.
    #[error("Failed to read {spot}: {reason}")]
    TooLarge {
        /// The place.
        spot: Spot,
        /// Which limit, and what was found.
        reason: String,
    },
    /// A column that the declaration maps is not in the header.
    #[error("Failed to read {spot}: there is no column `{column}`{nearest}")]
    MissingColumn {
        /// The place.
        spot: Spot,
        /// The header looked for.
        column: String,
        /// What stands there instead.
        nearest: String,
    },
    /// Fewer or more records than the declaration allows.
    #[error("Failed to accept {spot}: it has {found} {what}, and {least} to {most} were expected")]
    RowCount {
        /// The file.
        spot: Spot,
        /// What was counted.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// The declared lower bound.
        least: usize,
        /// The declared upper bound.
        most: usize,
    },
    /// Too many rows could not be used.
    #[error("Failed to accept {spot}: {bad} of {rows} rows are bad; the first is row {}, column `{}`, value `{}`: {}", first.row, first.column, first.value, first.reason)]
    TooManyBadRows {
        /// The file.
        spot: Spot,
        /// How many are bad.
        bad: usize,
        /// How many there are.
        rows: usize,
        /// The first of them.
        first: Box<BadRow>,
    },
    /// A spreadsheet made numbers of ids.
    #[error(
        "Failed to read {spot}: in column `{column}` a spreadsheet turned {count} ids into numbers such as `{value}`; their digits are lost"
    )]
    Ruined {
        /// The file.
        spot: Spot,
        /// The column.
        column: String,
        /// One of them.
        value: String,
        /// How many.
        count: usize,
    },
    /// A table with names of districts and nothing that a registry says of them.
    #[error(
        "Failed to take {spot} for a registry: it has names of districts, and neither ids nor addresses, phones or persons (its header is {header})"
    )]
    NotARegistry {
        /// The file.
        spot: Spot,
        /// The first columns.
        header: String,
    },
    /// A field that should be filled is not.
    #[error("Failed to accept {spot}: only {filled} of {rows} districts have a value in column `{column}`, and {:.0} % were expected", least * 100.0)]
    TooEmpty {
        /// The file.
        spot: Spot,
        /// Header of the column.
        column: String,
        /// Districts with a value.
        filled: usize,
        /// Districts.
        rows: usize,
        /// The declared least share.
        least: f64,
    },
    /// A declaration of a source is wrong.
    #[error("Failed to read the declaration {spot}: {reason}")]
    Declaration {
        /// The file, or the name of a built-in one.
        spot: Spot,
        /// What is wrong, with its line.
        reason: String,
    },
}

impl LoadError {
    /// A broken file, without a row.
    pub fn broken(file: &Path, reason: impl fmt::Display) -> Self {
        Self::Broken { spot: Spot::of(file), reason: reason.to_string() }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Open { .. } => "check the path; paths in districts.toml are relative to that file",
            Self::NotWhatItSays { found, .. } if found.contains("HTML") => {
                "the publisher's site served a web page instead of the file; open the address in a browser and download it again"
            }
            Self::NotWhatItSays { .. } => "download it again, or correct `format` in the source's declaration",
            Self::Broken { .. } => "download it again; the file may be cut off",
            Self::NoTable { .. } => {
                "open it in a spreadsheet, part its columns there if only blanks do, and save it as CSV; --header-row says where a header is"
            }
            Self::TooLarge { .. } => "if the file is honest, split it; if it came from outside, do not trust it",
            Self::MissingColumn { nearest, .. } if nearest.contains("--map") => {
                "look at the file: the first sheet or the first table may not be the one; --sheet names another"
            }
            Self::MissingColumn { .. } => {
                "the publisher changed the file: correct the column's name in the source's declaration"
            }
            Self::RowCount { .. } => {
                "look at the file; if it is right, correct `expect.districts` in the source's declaration"
            }
            Self::TooManyBadRows { .. } => {
                "look at the rows; if the rest is good, raise `expect.bad_share` in the source's declaration"
            }
            Self::Ruined { .. } => {
                "get the file as published, or open it with that column as text; --map name=\"Header\" imports it without its ids"
            }
            Self::NotARegistry { .. } => {
                "get the state's directory of districts; if this is it, say so with --map, such as --map name=\"District\""
            }
            Self::TooEmpty { .. } => {
                "look at that column; if the publisher left it empty, lower `expect.filled` in the source's declaration"
            }
            Self::Declaration { .. } => "correct that line",
        };
        Some(hint.to_owned())
    }
}

impl Spot {
    /// The file as a whole.
    pub fn of(file: &Path) -> Self {
        Self { file: file.to_owned(), part: None, row: None }
    }

    /// A sheet of a workbook or an entry of an archive.
    pub fn part(file: &Path, part: &str) -> Self {
        Self { part: Some(part.to_owned()), ..Self::of(file) }
    }
}
