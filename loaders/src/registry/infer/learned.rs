//! An id rule learned from rows whose names are those of LEAs: which character of `ST_LEAID` is which character of the
//! file's ids, and which is the same in all. It finds what nobody named: Illinois' `080432100260000` → `08-043-2100-26`,
//! Minnesota's `0712-01` → `010712`, Oklahoma's county `2` and district `I093` → `02-I093`.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::clean;
use super::super::declaration::Step;
use super::id_rule::Part;
use super::known::KnownLeas;
use crate::table::{Row, Table};

/// Fewer rows teach accidents; more teach nothing new.
const PAIRS: std::ops::RangeInclusive<usize> = 8..=400;
/// Longer texts are no ids, and no more different letters and marks stand in any.
const LONGEST: usize = 32;
const MOST_LETTERS: usize = 64;
/// Share of the pairs in which a character must be the same: nearly all, and for another try most, where charters and
/// regions have endings of their own.
const SHARES: [f64; 2] = [0.97, 0.7];

/// Rules for the columns `ids`, which may be joined.
pub(super) fn rules(table: &Table, name: usize, ids: &[usize], known: &KnownLeas) -> Vec<Vec<Part>> {
    let pairs = pairs(table, name, known);
    if pairs.len() < *PAIRS.start() {
        return Vec::new();
    }
    let sources: Vec<Source> = ids.iter().flat_map(|column| sources(table, *column, &pairs)).collect();
    let alone = ids.iter().map(|column| sources.iter().filter(|source| source.column == *column).collect());
    let groups: Vec<Vec<&Source>> = alone.chain([sources.iter().collect()]).collect();
    let mut rules: Vec<Vec<Part>> = Vec::new();
    for share in SHARES {
        for rule in groups.iter().filter_map(|group| rule(group, &pairs, share)) {
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
    }
    rules
}

/// A row and the characters of the `ST_LEAID` of the one LEA that has its name.
type Pair<'a> = (&'a Row, Vec<char>);

/// Of ids of the usual length; an LEA once.
fn pairs<'a>(table: &'a Table, name: usize, known: &KnownLeas) -> Vec<Pair<'a>> {
    let Some(length) = known.id_lengths().first() else { return Vec::new() };
    let mut seen = HashSet::new();
    let named = table.rows.iter().filter_map(|row| Some((row, known.id_of_name(row.cell(name))?)));
    let usual = named.filter(|(_, id)| id.chars().count() == *length && seen.insert(*id));
    usual.take(*PAIRS.end()).map(|(row, id)| (row, id.chars().collect())).collect()
}

/// A column put through steps that make all its texts equally long, and what they are in the pairs.
struct Source {
    column: usize,
    steps: Vec<Step>,
    width: usize,
    texts: Vec<Vec<char>>,
}

