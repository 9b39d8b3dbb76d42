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
    assert!(read_as(&workbook, "a,b\n").unwrap_err().to_string().contains("it is text, not a workbook"));
    assert!(read_as(&workbook, b"PK\x03\x04 [Content_Types].xml cut").unwrap_err().to_string().contains("damaged"));
    let json = DECLARATION.replace("format = \"csv\"", "format = \"json\"");
    assert!(read_as(&json, "{\"a\": 1}").unwrap_err().to_string().contains("not an array"));
    assert!(read_as(&json, "[{\"a\": 1},").unwrap_err().to_string().contains("not good JSON"));
}

/// The same three districts in every format, found from the bytes.
#[test]
fn every_format_gives_the_same_records() {
    let undeclared = DECLARATION.replace("format = \"csv\"\n", "").replace("Zip (2)", "Zip");
    let rows = [
        ["0101", "Albany", "Laramie", "82072"],
        ["0201", "Big Horn", "Cowley", "82420"],
        ["0301", "Campbell", "Gillette", "82718"],
    ];
    let header = ["District ID", "District Name", "City", "Zip", "Superintendent", "Phone"];
    let line = |row: &[&str; 4]| format!("{},,", row.join(","));
    let csv = format!("{}\n{}\n", header.join(","), rows.each_ref().map(line).join("\n"));
    let object = |row: &[&str; 4]| serde_json::json!({"District ID": row[0], "District Name": row[1], "City": row[2], "Zip": row[3], "Superintendent": null, "Phone": ""});
    let json = serde_json::Value::from(rows.each_ref().map(object).to_vec());
    let lines = rows.each_ref().map(|row| object(row).to_string()).join("\n");
    let cells =
        |tag: &str, cells: &[&str]| cells.iter().map(|cell| format!("<{tag}>{cell}</{tag}>")).collect::<String>();
    let body: String = rows.iter().map(|row| format!("<tr>{}</tr>", cells("td", row))).collect();
    let html = format!(
        "<html><body><table><tr><td>menu</td></tr></table><table><tr>{}</tr>{body}</table></body></html>",
        cells("th", &header)
    );
    let key = |file: RegistryFile| {
        file.records
            .into_iter()
            .map(|record| (record.state_leaid, record.name, record.city, record.zip))
            .collect::<Vec<_>>()
    };
    let expected = key(read_as(&undeclared, &csv).unwrap());
    assert_eq!(expected.len(), 3);
    for (format, bytes) in [
        ("tabs", csv.replace(',', "\t").into_bytes()),
        ("carriage returns only", csv.replace('\n', "\r").into_bytes()),
        ("json", json.to_string().into_bytes()),
        ("json lines", lines.into_bytes()),
        ("html", html.into_bytes()),
        ("zip", zipped("list.csv", csv.as_bytes())),
        ("xlsx", workbook(&header, &rows)),
    ] {
        assert_eq!(
            key(read_as(&undeclared, bytes).unwrap_or_else(|error| panic!("{format}: {error}"))),
            expected,
            "{format}"
        );
    }
    let short = [("District ID", "ID"), ("District Name", "NAME"), ("\"City\"", "\"CITY\""), ("\"Zip\"", "\"ZIP\"")];
    let short = short.iter().fold(undeclared.clone(), |text, (long, name)| text.replace(long, name));
    let short = short.replace("administrator = \"Superintendent\"\n", "").replace("phone = \"Phone\"\n", "");
    assert_eq!(key(read_as(&short, dbase_table(&rows)).unwrap()), expected, "dbase");
    let nested = undeclared.replace("publisher", "records = \"result.rows\"\npublisher");
    let longer = vec![serde_json::json!({"a": 1}); 9];
    let inside = serde_json::json!({"help": longer, "result": {"rows": json}}).to_string();
    assert_eq!(key(read_as(&nested, inside).unwrap()), expected);
    let lost = read_as(&undeclared, r#"{"rows": ["a", "b"]}"#).unwrap_err().to_string();
    assert!(lost.contains("name one with `records` in the declaration: `rows`"), "{lost}");
}

#[test]
fn an_address_in_one_cell_fills_what_no_column_of_its_own_says() {
    let declaration = r#"
state = "wy"
title = "Wyoming"
publisher = "us"
[columns]
name = "District"
city = "Town"
address = "Office"
mail_address = "Mail"
[expect]
districts = [1, 10]
"#;
    let text = "District,Town,Office,Mail\n\
        Lee,,\"12 Main St, Cody, WY 82414\",\"PO Box 7, Powell, Wyoming 82435-0007\"\n\
        Lee,Lovell,\"9 Oak Ave, Cody, WY 82414\",\n\
        Day,,12 Main St,\n";
    let records = read_as(declaration, text).unwrap().records;
    let office = |at: usize| {
        let record = &records[at];
        [&record.street, &record.city, &record.zip].map(|text| text.clone().unwrap_or_default())
    };
    assert_eq!(office(0), ["12 Main St", "Cody", "82414"]);
    assert_eq!(office(1), ["9 Oak Ave", "Lovell", "82414"], "the town's own column wins");
    assert_eq!(office(2), ["12 Main St", "", ""]);
    let mail = [&records[0].mail_street, &records[0].mail_city, &records[0].mail_state, &records[0].mail_zip];
    assert_eq!(mail.map(|text| text.as_deref().unwrap_or_default()), ["PO Box 7", "Powell", "WY", "82435-0007"]);
    let keys: Vec<&str> = records.iter().map(|record| record.key.as_str()).collect();
    assert_eq!(keys, ["lee | cody", "lee | lovell", "day"], "two of a name are told apart by where they are");
}

fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(bytes).unwrap();
    archive.finish().unwrap().into_inner()
}

