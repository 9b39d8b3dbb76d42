//! A text as the taxonomy reads it: lower case, one blank for every run of blanks, line breaks and hyphens, no soft
//! hyphens.

/// What becomes of ASCII: a letter in lower case, a blank, or itself.
const PLAIN: [u8; 128] = {
    let mut plain = [0; 128];
    let mut byte = 0u8;
    while byte < 128 {
        plain[byte as usize] = if is_blank_byte(byte) { b' ' } else { byte.to_ascii_lowercase() };
        byte += 1;
    }
    plain
};

/// The plain form of a text: all the pieces of [`walk`], runs of ASCII at once.
pub(super) fn plain(text: &str) -> String {
    let mut plain: Vec<u8> = Vec::with_capacity(text.len());
    let (mut rest, mut is_blank) = (text, true);
    while !rest.is_empty() {
        let (ascii, behind) = rest.split_at(ascii_run(rest.as_bytes()));
        is_blank = push_ascii(&mut plain, ascii.as_bytes(), is_blank);
        let mut letters = behind.chars();
        if let Some(letter) = letters.next() {
            is_blank = push_letter(letter, is_blank, |piece| plain.extend_from_slice(piece));
        }
        rest = letters.as_str();
    }
    // Only whole characters were written.
    String::from_utf8(plain).unwrap_or_default()
}

/// How many bytes of ASCII it begins with; looked at many at a time.
fn ascii_run(bytes: &[u8]) -> usize {
    const AT_A_TIME: usize = 32;
    let whole = bytes.chunks(AT_A_TIME).take_while(|chunk| chunk.is_ascii()).map(<[u8]>::len).sum();
    whole + bytes[whole..].iter().take(AT_A_TIME).take_while(|byte| byte.is_ascii()).count()
}

/// Every byte is written, and one that was a blank behind a blank is written over.
fn push_ascii(plain: &mut Vec<u8>, ascii: &[u8], mut was_blank: bool) -> bool {
    let from = plain.len();
    plain.resize(from + ascii.len(), 0);
    let out = &mut plain[from..];
    let mut written = 0;
    for byte in ascii {
        let byte = PLAIN[usize::from(byte & 127)];
        out[written] = byte;
        written += usize::from(!was_blank | (byte != b' '));
        was_blank = byte == b' ';
    }
    plain.truncate(from + written);
    was_blank
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
fn walk(text: &str, mut each: impl FnMut(usize, &[u8]) -> bool) {
    let mut is_blank = true;
    for (start, letter) in text.char_indices() {
        let mut goes_on = true;
        is_blank = push_letter(letter, is_blank, |piece| goes_on = each(start, piece));
        if !goes_on {
            return;
        }
    }
}

/// Hands on what a letter becomes, if anything, and says whether the text now ends in a blank.
fn push_letter(letter: char, was_blank: bool, push: impl FnOnce(&[u8])) -> bool {
    match letter {
        // Soft hyphen, zero-width space and joiners.
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}' => return was_blank,
        _ if is_blank(letter) => {
            if !was_blank {
                push(b" ");
            }
            return true;
        }
        _ if letter.is_ascii() => push(&[letter.to_ascii_lowercase() as u8]),
        // Quotation marks, dots and daggers have no case.
        '\u{2000}'..='\u{206f}' => push(letter.encode_utf8(&mut [0; 4]).as_bytes()),
        _ => push_lower(letter, push),
    }
    false
}

/// At most three letters, as of `\u{130}`.
fn push_lower(letter: char, push: impl FnOnce(&[u8])) {
    let (mut lower, mut length) = ([0; 12], 0);
    for letter in letter.to_lowercase() {
        length += letter.encode_utf8(&mut lower[length..]).len();
    }
    push(&lower[..length]);
}

fn is_blank(letter: char) -> bool {
    match u8::try_from(letter) {
        Ok(byte) if byte.is_ascii() => is_blank_byte(byte),
        _ => letter.is_whitespace() || matches!(letter, '\u{2010}'..='\u{2015}'),
    }
}

const fn is_blank_byte(byte: u8) -> bool {
    matches!(byte, b'-' | b' ' | b'\t'..=b'\r')
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

    proptest::proptest! {
        #[test]
        fn runs_of_ascii_are_read_as_letter_by_letter(text in "[A-c \\-\t\u{ad}\u{2013}\u{130}\u{e9}]{0,40}") {
            let mut pieces = Vec::new();
            walk(&text, |_, piece| {
                pieces.extend_from_slice(piece);
                true
            });
            proptest::prop_assert_eq!(plain(&text).into_bytes(), pieces);
        }
    }
}