/// The whole id; its digits; what stands before, between and behind its marks.
fn sources(table: &Table, column: usize, pairs: &[Pair<'_>]) -> Vec<Source> {
    let ids: Vec<String> = table.rows.iter().filter_map(|row| clean::id(row.cell(column))).collect();
    let others = |is_one: fn(char) -> bool| {
        let found: BTreeSet<char> = ids.iter().flat_map(|id| id.chars()).filter(|c| is_one(*c)).collect();
        found.into_iter().collect::<String>()
    };
    let (marks, letters) = (others(|c| !c.is_alphanumeric()), others(|c| !c.is_ascii_digit()));
    if letters.chars().count() > MOST_LETTERS || ids.iter().any(|id| id.len() > LONGEST) {
        return Vec::new();
    }
    let mut ways = vec![vec![Step::Strip(marks.clone())], vec![Step::Strip(letters)]];
    for mark in marks.chars().map(String::from).filter(|mark| ids.iter().all(|id| id.contains(mark))) {
        let rest = Step::Strip(marks.clone());
        ways.push(vec![Step::Before(mark.clone()), rest.clone()]);
        ways.push(vec![Step::After(mark.clone()), Step::Before(mark.clone()), rest.clone()]);
        ways.push(vec![Step::After(mark.clone()), Step::After(mark), rest]);
    }
    ways.into_iter().filter_map(|steps| source(column, steps, &ids, pairs)).collect()
}

fn source(column: usize, mut steps: Vec<Step>, ids: &[String], pairs: &[Pair<'_>]) -> Option<Source> {
    steps.retain(|step| *step != Step::Strip(String::new()));
    let put = |steps: &[Step], id: String| steps.iter().fold(id, |text, step| step.apply(&text));
    let lengths = ids.iter().map(|id| put(&steps, id.clone()).chars().count());
    let width = lengths.max().filter(|width| *width > 0)?;
    steps.push(Step::Pad(width));
    let text = |pair: &Pair<'_>| clean::id(pair.0.cell(column)).map(|id| put(&steps, id).chars().collect());
    let texts = pairs.iter().map(|pair| text(pair).unwrap_or_default()).collect();
    Some(Source { column, steps, width, texts })
}

/// What the characters of `ST_LEAID` are from one position on.
enum Piece<'a> {
    Constant(char),
    /// So many characters of a source, from one on.
    Run(&'a Source, usize, usize),
}

/// The longest runs one after the other; what is the same in all, where a run would say no more.
fn rule(sources: &[&Source], pairs: &[Pair<'_>], share: f64) -> Option<Vec<Part>> {
    let length = pairs[0].1.len();
    let enough = (share * pairs.len() as f64).ceil() as usize;
    let constants: Vec<(char, usize)> = (0..length).map(|at| constant(pairs, at)).collect();
    let (mut at, mut pieces) = (0, Vec::new());
    while at < length {
        let starts = sources.iter().flat_map(|source| (0..source.width).map(move |from| (*source, from)));
        let runs = starts.map(|(source, from)| (run(source, from, pairs, at, enough), source, from));
        // Of equally long ones the first.
        let (run, source, from) = runs.reduce(|best, other| if other.0.len() > best.0.len() { other } else { best })?;
        let says_more = run.iter().zip(&constants[at..]).any(|(equal, (_, same))| equal > same);
        let (same, count) = constants[at];
        if says_more || (count < enough && !run.is_empty()) {
            pieces.push(Piece::Run(source, from, run.len()));
            at += run.len();
        } else if count >= enough {
            pieces.push(Piece::Constant(same));
            at += 1;
        } else {
            return None;
        }
    }
    Some(parts(&pieces)).filter(|parts| parts.iter().any(|part| matches!(part, Part::Column(..))))
}

/// The character that stands at `at` in most ids, and in how many.
fn constant(pairs: &[Pair<'_>], at: usize) -> (char, usize) {
    let mut counts: HashMap<char, usize> = HashMap::new();
    pairs.iter().for_each(|(_, id)| *counts.entry(id[at]).or_default() += 1);
    counts.into_iter().max_by_key(|(c, count)| (*count, *c)).unwrap_or_default()
}

/// The characters of the source from `from` on that are those of the ids from `at` on: in how many pairs each is.
fn run(source: &Source, from: usize, pairs: &[Pair<'_>], at: usize, enough: usize) -> Vec<usize> {
    let equal = |step: usize| {
        let equal = pairs.iter().zip(&source.texts).filter(|((_, id), text)| {
            text.get(from + step)
                .is_some_and(|c| id.get(at + step).is_some_and(|wanted| c.eq_ignore_ascii_case(wanted)))
        });
        equal.count()
    };
    (0..source.width - from).map(equal).take_while(|equal| *equal >= enough).collect()
}

fn parts(pieces: &[Piece<'_>]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for piece in pieces {
        match (piece, parts.last_mut()) {
            (Piece::Constant(same), Some(Part::Literal(text))) => text.push(*same),
            (Piece::Constant(same), _) => parts.push(Part::Literal(same.to_string())),
            (Piece::Run(source, from, long), _) => {
                let mut steps = source.steps.clone();
                if from + long < source.width {
                    steps.push(Step::Take(from + long));
                }
                if *from > 0 {
                    steps.push(Step::Last(*long));
                }
                parts.push(Part::Column(source.column, steps));
            }
        }
    }
    parts
}
