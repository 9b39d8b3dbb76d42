//! How the state's id becomes NCES `ST_LEAID` (after its state prefix).

use super::clean;
use super::declaration::{Declaration, LeaidPart, Step};
use crate::table::{Row, Table};

/// The rule with its columns found.
pub(super) struct LeaidRule<'a> {
    parts: Vec<(Option<usize>, &'a LeaidPart)>,
}

impl<'a> LeaidRule<'a> {
    /// `id_column` stands in for parts that name no column.
    pub fn new(table: &Table, declaration: &'a Declaration, id_column: Option<usize>) -> Self {
        let find = |part: &LeaidPart| match (&part.column, &part.literal) {
            (Some(name), _) => table.column(name),
            (None, Some(_)) => None,
            (None, None) => id_column,
        };
        Self { parts: declaration.leaid.iter().map(|part| (find(part), part)).collect() }
    }

    /// Whether the id is made of several columns, none of which need tell districts apart alone.
    pub fn is_joined(&self) -> bool {
        self.parts.iter().filter(|(column, _)| column.is_some()).count() > 1
    }

    /// The id of a row; none when there is no rule or a part is empty.
    pub fn apply(&self, row: &Row) -> Option<String> {
        let parts: Option<Vec<String>> = self.parts.iter().map(|(column, part)| part_of(*column, part, row)).collect();
        parts.map(|parts| parts.concat()).filter(|id| !id.is_empty())
    }
}

fn part_of(column: Option<usize>, part: &LeaidPart, row: &Row) -> Option<String> {
    if let Some(literal) = &part.literal {
        return Some(literal.clone());
    }
    let cell = clean::id(row.cell(column?))?;
    Some(part.steps.iter().fold(cell, |text, step| step.apply(&text)))
}

impl Step {
    /// The text after this step.
    pub fn apply(&self, text: &str) -> String {
        match self {
            Self::Strip(characters) => text.chars().filter(|c| !characters.contains(*c)).collect(),
            Self::Pad(width) => format!("{text:0>width$}"),
            Self::Take(count) => text.chars().take(*count).collect(),
            Self::Last(count) => text.chars().skip(text.chars().count().saturating_sub(*count)).collect(),
            Self::After(mark) => text.split_once(mark.as_str()).map_or(text, |(_, rest)| rest).to_owned(),
            Self::Before(mark) => text.split_once(mark.as_str()).map_or(text, |(first, _)| first).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Step;

    #[test]
    fn steps_do_what_they_are_called() {
        assert_eq!(Step::Strip("'-".to_owned()).apply("'09-1914"), "091914");
        assert_eq!(Step::Pad(4).apply("17"), "0017");
        assert_eq!(Step::Pad(2).apply("017"), "017");
        assert_eq!(Step::Take(8).apply("010100010018"), "01010001");
        assert_eq!(Step::Last(4).apply("TX-0579"), "0579");
        assert_eq!(Step::After("-".to_owned()).apply("TX-0579"), "0579");
        assert_eq!(Step::Before("-".to_owned()).apply("0579-01"), "0579");
    }
}
