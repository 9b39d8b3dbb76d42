//! Files from outside: each is read or refused with one sentence, never a panic, never a flood.

use std::fs;
use std::io::Write;
use std::path::Path;

use loaders::nces::{read_directory, read_membership, read_search_page};
use loaders::registry::infer::{Hints, KnownLeas, infer};
use loaders::registry::{Declaration, read_registry};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;

fn declaration() -> Declaration {
    let text = "state = \"WY\"\ntitle = \"t\"\npublisher = \"p\"\n[[leaid]]\n[columns]\nname = \"Name\"\nstate_district_id = \"Id\"\n[expect]\ndistricts = [1, 100]\nbad_share = 0.5\n";
    Declaration::parse("wy", text, Path::new("wy.toml")).unwrap()
}

fn known() -> KnownLeas {
    KnownLeas::new([("0101".to_owned(), "Albany".to_owned()), ("0202".to_owned(), "Laramie".to_owned())])
}

/// What every reader says of some bytes, under a name that lies.
fn refusals(bytes: &[u8], name: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let outcomes = [
        read_registry(&path, &declaration()).err(),
        infer(&path, "WY", &Hints::default(), &known()).err(),
        read_directory(&path).err(),
        read_membership(&path).err(),
        read_search_page(&path).err(),
    ];
    outcomes.into_iter().flatten().map(|error| error.to_string()).collect()
}

