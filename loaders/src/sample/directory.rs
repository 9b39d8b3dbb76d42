//! The truth as NCES publishes it: a CCD LEA directory, zipped.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use zip::write::SimpleFileOptions;

use super::agency::Agency;
use super::registry::ccd_state_id;
use super::{SampleError, io};

const HEADER: &[&str] = &[
    "SCHOOL_YEAR",
    "FIPST",
    "STATENAME",
    "ST",
    "LEA_NAME",
    "STATE_AGENCY_NO",
    "UNION",
    "ST_LEAID",
    "LEAID",
    "MSTREET1",
    "MSTREET2",
    "MSTREET3",
    "MCITY",
    "MSTATE",
    "MZIP",
    "MZIP4",
    "LSTREET1",
    "LSTREET2",
    "LSTREET3",
    "LCITY",
    "LSTATE",
    "LZIP",
    "LZIP4",
    "PHONE",
    "WEBSITE",
    "SY_STATUS",
    "SY_STATUS_TEXT",
    "UPDATED_STATUS",
    "UPDATED_STATUS_TEXT",
    "EFFECTIVE_DATE",
    "LEA_TYPE",
    "LEA_TYPE_TEXT",
    "OUT_OF_STATE_FLAG",
    "CHARTER_LEA",
    "CHARTER_LEA_TEXT",
    "NOGRADES",
    "GSLO",
    "GSHI",
    "LEVEL",
    "IGOFFERED",
    "OPERATIONAL_SCHOOLS",
];

/// Writes the zip with its one CSV.
pub(super) fn write(path: &Path, agencies: &[Agency]) -> Result<(), SampleError> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(HEADER).map_err(|error| SampleError::new(path, error))?;
    for agency in agencies {
        csv.write_record(row(agency)).map_err(|error| SampleError::new(path, error))?;
    }
    let bytes = csv.into_inner().map_err(|error| SampleError::new(path, error))?;
    let mut archive = zip::ZipWriter::new(File::create(path).map_err(io(path))?);
    archive
        .start_file("ccd_lea_029_2425_sample.csv", SimpleFileOptions::default())
        .map_err(|error| SampleError::new(path, error))?;
    archive.write_all(&bytes).map_err(io(path))?;
    archive.finish().map_err(|error| SampleError::new(path, error))?;
    Ok(())
}

fn row(agency: &Agency) -> Vec<String> {
    let (type_code, type_text) = agency.kind.ccd_type();
    let (lowest, highest) = agency.kind.grades();
    let (status, status_text) = if agency.is_open { ("1", "Open") } else { ("2", "Closed") };
    let is_charter = type_code == "7";
    let (charter, charter_text) =
        if is_charter { ("CHRTIDEAESEA", "LEA for federal programs") } else { ("NOTCHR", "Not a charter district") };
    let website = format!("http://www.{}", agency.domain);
    let state_id = format!("{}-{}", agency.state.code, ccd_state_id(agency));
    let (phone, name) = (agency.phone_formatted(), agency.name());
    let cells: [&str; HEADER.len()] = [
        "2024-2025",
        agency.state.fips,
        agency.state.name,
        agency.state.code,
        &name,
        agency.state.fips,
        "",
        &state_id,
        &agency.nces_id,
        &agency.street,
        "",
        "",
        &agency.city,
        agency.state.code,
        &agency.zip,
        "",
        &agency.street,
        "",
        "",
        &agency.city,
        agency.state.code,
        &agency.zip,
        "",
        &phone,
        &website,
        status,
        status_text,
        status,
        status_text,
        "07/28/2025",
        type_code,
        type_text,
        "No",
        charter,
        charter_text,
        if lowest == "N" { "Yes" } else { "No" },
        lowest,
        highest,
        "Other",
        "As reported",
        "3",
    ];
    cells.map(str::to_owned).to_vec()
}
