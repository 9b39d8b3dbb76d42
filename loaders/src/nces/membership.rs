//! Membership (CCD file 052): how many students an LEA has.
//!
//! Up to 2015-16 one wide row per LEA with a column `MEMBER`; since then one row per grade, race and sex, where
//! `TOTAL_INDICATOR` says what a row sums up. Adult education is left out in both, as NCES does.

use std::collections::BTreeMap;
use std::path::Path;

use polars::prelude::{DataFrame, StringChunked};

use super::pieces::{Header, read_pieces};
use super::{Tally, cell, nces_id};
use crate::{BadRow, LoadError, source};

/// Rows that hold an LEA's students without adult education.
const TOTAL: &str = "Derived - Education Unit Total minus Adult Education Count";
/// Rows that hold them by race and sex.
const BY_RACE: &str = "Derived - Subtotal by Race/Ethnicity and Sex minus Adult Education Count";
/// Rows that hold all, where the derived ones are missing.
const WITH_ADULTS: &str = "Education Unit Total";
/// The wide layout's columns for students of each race.
const RACES: &[&str] = &["AM", "AS", "HI", "BL", "WH", "HP", "TR"];

/// The students of one LEA.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Enrollment {
    /// NCES id, 7 digits.
    pub nces_id: String,
    /// Students, adult education left out.
    pub students: Option<i32>,
    /// Share of the students of known race who are not white, 0 to 100.
    pub minority_percent: Option<f64>,
}

/// The membership of one school year.
#[derive(Debug)]
pub struct Membership {
    /// As published, `2023-2024`.
    pub school_year: String,
    /// By NCES id.
    pub enrollments: Vec<Enrollment>,
    /// Rows that could not be used.
    pub bad_rows: Vec<BadRow>,
    /// Rows of the file.
    pub rows: usize,
    /// Name of the file, without its folder.
    pub file_name: String,
    /// SHA-256 of the file.
    pub checksum: String,
}

/// Reads membership from a published zip or CSV, in bounded memory.
pub fn read_membership(path: &Path) -> Result<Membership, LoadError> {
    let checksum = source::file_checksum(path)?;
    let mut reading = Reading::default();
    let mut layout = Layout::Long;
    read_pieces(
        path,
        |header| {
            let (found, columns) = Layout::of(path, header)?;
            layout = found;
            Ok(columns)
        },
        |frame, rows_before| reading.add(path, frame, rows_before),
    )?;
    reading.tally.accept(path, reading.leas.len())?;
    Ok(Membership {
        school_year: reading.tally.school_year,
        enrollments: reading.leas.into_iter().map(|(id, students)| students.enrollment(id)).collect(),
        bad_rows: reading.tally.bad_rows,
        rows: reading.tally.rows,
        file_name: super::file_name(path),
        checksum,
    })
}

/// How a year's file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Long,
    Wide,
}

impl Layout {
    fn of(path: &Path, header: &Header) -> Result<(Self, Vec<&'static str>), LoadError> {
        let year = super::required_column(path, header, &["SCHOOL_YEAR", "SURVYEAR"])?;
        let id = super::required_column(path, header, &["LEAID"])?;
        if header.first_of(&["TOTAL_INDICATOR"]).is_some() {
            let count = super::required_column(path, header, &["STUDENT_COUNT"])?;
            let race = super::required_column(path, header, &["RACE_ETHNICITY"])?;
            return Ok((Self::Long, vec![year, id, "TOTAL_INDICATOR", race, count]));
        }
        let member = super::required_column(path, header, &["MEMBER"])?;
        let races = RACES.iter().copied().filter(|race| header.first_of(&[*race]).is_some());
        Ok((Self::Wide, [year, id, member].into_iter().chain(races).collect()))
    }
}

/// What is known of an LEA so far.
#[derive(Debug, Default)]
struct Students {
    total: Option<i32>,
    with_adults: Option<i32>,
    of_known_race: i32,
    white: i32,
}

impl Students {
    fn enrollment(self, nces_id: String) -> Enrollment {
        let share = f64::from(self.of_known_race - self.white) / f64::from(self.of_known_race.max(1));
        Enrollment {
            nces_id,
            students: self.total.or(self.with_adults),
            minority_percent: (self.of_known_race > 0).then_some((share * 1000.0).round() / 10.0),
        }
    }
}

#[derive(Debug, Default)]
struct Reading {
    leas: BTreeMap<String, Students>,
    tally: Tally,
}

impl Reading {
    fn add(&mut self, path: &Path, frame: &DataFrame, rows_before: usize) -> Result<(), LoadError> {
        let column = |name: &str| super::text_column(path, frame, name);
        let ids = super::required_text(path, frame, "LEAID")?;
        self.tally.begin_piece(path, frame)?;
        if let (Some(indicators), Some(races)) = (column("TOTAL_INDICATOR")?, column("RACE_ETHNICITY")?) {
            let counts = super::required_text(path, frame, "STUDENT_COUNT")?;
            for index in 0..frame.height() {
                let indicator = indicators.get(index).unwrap_or_default().trim();
                if matches!(indicator, TOTAL | BY_RACE | WITH_ADULTS) {
                    let race = races.get(index).unwrap_or_default().trim();
                    self.row((ids, "STUDENT_COUNT", counts), index, rows_before, |students, count| {
                        students.add_long(indicator, race, count);
                    });
                }
            }
            return Ok(());
        }
        let members = super::required_text(path, frame, "MEMBER")?;
        let races: Vec<(&str, &StringChunked)> = RACES
            .iter()
            .filter_map(|race| column(race).transpose().map(|found| found.map(|values| (*race, values))))
            .collect::<Result<_, _>>()?;
        for index in 0..frame.height() {
            self.row((ids, "MEMBER", members), index, rows_before, |students, count| students.total = count);
            for (race, counts) in &races {
                self.row((ids, race, counts), index, rows_before, |students, count| students.add_race(race, count));
            }
        }
        Ok(())
    }

    /// One count of one LEA; a row that cannot be used is kept as such.
    fn row(
        &mut self,
        (ids, column, counts): (&StringChunked, &str, &StringChunked),
        index: usize,
        rows_before: usize,
        put: impl FnOnce(&mut Students, Option<i32>),
    ) {
        let id = nces_id(cell(Some(ids), index).unwrap_or_default(), rows_before + index);
        let count = super::count(counts, index, column, rows_before + index);
        match (id, count) {
            (Ok(id), Ok(count)) => put(self.leas.entry(id).or_default(), count),
            (Err(bad), _) | (_, Err(bad)) => self.tally.refuse(*bad),
        }
    }
}

impl Students {
    fn add_long(&mut self, indicator: &str, race: &str, count: Option<i32>) {
        match indicator {
            TOTAL => self.total = count,
            WITH_ADULTS => self.with_adults = count,
            _ => self.add_race(race, count),
        }
    }

    fn add_race(&mut self, race: &str, count: Option<i32>) {
        let count = count.unwrap_or(0);
        match race {
            "WH" | "White" => (self.white, self.of_known_race) = (self.white + count, self.of_known_race + count),
            "Not Specified" | "No Category Codes" => {}
            _ => self.of_known_race += count,
        }
    }
}
