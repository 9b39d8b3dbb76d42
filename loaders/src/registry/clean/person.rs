//! A person's name into first and last.

use super::text;

/// Words before a name.
const TITLES: &[&str] =
    &["dr", "mr", "mrs", "ms", "miss", "prof", "rev", "sr", "hon", "supt", "superintendent", "interim", "acting"];
/// Words behind a name that belong to the last name.
const SUFFIXES: &[&str] = &["jr", "sr", "ii", "iii", "iv", "v"];
/// Words behind a name that say nothing about who it is.
const DEGREES: &[&str] = &[
    "phd", "edd", "ed", "eds", "ma", "med", "mba", "esq", "jd", "cpa", "mat", "msed", "mpa", "bs", "ba", "ms", "dba",
    "psyd", "dmin", "llm",
];
/// Given names that are written as degrees are.
const NAMES_LIKE_DEGREES: &[&str] = &["ed", "ma", "mat"];
/// Degrees whose letters are written apart: `Ed. D.`, `M. Ed`.
const DEGREES_APART: &[[&str; 2]] = &[["ed", "d"], ["ed", "s"], ["ph", "d"], ["m", "ed"], ["j", "d"]];
/// Words of a role, which may stand behind a name without a comma.
const ROLES: &[&str] = &["superintendent", "supt", "interim", "acting", "administrator", "ceo"];
/// Words that make what stands between two commas a role too: `Director of Schools`.
const OTHER_ROLES: &[&str] =
    &["director", "principal", "president", "officer", "commissioner", "chancellor", "coordinator", "secretary"];
/// Words of a last name that do not stand alone: `de la Cruz`, `van der Berg`.
const PARTICLES: &[&str] =
    &["van", "von", "der", "den", "de", "la", "las", "los", "del", "della", "du", "dos", "da", "di", "ter", "st"];
/// What stands where there is nobody.
const NOBODY: &[&str] = &[
    "vacant",
    "vacancy",
    "position",
    "tbd",
    "tba",
    "interim",
    "acting",
    "superintendent",
    "open",
    "unfilled",
    "pending",
];

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// First and middle names.
    pub first: Option<String>,
    /// Last name, with a suffix such as Jr.
    pub last: String,
}

/// Reads `MR KHRISTOPHER MARSHALL`, `Robinson, Clarence M. Jr`, `Dr. Ana María de la Cruz, Ed.D.`, `Jane Lee, Interim
/// Superintendent`; of two persons the first, and none where the position is vacant.
pub fn person(cell: &str) -> Option<Person> {
    let text = text(&without_asides(&text(cell)?))?;
    if is_nobody(&text) {
        return None;
    }
    let text = without_dashed_role(first_of_two(without_label(&text)));
    let parts = text.split(',').map(words).filter(|part| !part.is_empty());
    let mut parts = parts.skip_while(|part| is_all_role(part));
    let mut names = without_titles(parts.next()?);
    let behind: Vec<String> = parts.filter(|part| !is_role_behind(part)).flatten().collect();
    let (mut suffix, behind): (Vec<String>, Vec<String>) = behind.into_iter().partition(|word| is_any(word, SUFFIXES));
    let first = first_behind(without_titles(behind), names.len() == 1);
    while names.len() > 1 && names.last().is_some_and(|word| is_any(word, SUFFIXES) || is_said_behind(word)) {
        suffix.splice(0..0, names.pop().filter(|word| is_any(word, SUFFIXES)));
    }
    if !first.is_empty() {
        return Some(Person { first: Some(first.join(" ")), last: joined(names, suffix) });
    }
    let from = last_name_from(&names);
    let last = names.split_off(from);
    let first = names.join(" ");
    Some(Person { first: (!first.is_empty()).then_some(first), last: joined(last, suffix) })
}

/// First names behind a comma, without degrees. Behind a last name alone `Ed` and `Ma` are names: `Smith, Ed`.
fn first_behind(words: Vec<String>, is_behind_last_name: bool) -> Vec<String> {
    let is_name = |at: usize, word: &str| {
        is_behind_last_name && at == 0 && is_any(word, NAMES_LIKE_DEGREES) && !word.trim_end_matches('.').contains('.')
    };
    let kept = words.into_iter().enumerate().filter(|(at, word)| is_name(*at, word) || !is_any(word, DEGREES));
    kept.map(|(_, word)| word).collect()
}

/// `Jane Lee (Interim)`, `Elizabeth "Betsy" Lee`: without what is said aside.
fn without_asides(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let (mut depth, mut is_quoted) = (0usize, false);
    for c in text.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '"' | '\u{201c}' | '\u{201d}' => is_quoted = !is_quoted,
            _ if depth == 0 && !is_quoted => plain.push(c),
            _ => {}
        }
    }
    // What is all aside, or never ends, is no aside.
    if depth > 0 || is_quoted || !plain.chars().any(char::is_alphabetic) { text.to_owned() } else { plain }
}

/// `Jane Lee / Bob Day`, `Jane Lee and Bob Day`: the first, where it is a whole name.
fn first_of_two(text: &str) -> &str {
    let end = [" / ", " & ", " and ", " AND ", "; "].iter().filter_map(|between| text.find(between)).min();
    end.map(|end| &text[..end]).filter(|first| words(first).len() > 1).unwrap_or(text)
}

