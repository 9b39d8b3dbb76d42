//! PDF, page by page.

use super::{Extracted, clean_pages};

/// A document of more pages is not a plan that anybody reads.
const MOST_PAGES: usize = 3_000;

pub(super) fn extract(bytes: &[u8]) -> Result<Extracted, String> {
    let words = |error: pdf_extract::OutputError| match error {
        pdf_extract::OutputError::PdfError(error) => format!("it is damaged or locked: {error}"),
        other => format!("it cannot be read: {other}"),
    };
    let document = pdf_extract::Document::load_mem(bytes).map_err(|error| format!("it is damaged: {error}"))?;
    let pages = document.get_pages().len();
    if pages > MOST_PAGES {
        return Err(format!("it has {pages} pages, and {MOST_PAGES} are the most that are read"));
    }
    if document.is_encrypted() {
        return Err("it is locked with a password".to_owned());
    }
    let pages = pdf_extract::extract_text_from_mem_by_pages(bytes).map_err(words)?;
    let pages: Vec<String> = pages.iter().map(|page| printed_once(page)).collect();
    Ok(Extracted { kind: "pdf".to_owned(), title: None, text: clean_pages(&pages) })
}

/// Bold is often made by printing words twice, a hair apart: `Status:Status: ADOPTED`.
fn printed_once(page: &str) -> String {
    page.lines().map(line_once).collect::<Vec<_>>().join("\n")
}

/// Words that follow themselves without a blank between, as nobody writes them.
fn line_once(line: &str) -> String {
    const SHORTEST: usize = 4;
    const LONGEST: usize = 200;
    let letters: Vec<char> = line.chars().collect();
    let mut once = String::with_capacity(line.len());
    let mut at = 0;
    while at < letters.len() {
        let begins_word = at == 0 || !letters[at - 1].is_alphanumeric();
        let most = LONGEST.min((letters.len() - at) / 2);
        let is_twice = |length: &usize| {
            let (first, second) = (&letters[at..at + length], &letters[at + length..at + 2 * length]);
            let touch = !first[length - 1].is_whitespace() && !second[0].is_whitespace();
            touch && first == second && first.iter().any(|c| c.is_alphabetic())
        };
        let length = if begins_word { (SHORTEST..=most).rev().find(is_twice) } else { None };
        match length {
            Some(length) => at += length,
            None => {
                once.push(letters[at]);
                at += 1;
            }
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_twice_is_read_once() {
        let line = "Status:Status: ADOPTED Original Date:Original Date: 10/10/2018 | Last Date:| Last Date: 1";
        assert_eq!(line_once(line), "Status: ADOPTED Original Date: 10/10/2018 | Last Date: 1");
        assert_eq!(
            line_once("that that 10001000 and Mississippi, ha ha ha ha"),
            "that that 10001000 and Mississippi, ha ha ha ha"
        );
    }
}
