//! Text out of files of every kind, and what hostile ones get.

use std::io::Write as _;
use std::path::Path;

use loaders::document::text::extract;
use loaders::document::{DocumentFile, read_manifest};
use loaders::source::Kind;

use crate::pages;

/// A PDF with a line of text on each page.
fn pdf(pages: &[&str]) -> Vec<u8> {
    pages::pdf(&pages.iter().map(|text| pages::at(72, 700, 12, text)).collect::<Vec<_>>())
}

fn docx(body: &str) -> Vec<u8> {
    office("word/document.xml", body)
}

fn office(part: &str, body: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer.start_file(part, options).unwrap();
    write!(writer, "<w:document xmlns:w=\"x\"><w:body>{body}</w:body></w:document>").unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_pdf_gives_its_pages() {
    let found = extract(&pdf(&["Our portrait of a graduate", "and the strategic plan"])).unwrap();
    assert_eq!(found.kind, "pdf");
    let pages: Vec<&str> = found.text.split('\u{c}').map(str::trim).collect();
    assert_eq!(pages, ["Our portrait of a graduate", "and the strategic plan"]);
}

#[test]
fn a_pdf_without_text_is_named_as_scanned_and_a_broken_one_as_broken() {
    assert!(extract(&pdf(&["", ""])).unwrap_err().contains("no text layer"));
    let whole = pdf(&["Our portrait of a graduate"]);
    for cut in [9, whole.len() / 3, whole.len() / 2] {
        let error = extract(&whole[..cut]).unwrap_err();
        assert!(error.starts_with("it is damaged"), "{error}");
    }
}

/// Both encrypted with AES-256, made with qpdf: one for everybody to read and nobody to change, one behind a password.
#[test]
fn a_pdf_that_anybody_may_open_is_read_and_a_locked_one_named_as_locked() {
    let readable = extract(include_bytes!("pdf/readable.pdf")).unwrap();
    assert_eq!(readable.text.trim(), "Our strategic plan may be read by everybody.");
    assert_eq!(extract(include_bytes!("pdf/locked.pdf")).unwrap_err(), "it is locked with a password");
}

#[test]
fn a_page_gives_its_content_and_not_its_menu() {
    let page = "<html><head><title>Strategic  Plan</title><style>p{}</style></head><body><nav>Home Calendar Lunch</nav>
        <main><h1>Where we go</h1><p>Every child reads by grade three &amp; writes, too.</p><script>var x = 'no';</script></main>
        <footer>Imprint</footer></body></html>";
    let found = extract(page.as_bytes()).unwrap();
    assert_eq!(found.title.as_deref(), Some("Strategic Plan"));
    assert!(found.text.contains("Where we go\n") && found.text.contains("three & writes, too."), "{}", found.text);
    for word in ["Calendar", "Imprint", "var x", "p{}"] {
        assert!(!found.text.contains(word), "{word} in {}", found.text);
    }
}

#[test]
fn a_page_in_another_encoding_says_so_itself() {
    let page = b"<html><head><meta charset=\"windows-1252\"></head><body><p>Espa\xf1ola Public Schools serve the whole valley.</p></body></html>";
    assert!(extract(page).unwrap().text.contains("Española"));
}

#[test]
fn a_page_nested_ten_thousand_deep_is_read() {
    let page = format!("<html><body>{}The plan for every school in the valley.", "<div>".repeat(10_000));
    assert!(extract(page.as_bytes()).unwrap().text.contains("every school"));
}

#[test]
fn a_plain_text_of_printed_pages_is_cleaned_as_they_are() {
    let found =
        extract(b"Our perfor-\nmance tasks\x0cand project-\nbased learning in \xef\xac\x81ve schools\n").unwrap();
    assert_eq!(found.text, "Our performance tasks\n\n\x0c\nand project-based learning in five schools\n");
}

#[test]
fn a_word_document_gives_its_paragraphs() {
    let body = "<w:p><w:r><w:t>Goals &amp; </w:t></w:r><w:r><w:t>measures of the district</w:t></w:r></w:p><w:p><w:r><w:t>Second line</w:t></w:r></w:p>";
    let found = extract(&docx(body)).unwrap();
    assert_eq!((found.kind.as_str(), found.text.as_str()), ("docx", "Goals & measures of the district\nSecond line\n"));
}

#[test]
fn what_is_no_document_says_what_it_is() {
    assert!(extract(b"{\\rtf1\\ansi A plan of many words for every school}").unwrap_err().contains("RTF"));
    assert!(extract(&office("ppt/presentation.xml", "")).unwrap_err().contains("PowerPoint"));
    assert_eq!(Kind::of(&docx("")), Kind::Docx);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("plan.pdf"),
        "<html><title>404 Not Found</title><p>The page is not here any more",
    )
    .unwrap();
    let path = folder.path().join("manifest.csv");
    std::fs::write(&path, "nces_id,path\n0100001,plan.pdf\n").unwrap();
    let mut read = DocumentFile::default();
    read_manifest(&path, &|path| extract(&std::fs::read(path).unwrap()), |found| read.add(found)).unwrap();
    assert!(read.bad[0].reason.contains("an HTML page titled \"404 Not Found\" and no pdf"), "{:?}", read.bad);
}

#[test]
fn a_word_document_that_is_a_bomb_is_refused() {
    let error = extract(&docx(&" ".repeat(65 << 20))).unwrap_err();
    assert!(error.contains("larger than"), "{error}");
}

#[test]
fn a_manifest_names_files_below_its_folder_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("plan.txt"), "A plan of many words for every school").unwrap();
    let path = folder.path().join("manifest.csv");
    std::fs::write(&path, "NCES_ID,path,title\n0100001,plan.txt,Our Plan\n0100002,../etc/passwd,\n12,plan.txt,\n0100003,/etc/passwd,\n0100004,gone.pdf,\n0100005,link.txt,\n").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link.txt")).unwrap();
    let extractor =
        |path: &Path| std::fs::read(path).map_err(|error| error.to_string()).and_then(|bytes| extract(&bytes));
    let mut read = DocumentFile::default();
    read_manifest(&path, &extractor, |found| read.add(found)).unwrap();
    assert_eq!(read.documents.len(), 1);
    assert_eq!(read.documents[0].title.as_deref(), Some("Our Plan"));
    let reasons: Vec<(usize, &str)> = read.bad.iter().map(|bad| (bad.row, bad.reason.as_str())).collect();
    assert_eq!(reasons.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [3, 4, 5, 6, 7]);
    assert!(reasons[0].1.contains("leaves the manifest's folder") && reasons[2].1.contains("leaves"), "{reasons:?}");
    assert!(reasons[4].1.contains("leaves"), "a link out of the folder: {reasons:?}");
    let error =
        read_manifest(&folder.path().join("plan.txt"), &|_| Err(String::new()), |found| read.add(found)).unwrap_err();
    assert!(error.to_string().contains("nces_id"), "{error}");
}
