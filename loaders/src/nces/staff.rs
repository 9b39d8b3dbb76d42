//! Staff (CCD file 059): full-time equivalents of an LEA.

use std::collections::BTreeMap;
use std::path::Path;

use polars::prelude::DataFrame;

use super::pieces::read_pieces;
use super::{Tally, cell, nces_id};
use crate::{BadRow, LoadError, source};

/// The staff of one LEA, in full-time equivalents.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StaffCount {
    /// NCES id, 7 digits.
    pub nces_id: String,
    /// Everybody.
    pub total_fte: Option<f64>,
    /// Teachers.
    pub teachers_fte: Option<f64>,
}

/// The staff of one school year.
#[derive(Debug)]
pub struct Staff {
    /// As published.
    pub school_year: String,
    /// By NCES id.
    pub counts: Vec<StaffCount>,
    /// Rows that could not be used.
    pub bad_rows: Vec<BadRow>,
    /// Rows of the file.
    pub rows: usize,
    /// Name of the file, without its folder.
    pub file_name: String,
    /// SHA-256 of the file.
    pub checksum: String,
}

/// Reads staff from a published zip or CSV: wide up to 2015-16, one row per category since.
pub fn read_staff(path: &Path) -> Result<Staff, LoadError> {
    let checksum = source::file_checksum(path)?;
    let mut leas: BTreeMap<String, StaffCount> = BTreeMap::new();
    let mut tally = Tally::default();
    read_pieces(
        path,
        |header| {
            let year = super::required_column(path, header, &["SCHOOL_YEAR", "SURVYEAR"])?;
            let id = super::required_column(path, header, &["LEAID"])?;
            let rest: &[&'static str] = match header.first_of(&["STAFF_COUNT"]) {
                Some(_) => &["STAFF", "STAFF_COUNT", "TOTAL_INDICATOR"],
                None => &["STAFF", "TOTTCH"],
            };
            for name in rest {
                super::required_column(path, header, &[name])?;
            }
            Ok([year, id].iter().chain(rest).copied().collect())
        },
        |frame, rows_before| add(path, frame, rows_before, &mut leas, &mut tally),
    )?;
    tally.accept(path, leas.len())?;
    let counts = leas.into_iter().map(|(id, staff)| StaffCount { nces_id: id, ..staff }).collect();
    Ok(Staff {
        school_year: tally.school_year,
        counts,
        bad_rows: tally.bad_rows,
        rows: tally.rows,
        file_name: super::file_name(path),
        checksum,
    })
}

fn add(
    path: &Path,
    frame: &DataFrame,
    rows_before: usize,
    leas: &mut BTreeMap<String, StaffCount>,
    tally: &mut Tally,
) -> Result<(), LoadError> {
    tally.begin_piece(path, frame)?;
    let ids = super::required_text(path, frame, "LEAID")?;
    let staff = super::required_text(path, frame, "STAFF")?;
    let counts = super::text_column(path, frame, "STAFF_COUNT")?;
    let indicators = super::text_column(path, frame, "TOTAL_INDICATOR")?;
    let teachers = super::text_column(path, frame, "TOTTCH")?;
    for index in 0..frame.height() {
        let id = match nces_id(cell(Some(ids), index).unwrap_or_default(), rows_before + index) {
            Ok(id) => id,
            Err(bad) => {
                tally.refuse(*bad);
                continue;
            }
        };
        let entry = leas.entry(id).or_default();
        let number = |column| cell(column, index).and_then(|text| text.parse::<f64>().ok()).filter(|fte| *fte >= 0.0);
        match counts {
            None => (entry.total_fte, entry.teachers_fte) = (number(Some(staff)), number(teachers)),
            Some(counts) if cell(indicators, index).is_some_and(|text| text.starts_with("Education Unit Total")) => {
                entry.total_fte = number(Some(counts));
            }
            Some(counts) if cell(Some(staff), index).as_deref() == Some("Teachers") => {
                entry.teachers_fte = number(Some(counts));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
