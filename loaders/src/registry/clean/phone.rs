//! Phones in one form.

use super::text;

/// A phone number and its extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// `(512) 555-0100`, or as published where it is not a number of ten digits.
    pub number: String,
    /// Extension.
    pub extension: Option<String>,
}

/// Reads `903-564-6051 ext:4001`, `9035646051`, `1 (903) 564 6051 x4001`.
pub fn phone(cell: &str) -> Option<Phone> {
    let text = text(cell)?;
    let lower = text.to_lowercase();
    let cut = lower.find("ext").or_else(|| lower.find('x'));
    let (number, rest) = cut.map_or((text.as_str(), ""), |at| text.split_at_checked(at).unwrap_or((&text, "")));
    let extension: String = rest.chars().filter(char::is_ascii_digit).collect();
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let ten = digits.strip_prefix('1').filter(|rest| rest.len() == 10).unwrap_or(&digits);
    let number = match (ten.get(..3), ten.get(3..6), ten.get(6..)) {
        (Some(area), Some(exchange), Some(line)) if line.len() == 4 => format!("({area}) {exchange}-{line}"),
        _ => number.trim().to_owned(),
    };
    let is_blank = digits.is_empty() || digits.bytes().all(|digit| digit == b'0');
    (!is_blank).then(|| Phone { number, extension: (!extension.is_empty()).then_some(extension) })
}

#[cfg(test)]
mod tests {
    use super::phone;

    #[test]
    fn one_form() {
        let read = |cell: &str| phone(cell).map(|phone| (phone.number, phone.extension.unwrap_or_default()));
        let plain = Some(("(903) 564-6051".to_owned(), String::new()));
        assert_eq!(read("9035646051"), plain);
        assert_eq!(read("1-903-564-6051"), plain);
        assert_eq!(read("(903) 564-6051 ext:4001"), Some(("(903) 564-6051".to_owned(), "4001".to_owned())));
        assert_eq!(read("564-6051"), Some(("564-6051".to_owned(), String::new())));
        assert_eq!(read("No Data"), None);
        assert_eq!(read("(000) 000-0000"), None);
    }
}
