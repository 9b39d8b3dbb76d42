use std::fs;
use std::path::Path;

use loaders::LoadError;
use loaders::registry::{Catalog, Declaration, RegistryFile, read_registry};

/// A declaration for a file of a few rows.
const DECLARATION: &str = r#"
state = "wy"
title = "Wyoming"
publisher = "us"
format = "csv"
ignore = ["Fax *"]
[[leaid]]
steps = [{ strip = "-" }, { pad = 7 }]
[columns]
state_district_id = "District ID"
name = "District Name"
city = "City"
zip = "Zip (2)"
administrator = "Superintendent"
phone = "Phone"
[[drop]]
column = "District Name"
starts = ["Total"]
reason = "totals"
[expect]
districts = [1, 10]
bad_share = 0.5
"#;

fn read(text: impl AsRef<[u8]>) -> Result<RegistryFile, LoadError> {
    read_as(DECLARATION, text)
}

fn read_as(declaration: &str, text: impl AsRef<[u8]>) -> Result<RegistryFile, LoadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wy.csv");
    fs::write(&path, text).unwrap();
    read_registry(&path, &Declaration::parse("wy", declaration, Path::new("wy.toml")).unwrap())
}

const MESSY: &str = "\u{feff}Directory of Districts,,,,,,\n\
    Source: the Department,,,,,,\n\
    District ID,District Name,City,Zip,Zip,Superintendent,Phone,Fax 1,Surprise\n\
    '01-01,Albany  County #1,Laramie,82070,82072-1234,\"Dr. Lee, Jane\",307.555.0100 x12,N/A,boo\n\
    '0201,\"Big Horn\n#1\",Cowley,,2420,Position Vacant,No Data,N/A,\n\
    Total,Total 2 districts,,,,,,,\n";

#[test]
fn a_messy_file_becomes_clean_records_and_keeps_the_published_ones() {
    let file = read(MESSY).unwrap();
    assert_eq!((file.rows, file.dropped, file.bad_rows.len()), (3, 1, 0));
    assert_eq!(file.surprises, [("Zip".to_owned(), "82070".to_owned()), ("Surprise".to_owned(), "boo".to_owned())]);
    insta::assert_debug_snapshot!(file.records);
}

#[test]
fn a_missing_column_names_the_nearest() {
    let error = read("District ID,Districts Name,City,Zip,Zip,Superintendent,Phone\n1,A,B,1,1,C,D\n").unwrap_err();
    assert!(error.to_string().contains("no column `District Name`; the nearest is `Districts Name`"), "{error}");
}

#[test]
fn ids_a_spreadsheet_destroyed_are_refused_by_name() {
    let row = |id: &str, name: &str| format!("{id},{name},City,1,1,C,D\n");
    let header = "District ID,District Name,City,Zip,Zip,Superintendent,Phone\n";
    let file = read(format!("{header}{}{}", row("101", "Good"), row("2.80252E+11", "Bad"))).unwrap();
    assert_eq!(file.records.len(), 1);
    let bad = &file.bad_rows[0];
    assert_eq!((bad.row, bad.column.as_str(), bad.value.as_str()), (3, "District ID", "2.80252E+11"));
    let all = read(format!("{header}{}{}", row("2.8E+11", "A"), row("2.9E+11", "B"))).unwrap_err();
    assert!(all.to_string().contains("2 of 2 rows are bad"), "{all}");
}

#[test]
fn two_rows_with_one_id_are_not_silently_one() {
    let header = "District ID,District Name,City,Zip,Zip,Superintendent,Phone\n";
    let file = read(format!("{header}101,One,City,1,1,C,D\n101,Other,City,1,1,C,D\n101,One,City,1,1,C,D\n")).unwrap();
    assert_eq!(file.records.len(), 1, "an equal row is the same row");
    assert_eq!(file.bad_rows.len(), 1, "a different row is not");
    let collapsed = DECLARATION.replace("format = \"csv\"", "format = \"csv\"\ncollapse = true");
    let file = read_as(&collapsed, format!("{header}101,One,City,1,1,C,D\n101,One,City,1,1,C,E\n")).unwrap();
    assert_eq!(
        (file.records.len(), file.records[0].raw.as_array().map(Vec::len)),
        (1, Some(2)),
        "both rows are kept as published"
    );
}

