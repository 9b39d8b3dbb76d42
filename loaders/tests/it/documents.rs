use std::fs;

use loaders::document::{DocumentFile, checksum, read_folder, read_jsonl};

#[test]
fn json_lines_good_and_bad() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("packets.jsonl");
    let lines = [
        r#"{"nces_id": "2634260", "doc_id": "a", "title": "Minutes", "meeting_date": "2010-02-03", "type": "PDF", "text": "Hello\u0000 board"}"#,
        r#"{"nces_id": "26342", "text": "no such id"}"#,
        "\u{feff}{\"nces_id\": 100005, \"doc_id\": 7, \"meeting_date\": \"March 5, 2024\", \"text\": \"its zero is gone\"}\r",
        r#"{"nces_id": "0100005", "url": "http://x/y", "text": null}"#,
        "",
        r#"{"nces_id": "2634260", "text": "   "}"#,
        "not json",
        r#"[{"nces_id": "0100005", "text": "in an array"}]"#,
    ];
    fs::write(&path, lines.join("\n")).unwrap();
    let mut read = DocumentFile::default();
    read_jsonl(&path, |found| read.add(found)).unwrap();
    insta::assert_debug_snapshot!(read);
}

#[test]
fn a_line_without_end_is_left_out_and_the_next_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("packets.jsonl");
    let mut bytes = vec![b'x'; (64 << 20) + 9];
    bytes.extend_from_slice(b"\n{\"nces_id\": \"2634260\", \"text\": \"short\"}\n");
    fs::write(&path, bytes).unwrap();
    let mut read = DocumentFile::default();
    read_jsonl(&path, |found| read.add(found)).unwrap();
    assert_eq!((read.documents.len(), read.documents[0].url.as_str()), (1, "jsonl:packets/line-2"));
    assert!(read.bad[0].reason.contains("longer than 64 MB") && read.bad[0].value.len() == 60, "{:?}", read.bad);
}

#[test]
fn a_long_text_in_json_is_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("packets.jsonl");
    // Escapes wherever a part may end.
    let text = "a \\ \"b\" \n\t c/ \u{1f600} é ".repeat(120_000);
    let solid = "\\\u{1f600}\"".repeat(400_000);
    let line = |text: &str| serde_json::json!({"nces_id": "2634260", "doc_id": text.len(), "text": text}).to_string();
    let escaped = line(&text).replace('\u{1f600}', "\\ud83d\\ude00").replace('é', "\\u00e9");
    let number = r#"{"nces_id": "2634260", "text": 12}"#.to_owned();
    fs::write(&path, [line(&text), escaped, line(&solid), number].join("\n")).unwrap();
    let mut read = DocumentFile::default();
    read_jsonl(&path, |found| read.add(found)).unwrap();
    let same: Vec<bool> =
        read.documents.iter().zip([&text, &text, &solid]).map(|(one, text)| one.text == *text).collect();
    assert_eq!(same, [true, true, true]);
    assert!(
        read.bad.len() == 1 && read.bad[0].reason.starts_with("its text is none: invalid type: integer `12`"),
        "{:?}",
        read.bad
    );
}

#[test]
fn a_folder_of_texts_and_what_does_not_belong_there() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("0100005")).unwrap();
    fs::create_dir_all(folder.path().join("somewhere")).unwrap();
    fs::write(folder.path().join("0100005/strategic_plan.txt"), "The plan").unwrap();
    fs::write(folder.path().join("0100005/page.txt"), "<html><body>x</body></html>").unwrap();
    fs::write(folder.path().join("somewhere/x.txt"), "lost").unwrap();
    fs::write(folder.path().join("0100005/picture.png"), [0u8; 9]).unwrap();
    let mut read = DocumentFile::default();
    read_folder(folder.path(), |found| read.add(found)).unwrap();
    assert_eq!(read.documents.len(), 1);
    assert_eq!(read.documents[0].title.as_deref(), Some("strategic plan"));
    assert_eq!(read.documents[0].url, "file:0100005/strategic_plan.txt");
    let reasons: Vec<&str> = read.bad.iter().map(|bad| bad.reason.as_str()).collect();
    assert_eq!(read.bad[0].column, "file:0100005/page.txt", "called as it would be if it were read");
    assert_eq!(reasons, ["it is an HTML page, not text", "an NCES id has 7 digits; files lie in a folder named by it"]);
}

#[test]
fn a_checksum_changes_with_any_byte_and_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    fs::write(&path, "one").unwrap();
    let first = checksum(folder.path()).unwrap();
    fs::write(&path, "two").unwrap();
    let second = checksum(folder.path()).unwrap();
    fs::rename(&path, folder.path().join("b.txt")).unwrap();
    let third = checksum(folder.path()).unwrap();
    assert!(first != second && second != third && first != third);
}
