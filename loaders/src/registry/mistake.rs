//! A mistake in a TOML file, in a form that names the line and the nearest valid word.

/// The mistake in words: line, column, what is wrong, what was probably meant.
pub fn describe(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().lines().collect::<Vec<_>>().join(" ");
    let place = error.span().map(|span| {
        let (line, column) = position(text, span.start);
        format!("line {line}, column {column}: ")
    });
    format!("{}{}", place.unwrap_or_default(), with_nearest(&message))
}

/// The line of a key, for mistakes found after parsing.
pub(super) fn line_of(text: &str, key: &str) -> Option<usize> {
    let starts = |line: &str| {
        let line = line.trim_start().trim_start_matches('[').trim_start();
        line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(['=', ']', '.']))
    };
    text.lines().position(starts).map(|index| index + 1)
}

fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    (line, column)
}

/// serde says ``unknown field `clumns`, expected one of `a`, `b` ``: the nearest is worth more than the list.
fn with_nearest(message: &str) -> String {
    let Some((what, expected)) = message.split_once(", expected ") else { return message.to_owned() };
    let quoted = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let (Some(wrong), valid) = (quoted(what).pop(), quoted(expected)) else { return message.to_owned() };
    match nearest(&wrong, valid.iter().map(String::as_str)) {
        Some(word) => format!("{what}; the nearest valid name is `{word}`"),
        None => message.to_owned(),
    }
}

/// The word most like `wrong`, if any is.
pub fn nearest<'a>(wrong: &str, valid: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const CLOSE: f64 = 0.7;
    let scored = valid.map(|word| (strsim::jaro_winkler(&word.to_lowercase(), &wrong.to_lowercase()), word));
    scored.filter(|(score, _)| *score >= CLOSE).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, word)| word)
}