#[test]
fn counts_outside_the_bounds_stop_the_import() {
    let header = "District ID,District Name,City,Zip,Zip,Superintendent,Phone\n";
    let rows: String = (0..11).map(|number| format!("{number},Name {number},City,1,1,C,D\n")).collect();
    let error = read(format!("{header}{rows}")).unwrap_err();
    assert!(error.to_string().contains("11 districts, and 1 to 10 were expected"), "{error}");
}

#[test]
fn other_encodings_and_line_ends_are_read() {
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(MESSY.trim_start_matches('\u{feff}').encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert_eq!(read(utf16).unwrap().records.len(), 2);
    assert_eq!(read(MESSY.replace('\n', "\r\n")).unwrap().records.len(), 2);
    let windows =
        MESSY.replace("Laramie", "Pi\u{1}on").into_bytes().into_iter().map(|byte| if byte == 1 { 0xF1 } else { byte });
    let text: Vec<u8> = windows.skip(3).collect();
    assert_eq!(read(text).unwrap().records[0].city.as_deref(), Some("Piñon"));
}

#[test]
fn hostile_bytes_are_refused_in_one_sentence() {
    let html = read("<html><head><title>Access Denied</title></head></html>").unwrap_err();
    assert!(html.to_string().contains("an HTML page titled \"Access Denied\", not delimited text"), "{html}");
    let nul = read("District ID,District Name,City,Zip,Zip,Superintendent,Phone\n1,A\0B,C,1,1,D,E\n").unwrap_err();
    assert!(nul.to_string().contains("NUL"), "{nul}");
    let workbook = DECLARATION.replace("format = \"csv\"", "format = \"xlsx\"");
    assert!(read_as(&workbook, "a,b\n").unwrap_err().to_string().contains("it is text, not an Excel workbook"));
    assert!(read_as(&workbook, b"PK\x03\x04 [Content_Types].xml cut").unwrap_err().to_string().contains("damaged"));
    let json = DECLARATION.replace("format = \"csv\"", "format = \"json\"");
    assert!(read_as(&json, "{\"a\": 1}").unwrap_err().to_string().contains("not an array"));
    assert!(read_as(&json, "[{\"a\": 1},").unwrap_err().to_string().contains("EOF"));
}

#[test]
fn a_mistake_in_a_declaration_names_file_line_and_what_is_known() {
    let parse = |text: &str| Declaration::parse("wy", text, Path::new("registries/wy.toml")).unwrap_err().to_string();
    let unknown = parse(&DECLARATION.replace("city = ", "town = "));
    assert!(
        unknown.contains("registries/wy.toml")
            && unknown.contains("line 1")
            && unknown.contains("town")
            && unknown.contains("`city`"),
        "{unknown}"
    );
    assert!(parse(&DECLARATION.replace("name = \"District Name\"", "")).contains("no `name`"));
    assert!(parse(&DECLARATION.replace("[1, 10]", "[10, 1]")).contains("wrong way round"));
    assert!(parse(&DECLARATION.replace("\"wy\"", "\"Wyoming\"")).contains("two-letter"));
}

#[test]
fn a_users_declaration_adds_and_overrides() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("wy.toml"), DECLARATION).unwrap();
    fs::write(folder.path().join("tx.toml"), DECLARATION.replace("\"wy\"", "\"tx\"")).unwrap();
    let catalog = Catalog::load(Some(folder.path())).unwrap();
    assert_eq!(catalog.get("wy").unwrap().state, "WY");
    assert_eq!(catalog.get("tx").unwrap().publisher, "us");
    assert_eq!(Catalog::load(None).unwrap().get("tx").unwrap().publisher, "Texas Education Agency");
}
