//! Five layouts, written as the states write them: packaging, title rows, footers and all.

use std::fs;
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet};
use serde_json::json;

use super::registry::{Entry, Layout};
use super::{SampleError, io};

/// The name of the file a state with this layout publishes.
pub(super) fn file_name(layout: Layout, state: &str) -> String {
    let state = state.to_lowercase();
    match layout {
        Layout::California => format!("{state}_pubdistricts.txt"),
        Layout::Texas => format!("{state}_districts.json"),
        Layout::Ohio => format!("{state}_districts.csv"),
        Layout::Iowa => format!("{state}_directory.xlsx"),
        Layout::Colorado => format!("{state}_graduation.xlsx"),
    }
}

/// Writes a registry in its layout.
pub(super) fn write(path: &Path, layout: Layout, entries: &[Entry]) -> Result<(), SampleError> {
    match layout {
        Layout::California => fs::write(path, tab_separated(entries)).map_err(io(path)),
        Layout::Texas => fs::write(path, json_array(entries)).map_err(io(path)),
        Layout::Ohio => quoted_csv(path, entries),
        Layout::Iowa => directory_workbook(path, entries),
        Layout::Colorado => graduation_workbook(path, entries),
    }
}

fn tab_separated(entries: &[Entry]) -> String {
    let header = "CD Code\tCounty\tDistrict\tStreet\tCity\tZip\tState\tMailStreet\tMailCity\tMailZip\tMailState\tPhone\tExt  \tFaxNumber\tAdmFName\tAdmLName\tLatitude\tLongitude\tDOC\tDOCType\tStatusType\tLastUpDate";
    let mut text = format!("{header}\r\n");
    for entry in entries {
        let Entry { id, county, name, street, city, zip, phone, .. } = entry;
        let (first, last) = match entry.superintendent.split_once(' ') {
            Some(pair) if entry.superintendent != "Position Vacant" => pair,
            _ => ("No Data", "No Data"),
        };
        let kind = entry.kind.ccd_type().1;
        text.push_str(&format!(
            "{id}\t{county}\t{name}\t{street}\t{city}\t{zip}\tCA\t{street}\t{city}\t{zip}\tCA\t{phone}\tNo Data\tNo Data\t{first}\t{last}\tNo Data\tNo Data\t54\t{kind}\tActive\t03/08/2025\r\n"
        ));
    }
    text
}

fn json_array(entries: &[Entry]) -> String {
    let records = entries.iter().map(|entry| {
        let mut record = json!({
            "district_number": format!("'{}", entry.id),
            "district_name": entry.name,
            "district_superintendent": entry.superintendent.to_uppercase(),
            "district_phone": entry.phone,
            "district_email_address": entry.email,
        });
        if entry.website != "N/A" {
            record["district_web_page_address"] = json!(entry.website);
        }
        record
    });
    serde_json::Value::Array(records.collect()).to_string()
}

fn quoted_csv(path: &Path, entries: &[Entry]) -> Result<(), SampleError> {
    let mut csv = csv::Writer::from_path(path).map_err(|error| SampleError::new(path, error))?;
    let header = [
        "District IRN",
        "District Name",
        "Address",
        "City",
        "ZIP Code",
        "County",
        "Region",
        "Superintendent",
        "District Phone",
    ];
    csv.write_record(header).map_err(|error| SampleError::new(path, error))?;
    for entry in entries {
        let cells = [
            &entry.id,
            &entry.name,
            &entry.street,
            &entry.city,
            &entry.zip,
            entry.county,
            "Region 14",
            &entry.superintendent,
            &entry.phone,
        ];
        csv.write_record(cells).map_err(|error| SampleError::new(path, error))?;
    }
    csv.flush().map_err(io(path))
}

fn directory_workbook(path: &Path, entries: &[Entry]) -> Result<(), SampleError> {
    let mut rows: Vec<Vec<String>> = [
        "Public School District Directory",
        "Source: Department of Education",
        "Address File",
        "Note: mailing address may differ",
        "",
    ]
    .iter()
    .map(|title| vec![(*title).to_owned()])
    .collect();
    let header = "Co|County Name|AEA|District|District Name|PO Box|Mailing Street Address|Mailing City|State|Zip Code|Physical Street|Physcial City|State|Zip Code|Administrator|Title|Phone No.|Email Address";
    rows.push(header.split('|').map(str::to_owned).collect());
    for entry in entries {
        let county = format!("{:02}", entry.county_number);
        let cells = [
            &county,
            entry.county,
            "07",
            &entry.id,
            &entry.name,
            "",
            &entry.street,
            &entry.city,
            "Iowa",
            &entry.zip,
            &entry.street,
            &entry.city,
            "Iowa",
            &entry.zip,
            &entry.superintendent,
            "Superintendent",
            &entry.phone,
            &entry.email,
        ];
        rows.push(cells.iter().map(|cell| (*cell).to_owned()).collect());
    }
    save(path, &[("Sheet1", rows)])
}

/// A district stands on four rows, totals above, a last line below, and the sheet is not the first.
fn graduation_workbook(path: &Path, entries: &[Entry]) -> Result<(), SampleError> {
    const COHORTS: [(&str, &str); 4] = [("2023-2024", "4"), ("2022-2023", "5"), ("2021-2022", "6"), ("2020-2021", "7")];
    let header = "County Name|Organization Code|Organization Name|Anticipated Year of Graduation (AYG)|Number of Years After Entering High School|All Students\nAYG Cohort Size|All Students \nGraduation Rate|All Students \nCompletion Rate";
    let line = |county: &str, id: &str, name: &str, (year, count): (&str, &str)| {
        [county, id, name, year, count, "465", "71.2%", "N/A"].map(str::to_owned).to_vec()
    };
    let mut rows = vec![
        vec!["2023-2024 Graduation and Completion Rates".to_owned()],
        header.split('|').map(str::to_owned).collect(),
    ];
    rows.extend(COHORTS.map(|cohort| line("STATE", "9999", "STATE TOTALS", cohort)));
    for entry in entries {
        rows.extend(COHORTS.map(|cohort| line(&entry.county.to_uppercase(), &entry.id, &entry.name, cohort)));
    }
    rows.push(vec!["End of Worksheet".to_owned()]);
    let state = vec![vec!["2023-2024 Graduation and Completion Rates".to_owned()]];
    save(path, &[("State Rates", state), ("District Race Eth Gender", rows)])
}

/// All cells are text, as in the originals; the creation date is fixed so that the bytes are.
fn save(path: &Path, sheets: &[(&str, Vec<Vec<String>>)]) -> Result<(), SampleError> {
    let fail = |error: rust_xlsxwriter::XlsxError| SampleError::new(path, error);
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2025, 7, 28).map_err(fail)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    for (name, rows) in sheets {
        let mut sheet = Worksheet::new();
        sheet.set_name(*name).map_err(fail)?;
        for (row, cells) in (0u32..).zip(rows) {
            for (column, cell) in (0u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string(row, column, cell).map_err(fail)?;
            }
        }
        workbook.push_worksheet(sheet);
    }
    workbook.save(path).map_err(fail)
}
