//! An id rule as people read it, as a declaration writes it, and as a command line gives it.

use super::super::declaration::Step;
use super::draft::quoted;
use super::id_rule::Part;
use crate::registry::mistake;
use crate::table::Table;

/// The rule in words.
pub(super) fn words(parts: &[Part], table: &Table) -> String {
    let step = |text: String, step: &Step| match step {
        Step::Strip(_) => text,
        Step::Pad(width) => format!("{text} padded to {width}"),
        Step::Take(count) => format!("{text}, the first {count}"),
        Step::Last(count) => format!("{text}, the last {count}"),
        Step::After(mark) => format!("{text} after `{mark}`"),
        Step::Before(mark) => format!("{text} before `{mark}`"),
    };
    let part = |part: &Part| match part {
        Part::Literal(text) => format!("`{text}`"),
        Part::Column(column, steps) => steps.iter().fold(format!("`{}`", table.header[*column]), step),
    };
    parts.iter().map(part).collect::<Vec<_>>().join(" + ")
}

/// The rule as `[[leaid]]` tables.
pub(super) fn toml(parts: &[Part], table: &Table) -> String {
    let step = |step: &Step| match step {
        Step::Strip(characters) => format!("{{ strip = {} }}", verbatim(characters)),
        Step::Pad(width) => format!("{{ pad = {width} }}"),
        Step::Take(count) => format!("{{ take = {count} }}"),
        Step::Last(count) => format!("{{ last = {count} }}"),
        Step::After(mark) => format!("{{ after = {} }}", verbatim(mark)),
        Step::Before(mark) => format!("{{ before = {} }}", verbatim(mark)),
    };
    let part = |part: &Part| match part {
        Part::Literal(text) => format!("[[leaid]]\nliteral = {}\n", verbatim(text)),
        Part::Column(column, steps) => {
            let steps: Vec<String> = steps.iter().map(step).collect();
            format!("[[leaid]]\ncolumn = {}\nsteps = [{}]\n", quoted(&table.header[*column]), steps.join(", "))
        }
    };
    parts.iter().map(part).collect()
}

/// A TOML string with its blanks.
fn verbatim(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// `County | pad 2 + District | strip "-" | pad 4 + " 000"`: parts joined by `+`, steps behind `|`, literals in
/// quotes. A part that begins with a step is about the id column.
pub(super) fn parse(text: &str, table: &Table, id_column: Option<usize>) -> Result<Vec<Part>, String> {
    split(text, '+').iter().map(|part| parse_part(part.trim(), table, id_column)).collect()
}

fn parse_part(text: &str, table: &Table, id_column: Option<usize>) -> Result<Part, String> {
    if let Some(literal) = unquoted(text) {
        return Ok(Part::Literal(literal.to_owned()));
    }
    let pieces = split(text, '|');
    let first = pieces[0].trim();
    let (column, steps) = match table.column(first) {
        Some(column) => (column, &pieces[1..]),
        None if parse_step(first).is_ok() => {
            (id_column.ok_or("name the id column with --map state_district_id=\"Header\"")?, &pieces[..])
        }
        None => {
            let near = mistake::nearest(first, table.header.iter().map(String::as_str));
            let near = near.map_or(String::new(), |near| format!("; the nearest is `{near}`"));
            return Err(format!("`{first}` is neither a column nor a step{near}"));
        }
    };
    Ok(Part::Column(column, steps.iter().map(|step| parse_step(step.trim())).collect::<Result<_, _>>()?))
}

fn parse_step(text: &str) -> Result<Step, String> {
    let (word, value) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let value = value.trim();
    let number = || value.parse::<usize>().map_err(|_| format!("`{text}` needs a number, such as `{word} 6`"));
    let quoted =
        || unquoted(value).map(str::to_owned).ok_or(format!("`{text}` needs a text in quotes, such as `{word} \"-\"`"));
    match word {
        "strip" => Ok(Step::Strip(quoted()?)),
        "pad" => Ok(Step::Pad(number()?)),
        "take" => Ok(Step::Take(number()?)),
        "last" => Ok(Step::Last(number()?)),
        "after" => Ok(Step::After(quoted()?)),
        "before" => Ok(Step::Before(quoted()?)),
        _ => Err(format!("`{word}` is no step; steps are strip, pad, take, last, after, before")),
    }
}

fn unquoted(text: &str) -> Option<&str> {
    let inside = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inside('"').or_else(|| inside('\''))
}

/// Splits at a mark outside quotes.
fn split(text: &str, mark: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    for c in text.chars() {
        match quote {
            None if c == mark => {
                parts.push(String::new());
                continue;
            }
            None if matches!(c, '"' | '\'') => quote = Some(c),
            Some(open) if c == open => quote = None,
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_as_it_is_written() {
        let table = Table { header: vec!["Co".to_owned(), "District No".to_owned()], rows: Vec::new() };
        let parts = parse(r#"Co | pad 2 + District No | strip "- " | pad 4 + " 000""#, &table, None).unwrap();
        let expected = [
            Part::Column(0, vec![Step::Pad(2)]),
            Part::Column(1, vec![Step::Strip("- ".to_owned()), Step::Pad(4)]),
            Part::Literal(" 000".to_owned()),
        ];
        assert_eq!(parts, expected);
        assert_eq!(parse("pad 6", &table, Some(1)).unwrap(), [Part::Column(1, vec![Step::Pad(6)])]);
        assert!(parse("Distrct No | pad 4", &table, None).unwrap_err().contains("`District No`"));
        assert!(parse("Co | pda 4", &table, None).unwrap_err().contains("no step"));
    }
}
