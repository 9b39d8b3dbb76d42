//! How the file's ids become `ST_LEAID`: the named steps, tried. A code family that hits by accident
//! hits LEAs of other names; that is how it is told from the right one.

use std::collections::HashSet;

use super::super::clean;
use super::super::declaration::Step;
use super::known::KnownLeas;
use super::{learned, rule_text};
use crate::table::{Row, Table};

/// A rule, and how it did.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Trial {
    /// The rule in words.
    pub rule: String,
    /// Rows whose id NCES has in this state.
    pub hits: usize,
    /// Of those, rows whose name shares a proper word with that LEA's.
    pub names_agree: usize,
    /// Rows tried.
    pub rows: usize,
    /// Different ids among the hits.
    pub districts: usize,
    /// Whether an id stands on several rows.
    pub repeats: bool,
    /// The column the id is taken from.
    #[serde(skip)]
    pub id_column: usize,
    #[serde(skip)]
    parts: Vec<Part>,
}

/// A column with its steps, or a literal.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    Column(usize, Vec<Step>),
    Literal(String),
}

/// Least share of rows that a rule must hit, and of hits whose names must agree.
const LEAST_HITS: f64 = 0.5;
const LEAST_AGREEMENT: f64 = 0.6;

/// Tries every rule on the columns that could be ids, best first.
pub(super) fn trials(table: &Table, name: usize, ids: &[usize], known: &KnownLeas) -> Vec<Trial> {
    let ending = known.common_ending();
    let mut rules: Vec<Vec<Part>> = Vec::new();
    for column in ids {
        rules.push(vec![Part::Column(*column, Vec::new())]);
        for length in known.id_lengths() {
            rules.push(vec![Part::Column(*column, vec![Step::Strip("' -".to_owned()), Step::Pad(*length)])]);
            rules.push(vec![Part::Column(
                *column,
                vec![Step::Strip("' -".to_owned()), Step::Pad(*length), Step::Take(*length)],
            )]);
            rules.push(vec![Part::Column(*column, vec![Step::Strip("' -".to_owned()), Step::Last(*length)])]);
        }
        if let (Some(zeros), Some(length)) = (known.zeros_at_end(), known.id_lengths().first()) {
            let steps = [Step::Strip("' -".to_owned()), Step::Pad(*length), Step::Take(length - zeros.min(*length))];
            rules.push(vec![Part::Column(*column, steps.to_vec()), Part::Literal("0".repeat(zeros))]);
        }
        for (beginning, length) in known.common_beginnings() {
            let rest = length - beginning.chars().count();
            let steps = vec![Step::Strip("' -".to_owned()), Step::Pad(rest)];
            rules.push(vec![Part::Literal(beginning.clone()), Part::Column(*column, steps)]);
        }
        if let Some(mark) = common_mark(table, *column) {
            for step in [Step::After(mark.clone()), Step::Before(mark.clone())] {
                rules.push(vec![Part::Column(*column, vec![step])]);
            }
        }
    }
    rules.extend(joins(table, ids, known, ending.as_deref()));
    rules.extend(learned::rules(table, name, ids, known));
    let mut trials: Vec<Trial> =
        rules.into_iter().map(|parts| trial(table, name, parts, known)).filter(|trial| trial.hits > 0).collect();
    trials.sort_by(|a, b| {
        b.names_agree
            .cmp(&a.names_agree)
            .then(b.hits.cmp(&a.hits))
            .then(a.parts.len().cmp(&b.parts.len()))
            .then(a.rule.len().cmp(&b.rule.len()))
    });
    trials.dedup_by(|a, b| (a.hits, a.names_agree, a.id_column) == (b.hits, b.names_agree, b.id_column));
    trials.truncate(5);
    trials
}

/// A dash or a blank that nearly all ids have: `TX-057905`.
fn common_mark(table: &Table, column: usize) -> Option<String> {
    let cells: Vec<String> = table.rows.iter().take(300).filter_map(|row| clean::id(row.cell(column))).collect();
    let has = |mark: &char| cells.iter().filter(|cell| cell.contains(*mark)).count() * 10 >= cells.len() * 9;
    ['-', ' ', '.'].into_iter().find(has).filter(|_| !cells.is_empty()).map(String::from)
}

