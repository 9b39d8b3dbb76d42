//! A person's name into first and last.

use super::text;

/// Words before a name.
const TITLES: &[&str] = &["dr", "mr", "mrs", "ms", "miss", "prof", "rev", "sr", "hon", "supt", "superintendent"];
/// Words behind a name that belong to the last name.
const SUFFIXES: &[&str] = &["jr", "sr", "ii", "iii", "iv", "v"];
/// Words behind a name that say nothing about who it is.
const DEGREES: &[&str] = &["phd", "edd", "ed", "eds", "ma", "med", "mba", "esq", "d", "s"];
/// What stands where there is nobody.
const NOBODY: &[&str] =
    &["vacant", "vacancy", "position", "tbd", "interim", "superintendent", "open", "unfilled", "pending"];

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// First and middle names.
    pub first: Option<String>,
    /// Last name, with a suffix such as Jr.
    pub last: String,
}

/// Reads `MR KHRISTOPHER MARSHALL`, `Robinson, Clarence M. Jr`, `Dr. Ana María de la Cruz, Ed.D.`;
/// none where the position is vacant.
pub fn person(cell: &str) -> Option<Person> {
    let text = text(cell)?;
    if is_nobody(&text) {
        return None;
    }
    let (head, tail) = text.split_once(',').unwrap_or((&text, ""));
    let tail_words = words(tail);
    let is_reversed = tail_words.iter().any(|word| !is_any(word, DEGREES) && !is_any(word, SUFFIXES));
    let mut names = words(head);
    let mut suffix: Vec<String> = Vec::new();
    if is_reversed {
        let (suffixes, first): (Vec<String>, Vec<String>) =
            tail_words.into_iter().partition(|word| is_any(word, SUFFIXES));
        suffix = suffixes;
        let first = without_titles(first).into_iter().filter(|word| !is_degree(word)).collect::<Vec<_>>().join(" ");
        return Some(Person {
            first: (!first.is_empty()).then_some(first),
            last: joined(without_titles(names), suffix),
        });
    }
    suffix.extend(tail_words.into_iter().filter(|word| is_any(word, SUFFIXES)));
    names = without_titles(names);
    while names.len() > 1 && names.last().is_some_and(|word| is_any(word, SUFFIXES) || is_degree(word)) {
        suffix.splice(0..0, names.pop().filter(|word| is_any(word, SUFFIXES)));
    }
    let last = names.pop()?;
    let first = names.join(" ");
    Some(Person { first: (!first.is_empty()).then_some(first), last: joined(vec![last], suffix) })
}

fn is_nobody(text: &str) -> bool {
    let words = words(text);
    !words.is_empty() && words.iter().all(|word| is_any(word, NOBODY))
        || words.iter().any(|word| is_any(word, &["vacant", "vacancy"]))
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn joined(mut names: Vec<String>, suffix: Vec<String>) -> String {
    names.extend(suffix);
    names.join(" ")
}

fn without_titles(names: Vec<String>) -> Vec<String> {
    let titles = names.iter().take_while(|word| is_any(word, TITLES)).count();
    if titles < names.len() { names.into_iter().skip(titles).collect() } else { names }
}

/// `Ed.D.` and `PhD`, written with dots or in capitals; `Ed` alone is a first name.
fn is_degree(word: &str) -> bool {
    let is_marked = word.contains('.') || word.chars().filter(|c| c.is_uppercase()).count() > 1;
    is_marked && is_any(word, DEGREES) && word.chars().filter(|c| c.is_alphabetic()).count() > 1
}

fn is_any(word: &str, list: &[&str]) -> bool {
    let plain: String = word.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    list.contains(&plain.as_str())
}

#[cfg(test)]
mod tests {
    use super::person;

    #[test]
    fn names_as_states_write_them() {
        let read =
            |cell: &str| person(cell).map(|person| format!("{} | {}", person.first.unwrap_or_default(), person.last));
        for (cell, expected) in [
            ("MR KHRISTOPHER MARSHALL", "KHRISTOPHER | MARSHALL"),
            ("DR DANA S MARABLE", "DANA S | MARABLE"),
            ("Clarence M. Robinson Jr", "Clarence M. | Robinson Jr"),
            ("Robinson, Clarence M.", "Clarence M. | Robinson"),
            ("Dr. Ana Cruz, Ed.D.", "Ana | Cruz"),
            ("Dr. Lee, Jane", "Jane | Lee"),
            ("Erik Smith", "Erik | Smith"),
            ("Ed Smith", "Ed | Smith"),
            ("Madonna", " | Madonna"),
        ] {
            assert_eq!(read(cell).as_deref(), Some(expected), "{cell}");
        }
        for nobody in ["Position Vacant", "VACANT", "N/A", "Superintendent", ""] {
            assert_eq!(read(nobody), None, "{nobody}");
        }
    }
}