/// `Superintendent: Jane Lee`, `Jane Lee: Superintendent`: without the label.
fn without_label(text: &str) -> &str {
    match text.split_once(": ") {
        Some((name, role)) if is_all_role(&words(role)) => name,
        Some((label, name)) if !label.contains(',') => name,
        _ => text,
    }
}

/// `Jane Lee - Interim`: without the role.
fn without_dashed_role(text: &str) -> &str {
    let dashed = [" - ", " \u{2013} ", " \u{2014} "].iter().find_map(|dash| text.split_once(dash));
    dashed.filter(|(_, role)| is_role_behind(&words(role))).map_or(text, |(name, _)| name)
}

/// `Superintendent of Schools`, before or behind a name.
fn is_all_role(part: &[String]) -> bool {
    part.iter().all(|word| is_role(word) || is_any(word, &["of", "schools"]))
}

/// Whether a part behind a comma is a role rather than first names; `Superintendent Jane` is a title and a name.
fn is_role_behind(part: &[String]) -> bool {
    let behind_title = without_titles(part.to_vec());
    let names_someone =
        behind_title.len() < part.len() && !behind_title.iter().any(|word| is_role(word) || is_any(word, &["of"]));
    part.iter().any(|word| is_role(word)) && !names_someone
}

fn is_role(word: &str) -> bool {
    is_any(word, ROLES) || is_any(word, OTHER_ROLES)
}

/// Where the last name begins among the names: with the particles before it, as long as a first name stays.
fn last_name_from(names: &[String]) -> usize {
    let last = names.len().saturating_sub(1);
    let particles = names[..last].iter().rev().take_while(|word| is_any(word, PARTICLES)).count();
    if particles < last { last - particles } else { last }
}

fn is_nobody(text: &str) -> bool {
    let words = words(text);
    !words.is_empty() && words.iter().all(|word| is_any(word, NOBODY))
        || words.iter().any(|word| is_any(word, &["vacant", "vacancy"]))
}

/// The words; a degree whose letters are written apart is one.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match words.last_mut() {
            Some(before) if is_degree_apart(before, word) => before.push_str(word),
            _ => words.push(word.to_owned()),
        }
    }
    words
}

/// Only with its dot is the first of the two a degree's beginning.
fn is_degree_apart(before: &str, word: &str) -> bool {
    before.ends_with('.') && DEGREES_APART.iter().any(|[one, two]| is_any(before, &[one]) && is_any(word, &[two]))
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

/// What stands behind a name without a comma.
fn is_said_behind(word: &str) -> bool {
    is_degree(word) || is_any(word, ROLES)
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
            ("Jane Lee, Superintendent", "Jane | Lee"),
            ("Jane Lee, Interim Superintendent of Schools", "Jane | Lee"),
            ("Superintendent Jane Lee", "Jane | Lee"),
            ("Acting Supt. Jane Lee, Ph. D.", "Jane | Lee"),
            ("Superintendent: Dr. Jane Lee", "Jane | Lee"),
            ("Jane Lee - Interim", "Jane | Lee"),
            ("Contact: Jane Lee", "Jane | Lee"),
            ("Mary Smith - Jones", "Mary Smith - | Jones"),
            ("Jane Lee (Interim)", "Jane | Lee"),
            ("Jane Lee Superintendent", "Jane | Lee"),
            ("Jane Lee, Director", "Jane | Lee"),
            ("Jane Lee, J.D., CPA", "Jane | Lee"),
            ("Lee, Jr., Robert", "Robert | Lee Jr."),
            ("Lee, Ed", "Ed | Lee"),
            ("LEE, ED", "ED | LEE"),
            ("Lee, Ma", "Ma | Lee"),
            ("Jane Lee, Med", "Jane | Lee"),
            ("Jane Lee, Ma", "Jane | Lee"),
            ("JANE LEE, ED. D.", "JANE | LEE"),
            ("Jane Lee, M. Ed.", "Jane | Lee"),
            ("Jane M. Edwards", "Jane M. | Edwards"),
            ("Ed. Sanders", "Ed. | Sanders"),
            ("Jane Lee: Superintendent", "Jane | Lee"),
            ("Lee, Jane: Interim Superintendent", "Jane | Lee"),
            ("Lee, J.", "J. | Lee"),
            ("Lee, Jane, Ed.D.", "Jane | Lee"),
            ("Elizabeth \"Betsy\" Lee", "Elizabeth | Lee"),
            ("Ana María de la Cruz", "Ana María | de la Cruz"),
            ("JANE VAN DER BERG", "JANE | VAN DER BERG"),
            ("Van Smith", "Van | Smith"),
            ("De La Cruz, Ana", "Ana | De La Cruz"),
            ("Jane Lee / Mr. Bob Day", "Jane | Lee"),
            ("Jane Lee and Bob Day", "Jane | Lee"),
            ("Jane and Bob Lee", "Jane and Bob | Lee"),
            ("Mary Ann O'Lee-Park III", "Mary Ann | O'Lee-Park III"),
        ] {
            assert_eq!(read(cell).as_deref(), Some(expected), "{cell}");
        }
        for nobody in ["Position Vacant", "VACANT", "N/A", "Superintendent", "Interim Superintendent", "(vacant)", ""] {
            assert_eq!(read(nobody), None, "{nobody}");
        }
    }
}
