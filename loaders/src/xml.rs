//! What XML writes with a name: the characters behind `&amp;` and `&#8217;`.

use quick_xml::events::BytesRef;

/// The character; a blank for a name that only a document type would explain, which is not read.
pub fn character(name: &BytesRef<'_>) -> char {
    match name.as_ref() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => name.resolve_char_ref().ok().flatten().unwrap_or(' '),
    }
}
