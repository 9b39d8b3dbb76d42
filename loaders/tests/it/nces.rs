use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use loaders::nces::read_directory;

const HEADER: &str = "SCHOOL_YEAR,ST,LEA_NAME,ST_LEAID,LEAID,LSTREET1,LSTREET2,LCITY,LSTATE,LZIP,LZIP4,PHONE,WEBSITE,UPDATED_STATUS_TEXT,LEA_TYPE_TEXT,CHARTER_LEA_TEXT,GSLO,GSHI,OPERATIONAL_SCHOOLS";
const ALBERTVILLE: &str = "2024-2025,AL,Albertville City,AL-101,0100005,8379 US Highway 431,Suite 2,Albertville,AL,35950,0025,(256)891-1183,http://www.albertk12.org,Open,Regular public school district,Not a charter district,PK,12,7";

fn file(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn a_row_becomes_an_lea() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "ccd.csv", format!("{HEADER}\n{ALBERTVILLE}\n").as_bytes());
    let directory = read_directory(&path).unwrap();
    assert_eq!(directory.school_year, "2024-2025");
    insta::assert_debug_snapshot!(directory.leas);
}

#[test]
fn older_headers_without_prefix_and_in_windows_1252_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = b"SURVYEAR,STABR,LEAID,ST_LEAID,LEA_NAME\n2015-2016,CA,0600001,1975309,Pi\xf1on Unified\n".to_vec();
    bytes.extend_from_slice(b"2015-2016,AL,100002,210,Youth Services\n");
    let directory = read_directory(&file(folder.path(), "old.csv", &bytes)).unwrap();
    let rows: Vec<_> = directory
        .leas
        .iter()
        .map(|lea| (lea.name.as_str(), lea.nces_id.as_str(), lea.state_leaid.as_deref()))
        .collect();
    assert_eq!(rows, [("Piñon Unified", "0600001", Some("1975309")), ("Youth Services", "0100002", Some("210"))]);
}

#[test]
fn bad_rows_are_kept_apart_while_they_are_few() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = format!("{HEADER}\n");
    for number in 0..300 {
        text.push_str(&ALBERTVILLE.replace("0100005", &format!("01{number:05}")));
        text.push('\n');
    }
    text.push_str(&ALBERTVILLE.replace("0100005", "2.80252E+11"));
    text.push('\n');
    let directory = read_directory(&file(folder.path(), "ccd.csv", text.as_bytes())).unwrap();
    assert_eq!(directory.leas.len(), 300);
    assert_eq!((directory.bad_rows[0].row, directory.bad_rows[0].value.as_str()), (302, "2.80252E+11"));
}

#[test]
fn what_is_no_directory_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let refusal = |name: &str, bytes: &[u8]| read_directory(&file(folder.path(), name, bytes)).unwrap_err();
    let html = refusal("page.zip", b"<!DOCTYPE html><html><head><title>404 Not Found</title></head></html>");
    assert!(html.to_string().contains("it is an HTML page titled \"404 Not Found\""), "{html}");
    assert!(html.hint().unwrap().contains("web page"));
    let other = refusal("other.csv", b"name,colour\na,b\n").to_string();
    assert!(other.contains("there is no column `SCHOOL_YEAR`"), "{other}");
    let cut = refusal("cut.zip", b"PK\x03\x04cut off").to_string();
    assert!(cut.contains("the zip is damaged"), "{cut}");
    assert!(refusal("empty.csv", b"").to_string().contains("it is empty"));
    let missing = read_directory(&folder.path().join("nowhere.zip")).unwrap_err().to_string();
    assert!(missing.starts_with("Failed to open `"), "{missing}");
}

#[test]
fn a_zip_bomb_is_refused_before_it_unpacks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.zip");
    let mut archive = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    archive.start_file("ccd_lea.csv", zip::write::SimpleFileOptions::default()).unwrap();
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..64 {
        archive.write_all(&zeros).unwrap();
    }
    archive.finish().unwrap();
    let error = read_directory(&path).unwrap_err().to_string();
    assert!(error.contains("zip bomb"), "{error}");
}
