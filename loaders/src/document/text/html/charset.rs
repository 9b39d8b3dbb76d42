//! Which letters the bytes of a page are.

use crate::source::Kind;

/// The bytes as text: by byte order mark, by what the page says of itself, by guess.
pub fn decoded(bytes: &[u8]) -> String {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_lowercase();
    let named = head.split_once("charset=").map(|(_, rest)| {
        rest.trim_start_matches(['"', '\'']).split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').next()
    });
    match named.flatten().and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes())) {
        Some(encoding) if std::str::from_utf8(bytes).is_err() => encoding.decode(bytes).0.into_owned(),
        _ => crate::source::decode(bytes),
    }
}

/// A page whose server names its charset, as UTF-8 with a mark that says so; anything else as it is.
pub fn recoded(bytes: Vec<u8>, charset: &str) -> Vec<u8> {
    let is_page = matches!(Kind::of(&bytes), Kind::Html | Kind::Text | Kind::Xml);
    match encoding_rs::Encoding::for_label(charset.as_bytes()) {
        Some(encoding) if is_page && std::str::from_utf8(&bytes).is_err() => {
            let mut marked = b"\xef\xbb\xbf".to_vec();
            marked.extend_from_slice(encoding.decode(&bytes).0.as_bytes());
            marked
        }
        _ => bytes,
    }
}