/// Mostly digits, or packaged digits, also `USD 306`; or digits and letters as Louisiana's `W4A`.
pub(super) fn could_be_id(table: &Table, column: usize) -> bool {
    const LONGEST_CODE: usize = 12;
    let cells: Vec<String> = table.rows.iter().take(300).filter_map(|row| clean::id(row.cell(column))).collect();
    let is_one = |cell: &&String| {
        let of = |is_one: fn(&char) -> bool| cell.chars().filter(is_one).count();
        let is_code = cell.len() <= LONGEST_CODE && !cell.contains(' ') && of(char::is_ascii_digit) > 0;
        is_code || of(char::is_ascii_digit) * 2 >= of(|c| c.is_alphanumeric())
    };
    let digits = cells.iter().filter(is_one).count();
    !cells.is_empty() && digits * 10 >= cells.len() * 6
}

/// County and district code together, and what most of the state's ids end in.
fn joins(table: &Table, ids: &[usize], known: &KnownLeas, ending: Option<&str>) -> Vec<Vec<Part>> {
    let width = |column: usize| {
        let ids = table.rows.iter().take(300).filter_map(|row| clean::id(row.cell(column)));
        ids.map(|id| id.chars().filter(|c| *c != ' ').count()).max().unwrap_or(0)
    };
    let padded = |column: usize| Part::Column(column, vec![Step::Strip("' -".to_owned()), Step::Pad(width(column))]);
    let mut rules = Vec::new();
    for first in ids {
        for second in ids.iter().filter(|second| *second != first) {
            let whole = width(*first) + width(*second) + ending.map_or(0, |end| end.chars().count());
            if known.id_lengths().contains(&whole) {
                let literal = ending.map(|end| Part::Literal(end.to_owned()));
                rules.push([padded(*first), padded(*second)].into_iter().chain(literal).collect());
            }
        }
    }
    rules
}

/// One rule, tried.
pub(super) fn trial(table: &Table, name: usize, parts: Vec<Part>, known: &KnownLeas) -> Trial {
    let (mut hits, mut names_agree, mut rows) = (0, 0, 0);
    let mut districts = HashSet::new();
    for row in &table.rows {
        let Some(id) = apply(&parts, row) else { continue };
        rows += 1;
        if let Some(agrees) = known.hit(&id, row.cell(name)) {
            hits += 1;
            names_agree += usize::from(agrees);
            districts.insert(id);
        }
    }
    // Of joined columns the longest tells districts apart.
    let id_column = parts
        .iter()
        .filter_map(|part| {
            if let Part::Column(column, steps) = part {
                Some((steps.iter().map(pad).max().unwrap_or(0), *column))
            } else {
                None
            }
        })
        .max()
        .map_or(0, |(_, column)| column);
    Trial {
        rule: rule_text::words(&parts, table),
        hits,
        names_agree,
        rows,
        repeats: hits > districts.len() + districts.len() / 10,
        districts: districts.len(),
        id_column,
        parts,
    }
}

fn pad(step: &Step) -> usize {
    if let Step::Pad(width) = step { *width } else { 0 }
}

fn apply(parts: &[Part], row: &Row) -> Option<String> {
    parts
        .iter()
        .map(|part| match part {
            Part::Literal(text) => Some(text.clone()),
            Part::Column(column, steps) => {
                clean::id(row.cell(*column)).map(|id| steps.iter().fold(id, |text, step| step.apply(&text)))
            }
        })
        .collect()
}

/// Which rows hit an LEA of the same name by this rule.
pub(super) fn hits(trial: &Trial, table: &Table, name: usize, known: &KnownLeas) -> Vec<bool> {
    let is_hit = |row: &Row| trial.leaid(row).and_then(|id| known.hit(&id, row.cell(name)));
    table.rows.iter().map(|row| is_hit(row) == Some(true)).collect()
}

impl Trial {
    /// Whether most of the hits are LEAs of the same name, be they few.
    pub(super) fn agrees(&self) -> bool {
        const FEWEST: usize = 10;
        self.names_agree >= FEWEST && self.names_agree as f64 >= LEAST_AGREEMENT * self.hits as f64
    }

    /// Whether the hits are more than chance and accident.
    pub fn is_trustworthy(&self) -> bool {
        self.hits as f64 >= LEAST_HITS * self.rows as f64
            && self.names_agree as f64 >= LEAST_AGREEMENT * self.hits as f64
    }

    /// A row's `ST_LEAID`.
    pub(super) fn leaid(&self, row: &Row) -> Option<String> {
        apply(&self.parts, row)
    }

    pub(super) fn uses(&self, column: usize) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Column(at, _) if *at == column))
    }

    /// The rule as a declaration writes it.
    pub(super) fn toml(&self, table: &Table) -> String {
        format!("\n{}", rule_text::toml(&self.parts, table))
    }
}