fn refusal(bytes: &[u8], name: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let error = read_registry(&path, &declaration()).unwrap_err();
    assert!(error.hint().is_some(), "{error}");
    error.to_string().replace(&*path.to_string_lossy(), "FILE")
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn ten_thousand_columns_are_no_registry() {
    let header: Vec<String> = (0..10_000).map(|number| format!("c{number}")).collect();
    let text = format!("Name,Id,{}\nAlbany,1,{}\n", header.join(","), ",".repeat(9_999));
    assert!(refusal(text.as_bytes(), "wide.csv").contains("10002 columns"));
}

/// A file of a few bytes for each row, each of which would be padded to thousands of columns.
#[test]
fn cells_that_are_not_there_do_not_fill_the_memory() {
    let json: Vec<String> = (0..1_900).map(|number| format!("{{\"k{number}\": 1}}")).collect();
    let json = format!("[{},{}]", json.join(","), vec!["{\"Name\": \"A\"}"; 12_000].join(","));
    let rows = "<Row><Cell ss:Index=\"1999\"><Data>1</Data></Cell></Row>".repeat(12_000);
    let xml = format!("<?xml version=\"1.0\"?><Workbook><Worksheet><Table>{rows}</Table></Worksheet></Workbook>");
    for (text, name) in [(json, "wide.json"), (xml, "wide.xls")] {
        let words = refusal(text.as_bytes(), name);
        assert!(words.contains("cells are the most a registry can have"), "{name}: {words}");
    }
}

#[test]
fn what_is_inside_each_other_is_not_read_again_and_again() {
    let deep = format!("<html>{}{}", "<table><tr><td>".repeat(400), "word ".repeat(2_000));
    assert!(refusal(deep.as_bytes(), "deep.xls").contains("deep inside each other"));
    let long = "k".repeat(100_000);
    let inner: Vec<String> = (0..1_000).map(|number| format!("\"a{number}\": 1")).collect();
    let text = format!("[{{\"Name\": \"Albany\", \"Id\": \"0101\", \"{long}\": {{{}}}}}]", inner.join(","));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.json");
    fs::write(&path, &text).unwrap();
    let file = read_registry(&path, &declaration()).unwrap();
    assert!(file.records[0].raw.to_string().len() < 2 * text.len());
}

#[test]
fn two_cells_at_the_ends_of_a_sheet_are_two_cells() {
    let sheet = |far: &str| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (column, [name, value]) in [["Name", "Albany"], ["Id", "0101"]].iter().enumerate() {
            sheet.write_string(0, column as u16, *name).unwrap();
            sheet.write_string(1, column as u16, *value).unwrap();
        }
        let (row, column) = if far == "corner" { (1_048_575, 16_383) } else { (1_048_575, 5) };
        sheet.write_string(row, column, "x").unwrap();
        book.save_to_buffer().unwrap()
    };
    assert!(refusal(&sheet("corner"), "far.xlsx").contains("16384 columns"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("low.xlsx");
    fs::write(&path, sheet("row")).unwrap();
    let file = read_registry(&path, &declaration()).unwrap();
    assert_eq!((file.records.len(), file.rows, file.dropped), (1, 2, 1));
}

#[test]
fn a_million_empty_rows_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.csv");
    let mut text = String::from("Name,Id\nAlbany,0101\n");
    text.push_str(&",\n".repeat(1_000_000));
    fs::write(&path, text).unwrap();
    let file = read_registry(&path, &declaration()).unwrap();
    assert_eq!((file.records.len(), file.rows), (1, 1));
}

#[test]
fn a_line_without_end_is_refused_by_its_length() {
    let mut text = b"Name,Id\n\"".to_vec();
    text.resize(66 << 20, b'x');
    assert!(refusal(&text, "endless.csv").contains("longer than"));
    let error = refusals(&text, "endless.csv").join("\n");
    assert!(error.contains("a line of more than") || error.contains("no column"), "{error}");
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[test]
fn a_file_in_gzip_is_what_it_holds_and_is_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv.gz");
    let packed = gzipped(b"Name,Id\nAlbany,0101\nLaramie,0202\n");
    fs::write(&path, &packed).unwrap();
    assert_eq!(read_registry(&path, &declaration()).unwrap().records.len(), 2);
    assert!(infer(&path, "WY", &Hints::default(), &known()).is_ok());
    assert!(refusal(&packed[..packed.len() - 6], "cut.csv.gz").contains("the file is damaged"));
    assert!(refusal(&gzipped(&vec![b' '; 8 << 20]), "bomb.csv.gz").contains("as a zip bomb does"));
    // Unpacked once, not for as long as something comes out.
    assert!(refusal(&gzipped(&packed), "twice.gz").contains("a gzip file"));
}

#[test]
fn an_archive_that_points_outside_is_only_a_name() {
    let outside = zipped(&[("../../../../tmp/evil.csv", b"Name,Id\nAlbany,0101\n")]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outside.zip");
    fs::write(&path, outside).unwrap();
    // The entry is read into memory, where its path means nothing.
    assert_eq!(read_registry(&path, &declaration()).unwrap().records.len(), 1);
    assert!(!Path::new("/tmp/evil.csv").exists());
}

#[test]
fn xml_that_grows_by_entities_is_refused_or_left_as_text() {
    let bomb = br#"<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
        <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>
        <worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&d;&d;&d;</t></is></c></row></sheetData></worksheet>"#;
    let book = zipped(&[
        ("[Content_Types].xml", b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        ("xl/workbook.xml", b"<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", b"<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\" Type=\"worksheet\"/></Relationships>"),
        ("xl/worksheets/sheet1.xml", bomb),
    ]);
    let words = refusal(&book, "bomb.xlsx");
    assert!(words.len() < 2_000, "{words}");
}

#[test]
fn a_workbook_cut_off_and_one_with_a_password_say_so() {
    let book = zipped(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")]);
    assert!(refusal(&book[..book.len() / 2], "cut.xlsx").contains("damaged"));
    let mut locked = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    locked.resize(4096, 0);
    assert!(refusal(&locked, "locked.xlsx").contains("damaged or encrypted"));
}

#[test]
fn formulas_and_marks_in_names_are_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("marks.csv");
    fs::write(&path, "Name,Id\n=HYPERLINK(\"x\"),0101\nLara\u{200b}mie\u{202e},0202\n").unwrap();
    let file = read_registry(&path, &declaration()).unwrap();
    let names: Vec<&str> = file.records.iter().map(|record| record.name.as_str()).collect();
    assert_eq!(names, ["=HYPERLINK(\"x\")", "Laramie"]);
    assert!(file.records[1].raw["Name"].as_str().unwrap().contains('\u{202e}'), "the raw record stays as published");
}

#[test]
fn values_the_tables_have_no_room_for_are_bad_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.csv");
    fs::write(&path, format!("Name,Id\n{},0101\nLaramie,0202\n", "x".repeat(501))).unwrap();
    let file = read_registry(&path, &declaration()).unwrap();
    assert_eq!(file.bad_rows[0].reason, "it is longer than 500 characters");
    assert_eq!(file.records.len(), 1);
}

/// The beginnings by which formats are told, so that a seed gets past the door of every reader.
const BEGINNINGS: &[&[u8]] = &[
    b"",
    b"PK\x03\x04",
    b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
    b"\x03\x7a\x05\x0c\x02\x00\x00\x00\x61\x00\x10\x00",
    b"<html><table><tr><td>Name</td><td>Id</td></tr>",
    b"<html><table><tr><td rowspan=3 colspan=2>Name</td><td>Id</td></tr><tr><td>A</td><td>",
    b"<?xml version=\"1.0\"?><Workbook><Worksheet><Table><Row><Cell><Data>Name</Data></Cell><Cell ss:Index=\"",
    b"<?xml version=\"1.0\"?><list><unit Name=\"A\"><Id>1</Id></unit><unit Name=\"B\">",
    b"{\"a\":[",
    b"{\"meta\":{\"view\":{\"columns\":[{\"name\":\"Name\"}]}},\"data\":[[",
    b"[{\"Name\":\"Albany\"},",
    b"Name,Id\nAlbany,0101\n",
    b"\xff\xfeN\x00a\x00",
    b"\xef\xbb\xbfName\tId\r",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(20_261_124), ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_reader_panic(start in 0..BEGINNINGS.len(), rest in proptest::collection::vec(any::<u8>(), 0..600)) {
        let bytes = [BEGINNINGS[start], &rest].concat();
        for words in refusals(&bytes, "seed.bin") {
            prop_assert!(words.starts_with("Failed to"), "{words}");
        }
    }

    #[test]
    fn a_good_file_with_some_bytes_changed_never_panics(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let good = zipped(&[("data.csv", b"Name,Id\nAlbany,0101\nLaramie,0202\n")]);
        let mut bytes = good.clone();
        for (index, value) in changes {
            let at = index.index(good.len());
            bytes[at] = value;
        }
        for words in refusals(&bytes, "changed.zip") {
            prop_assert!(words.starts_with("Failed to"), "{words}");
        }
    }
}