fn workbook(header: &[&str], rows: &[[&str; 4]]) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (number, cells) in (3u32..).zip(std::iter::once(header).chain(rows.iter().map(|row| row.as_slice()))) {
        for (column, cell) in (2u16..).zip(cells) {
            sheet.write_string(number, column, *cell).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// Column names of dBase have ten letters at most.
fn dbase_table(rows: &[[&str; 4]]) -> Vec<u8> {
    let mut bytes = vec![0x03, 125, 7, 28];
    bytes.extend_from_slice(&u32::try_from(rows.len()).unwrap().to_le_bytes());
    bytes.extend_from_slice(&(32 + 32 * 4 + 1u16).to_le_bytes());
    bytes.extend_from_slice(&(1 + 4 * 12u16).to_le_bytes());
    bytes.resize(32, 0);
    for name in ["ID", "NAME", "CITY", "ZIP"] {
        let mut field = name.as_bytes().to_vec();
        field.resize(11, 0);
        field.push(b'C');
        field.extend_from_slice(&[0, 0, 0, 0, 12]);
        field.resize(32, 0);
        bytes.extend(field);
    }
    bytes.push(0x0D);
    for row in rows {
        bytes.push(b' ');
        row.iter().for_each(|cell| bytes.extend(format!("{cell:<12}").into_bytes()));
    }
    bytes.push(0x1A);
    bytes
}

#[test]
fn a_header_of_two_rows_is_joined() {
    let declaration = DECLARATION
        .replace("format = \"csv\"", "format = \"csv\"\nheader_row = 2\nheader_rows = 2")
        .replace("Zip (2)", "Office Zip")
        .replace("Phone\"", "Office Phone\"");
    let text = ",,,Office,,\nDistrict ID,District Name,City,Zip,Phone,Superintendent\n1,One,Here,82001,3075550100,\n";
    let file = read_as(&declaration.replace("\"Superintendent\"", "\"Office Superintendent\""), text).unwrap();
    assert_eq!(file.records[0].zip.as_deref(), Some("82001"));
    assert_eq!(file.records[0].phone.as_deref(), Some("(307) 555-0100"));
}

#[test]
fn an_office_file_that_is_a_bomb_is_refused() {
    let zeros = vec![b' '; 96 << 20];
    let bomb = zipped("[Content_Types].xml", &zeros);
    let error = read_as(&DECLARATION.replace("format = \"csv\"", "format = \"xlsx\""), bomb).unwrap_err();
    assert!(error.to_string().contains("zip bomb"), "{error}");
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
