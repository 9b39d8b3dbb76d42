//! People and places, written one way. What cannot be understood stays as published.

mod address;
mod person;
mod phone;

pub use address::address;
pub use person::{Person, person};
pub use phone::{Phone, phone};

/// Words that mean "nothing".
const NULLS: &[&str] =
    &["", "no data", "n/a", "na", "none", "null", "-", "--", "*", ".", "unknown", "not available", "tbd"];

/// The cell unless it says that there is nothing.
pub fn text(cell: &str) -> Option<String> {
    let bare = unpacked(cell).trim();
    let plain = if is_plain(bare) { bare.to_owned() } else { straightened(bare) };
    (!NULLS.iter().any(|null| null.eq_ignore_ascii_case(&plain))).then_some(plain)
}

/// ASCII with single blanks, as nearly every cell is: nothing to straighten.
fn is_plain(text: &str) -> bool {
    let is_odd = |pair: &[u8]| pair[0] == b' ' && pair[1] == b' ';
    text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.as_bytes().windows(2).any(is_odd)
}

fn straightened(text: &str) -> String {
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    plain.chars().filter(|c| !is_invisible(*c)).collect()
}

/// `="08201"` is how a CSV keeps Excel from eating zeros.
fn unpacked(cell: &str) -> &str {
    let inner = cell.trim().strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(cell)
}

/// Zero-width and direction marks, which make equal names differ.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// An id without its packaging: `'012`, `="012"` and `012` are the same.
pub fn id(cell: &str) -> Option<String> {
    let bare = cell.trim().trim_start_matches('=').trim_matches(['"', '\'', ' ', '`']);
    text(bare)
}

/// An NCES id; one of six digits lost its zero to a spreadsheet: Alabama to Connecticut are the states 01 to 09.
pub fn nces_id(cell: &str) -> Option<String> {
    let id = id(cell).filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()))?;
    match id.len() {
        7 => Some(id),
        // No state is 03 or 07.
        6 if !id.starts_with(['0', '3', '7']) => Some(format!("0{id}")),
        _ => None,
    }
}

/// `2.80252E+11` is what Excel makes of a long id.
pub fn is_scientific(id: &str) -> bool {
    id.contains(['E', 'e']) && id.contains('+') && id.trim().parse::<f64>().is_ok()
}

/// A zip with its zeros: `6103` → `06103`, `945441136` → `94544-1136`.
pub fn zip(cell: &str) -> Option<String> {
    let text = text(cell)?;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let has_other = text.chars().any(|c| !c.is_ascii_digit() && !matches!(c, '-' | ' '));
    if has_other || digits.is_empty() || digits.len() > 9 {
        return Some(text);
    }
    let (five, four) = match digits.len() {
        1..=5 => (format!("{digits:0>5}"), ""),
        6..=8 => return Some(text),
        _ => (digits[..5].to_owned(), &digits[5..]),
    };
    Some(if four.is_empty() || four == "0000" { five } else { format!("{five}-{four}") })
}

/// A web address with its scheme; none for text that is no address.
pub fn website(cell: &str) -> Option<String> {
    let text = text(cell)?;
    let address = text.trim_end_matches(['/', ' ', ',']);
    if address.contains(' ') || !address.contains('.') || address.contains('@') {
        return None;
    }
    let has_scheme = address.to_ascii_lowercase().starts_with("http");
    Some(if has_scheme { address.to_owned() } else { format!("http://{address}") })
}

/// An e-mail address in lower case; none for text that is none.
pub fn email(cell: &str) -> Option<String> {
    let text = text(cell)?.to_lowercase();
    let text = text.strip_prefix("mailto:").unwrap_or(&text).trim_end_matches(['.', ',', ';']).to_owned();
    let (user, host) = text.split_once('@')?;
    let is_good = !user.is_empty() && host.contains('.') && !text.contains(' ') && !host.contains('@');
    is_good.then_some(text)
}

/// A number of degrees; 0 means that nobody knew.
pub fn degrees(cell: &str) -> Option<f64> {
    text(cell)?.parse().ok().filter(|degrees: &f64| degrees.is_finite() && *degrees != 0.0 && degrees.abs() <= 180.0)
}

/// A number of students: `1,234`, `1234.0`, `1.234e+03`. What is withheld, such as `<10`, is none.
pub fn count(cell: &str) -> Option<i32> {
    const MOST: f64 = 10_000_000.0;
    let number: f64 = text(cell)?.replace(',', "").parse().ok()?;
    (number.fract() == 0.0 && (0.0..=MOST).contains(&number)).then_some(number as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn students_are_whole_numbers_however_written() {
        assert_eq!(count("1,234"), Some(1234));
        assert_eq!(count("2.90000000000e+01"), Some(29));
        assert_eq!(count("0"), Some(0));
        for withheld in ["<10", "*", "N<", "-5", "12.5", "1e99", "NaN", ""] {
            assert_eq!(count(withheld), None, "{withheld:?}");
        }
    }

    #[test]
    fn nothing_in_all_its_words() {
        for nothing in ["", " No Data ", "N/A", "-", "*"] {
            assert_eq!(text(nothing), None, "{nothing:?}");
        }
        assert_eq!(text("=\"08201\""), Some("08201".to_owned()));
        assert_eq!(text("Nas\u{200b}hua\u{202e}"), Some("Nashua".to_owned()));
        assert_eq!(text(" Nashua  City "), Some("Nashua City".to_owned()));
    }

    #[test]
    fn ids_lose_their_packaging_and_keep_their_zeros() {
        assert_eq!(id("'091914").as_deref(), Some("091914"));
        assert_eq!(id("=\"0010\"").as_deref(), Some("0010"));
        assert_eq!(id("''"), None);
    }

    #[test]
    fn excel_ruins_are_told_from_ids() {
        assert!(is_scientific("2.80252E+11"));
        assert!(!is_scientific("0123456") && !is_scientific("E12") && !is_scientific("12E4"));
    }

    #[test]
    fn zips_get_their_zeros_back() {
        assert_eq!(zip("6103").as_deref(), Some("06103"));
        assert_eq!(zip("94544-1136").as_deref(), Some("94544-1136"));
        assert_eq!(zip("945441136").as_deref(), Some("94544-1136"));
        assert_eq!(zip("45144-0000").as_deref(), Some("45144"));
        assert_eq!(zip("V6B 1A1").as_deref(), Some("V6B 1A1"));
    }

    #[test]
    fn addresses_of_the_web() {
        assert_eq!(website("www.sscisd.net/").as_deref(), Some("http://www.sscisd.net"));
        assert_eq!(website("https://x.org").as_deref(), Some("https://x.org"));
        assert_eq!(website("none yet"), None);
        assert_eq!(email("Jeff.Russell@SSCISD.net").as_deref(), Some("jeff.russell@sscisd.net"));
        assert_eq!(email("call us"), None);
    }
}
