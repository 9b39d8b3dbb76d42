//! The text of a file, whatever it is: PDF, HTML, docx or plain, told by its bytes and not by its name.
//!
//! A file from outside may be made to hang, to fill the memory or to crash its reader: whoever calls this on one does
//! so in a process of its own, with limits.

mod clean;
mod docx;
mod html;
mod links;
mod pdf;

pub use clean::clean_pages;
pub use html::recoded;
pub use links::{Link, links};

use crate::source::{Kind, decode};

/// A file's text and how it was come by.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Extracted {
    /// `pdf`, `html`, `docx` or `text`.
    pub kind: String,
    /// The title it gives itself.
    pub title: Option<String>,
    /// Its text, pages parted by form feeds.
    pub text: String,
}

/// A page with fewer letters than this has none that count: a stamp, a page number.
const LEAST_LETTERS: usize = 20;

/// A text of pages, parted by form feeds where it was taken out of something printed.
fn plain(text: &str) -> Extracted {
    let pages: Vec<String> = text.split('\u{c}').map(str::to_owned).collect();
    Extracted { kind: "text".to_owned(), title: None, text: clean_pages(&pages) }
}

/// Takes the text out, or says why there is none.
pub fn extract(bytes: &[u8]) -> Result<Extracted, String> {
    let extracted = match Kind::of(bytes) {
        _ if bytes.starts_with(b"%PDF-") || bytes.windows(5).take(1024).any(|five| five == b"%PDF-") => {
            pdf::extract(bytes)?
        }
        _ if docx::is_docx(bytes) => docx::extract(bytes)?,
        _ if bytes.starts_with(b"{\\rtf") => return Err("it is an RTF document; save it as docx or PDF".to_owned()),
        Kind::Html => html::extract(&html::decoded(bytes)),
        Kind::Text | Kind::Json | Kind::Xml => plain(&decode(bytes)),
        other => return Err(format!("it is {}, from which no text is taken", other.words())),
    };
    let letters = extracted.text.chars().filter(|c| c.is_alphanumeric()).count();
    match (letters < LEAST_LETTERS, extracted.kind.as_str()) {
        (false, _) => Ok(extracted),
        (true, "pdf") => Err("it has no text layer: scanned pages want character recognition first".to_owned()),
        (true, _) => Err("it has no text".to_owned()),
    }
}
