//! docx: the paragraphs of `word/document.xml` in its zip.

use std::io::Read as _;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Extracted, clean_pages};
use crate::xml;

const BODY: &str = "word/document.xml";
/// The largest body that is read, unpacked.
const MOST_BYTES: u64 = 64 << 20;

/// Whether the bytes are a zip with a Word document in it.
pub(super) fn is_docx(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK")
        && zip::ZipArchive::new(std::io::Cursor::new(bytes)).is_ok_and(|archive| archive.index_for_name(BODY).is_some())
}

pub(super) fn extract(bytes: &[u8]) -> Result<Extracted, String> {
    let damaged = |error: &dyn std::fmt::Display| format!("it is damaged: {error}");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut xml = Vec::new();
    let file = archive.by_name(BODY).map_err(|error| damaged(&error))?;
    file.take(MOST_BYTES + 1).read_to_end(&mut xml).map_err(|error| damaged(&error))?;
    if xml.len() as u64 > MOST_BYTES {
        return Err(format!("unpacked it is larger than {} MB", MOST_BYTES >> 20));
    }
    let text = paragraphs(&xml).map_err(|error| damaged(&error))?;
    Ok(Extracted { kind: "docx".to_owned(), title: None, text: clean_pages(&[text]) })
}

fn paragraphs(body: &[u8]) -> Result<String, quick_xml::Error> {
    let mut reader = Reader::from_reader(body);
    let (mut text, mut is_text) = (String::new(), false);
    loop {
        match reader.read_event()? {
            Event::Start(tag) => is_text = tag.name().as_ref() == "w:t",
            Event::Empty(tag) if matches!(tag.name().as_ref(), "w:br" | "w:cr") => text.push('\n'),
            Event::Empty(tag) if tag.name().as_ref() == "w:tab" => text.push(' '),
            Event::End(tag) => {
                is_text = false;
                if tag.name().as_ref() == "w:p" {
                    text.push('\n');
                }
            }
            Event::Text(words) if is_text => text.push_str(&words),
            Event::GeneralRef(name) if is_text => text.push(xml::character(&name)),
            Event::Eof => return Ok(text),
            _ => {}
        }
    }
}
