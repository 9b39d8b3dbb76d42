//! A text as the taxonomy reads it: lower case, one blank for every run of blanks, line breaks and hyphens, no soft
//! hyphens.

/// The plain form of a text.
pub(super) fn plain(text: &str) -> String {
    let mut plain: Vec<u8> = Vec::with_capacity(text.len());
    walk(text, |_, piece| {
        match piece {
            [byte] => plain.push(*byte),
            bytes => plain.extend_from_slice(bytes),
        }
        true
    });
    // Only whole characters were written.
    String::from_utf8(plain).unwrap_or_default()
}

/// Where in the text the places of its plain form come from; `places` ascend.
pub(super) fn origins(text: &str, places: &[usize]) -> Vec<usize> {
    let mut origins = Vec::with_capacity(places.len());
    let mut length = 0;
    walk(text, |start, piece| {
        length += piece.len();
        while places.get(origins.len()).is_some_and(|place| *place < length) {
            origins.push(start);
        }
        origins.len() < places.len()
    });
    origins.resize(places.len(), text.len());
    origins
}

/// Hands every piece of the plain form to `each`, with where it comes from, until that has enough.
#[inline]
fn walk(text: &str, mut each: impl FnMut(usize, &[u8]) -> bool) {
    let (bytes, mut at, mut is_blank) = (text.as_bytes(), 0, true);
    while at < bytes.len() {
        let (start, was_blank) = (at, is_blank);
        let byte = bytes[at];
        is_blank = false;
        let goes_on = if byte.is_ascii() {
            at += 1;
            is_blank = matches!(byte, b'-' | b' ' | b'\t'..=b'\r');
            match (is_blank, was_blank) {
                (true, true) => true,
                (true, false) => each(start, b" "),
                (false, _) => each(start, &[byte.to_ascii_lowercase()]),
            }
        } else {
            let Some(letter) = text[at..].chars().next() else { return };
            at += letter.len_utf8();
            match letter {
                // Soft hyphen, zero-width space and joiners.
                '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}' => {
                    is_blank = was_blank;
                    true
                }
                letter if letter.is_whitespace() || matches!(letter, '\u{2010}'..='\u{2015}') => {
                    is_blank = true;
                    was_blank || each(start, b" ")
                }
                letter => {
                    let lower: String = letter.to_lowercase().collect();
                    each(start, lower.as_bytes())
                }
            }
        };
        if !goes_on {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_breaks_and_hyphens_are_one_blank_and_soft_hyphens_nothing() {
        assert_eq!(plain("  Work\u{2011}\n based\tL\u{ad}earning – É "), "work based learning é ");
    }

    #[test]
    fn every_place_knows_where_it_comes_from() {
        let text = "A –  Bé\u{ad}C";
        assert_eq!(plain(text), "a béc");
        let origins = origins(text, &[0, 2, 5, 6]);
        assert!(text[origins[1]..].starts_with('B') && text[origins[2]..].starts_with('C'));
        assert_eq!((origins[0], origins[3]), (0, text.len()));
    }
}
