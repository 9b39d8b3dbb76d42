//! A text as the taxonomy reads it: lower case, one blank for every run of blanks, line breaks and hyphens, no soft
//! hyphens.

/// The plain form of a text.
pub(super) fn plain(text: &str) -> String {
    fold::<false>(text).0
}

/// The plain form, and for every byte of it where in the text it comes from.
pub(super) fn plain_with_origins(text: &str) -> (String, Vec<usize>) {
    fold::<true>(text)
}

fn fold<const WITH_ORIGINS: bool>(text: &str) -> (String, Vec<usize>) {
    let mut plain: Vec<u8> = Vec::with_capacity(text.len());
    let mut origins = Vec::with_capacity(if WITH_ORIGINS { text.len() } else { 0 });
    let (bytes, mut at) = (text.as_bytes(), 0);
    while at < bytes.len() {
        let start = at;
        let byte = bytes[at];
        if byte.is_ascii() {
            at += 1;
            match byte {
                b'-' | b' ' | b'\t'..=b'\r' => blank(&mut plain),
                _ => plain.push(byte.to_ascii_lowercase()),
            }
        } else {
            let Some(letter) = text[at..].chars().next() else { break };
            at += letter.len_utf8();
            match letter {
                // Soft hyphen, zero-width space and joiners.
                '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}' => {}
                '\u{2010}'..='\u{2015}' => blank(&mut plain),
                letter if letter.is_whitespace() => blank(&mut plain),
                letter => letter.to_lowercase().for_each(|lower| {
                    plain.extend_from_slice(lower.encode_utf8(&mut [0; 4]).as_bytes());
                }),
            }
        }
        if WITH_ORIGINS {
            origins.resize(plain.len(), start);
        }
    }
    // Only whole characters were written.
    (String::from_utf8(plain).unwrap_or_default(), origins)
}

fn blank(plain: &mut Vec<u8>) {
    if plain.last().is_some_and(|last| *last != b' ') {
        plain.push(b' ');
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
    fn every_byte_knows_where_it_comes_from() {
        let text = "A –  Bé\u{ad}C";
        let (plain, origins) = plain_with_origins(text);
        assert_eq!((plain.as_str(), plain.len()), ("a béc", origins.len()));
        assert!(text[origins[2]..].starts_with('B') && text[origins[5]..].starts_with('C'));
    }
}
