//! What NCES knows of a state: ids and names to hold a file against.

use std::collections::{HashMap, HashSet};

/// Words that say only that it is a district.
const EMPTY: &[&str] = &[
    "school",
    "schools",
    "sch",
    "schs",
    "schl",
    "schls",
    "district",
    "districts",
    "dist",
    "dists",
    "dst",
    "public",
    "the",
    "of",
    "and",
    "sd",
    "isd",
    "cisd",
    "usd",
    "csd",
    "unified",
    "unif",
    "elementary",
    "elem",
    "el",
    "hs",
    "k",
    "high",
    "city",
    "county",
    "co",
    "community",
    "comm",
    "com",
    "central",
    "union",
    "free",
    "consolidated",
    "consol",
    "cons",
    "independent",
    "ind",
    "area",
    "local",
    "no",
    "re",
    "r",
    "unit",
    "system",
    "regional",
    "corporation",
    "corp",
    "division",
    "parish",
];

/// The LEAs of one state.
#[derive(Debug, Default)]
pub struct KnownLeas {
    name_of_id: HashMap<String, HashSet<String>>,
    /// The id of each name; none where several LEAs share it.
    id_of_name: HashMap<Vec<String>, Option<String>>,
    id_lengths: Vec<usize>,
}

impl KnownLeas {
    /// From pairs of `ST_LEAID` (without its prefix) and name.
    pub fn new(leas: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut known = Self::default();
        let mut lengths: HashMap<usize, usize> = HashMap::new();
        for (id, name) in leas {
            let words = proper_words(&name);
            *lengths.entry(id.chars().count()).or_default() += 1;
            let ids = known.id_of_name.entry(words.clone());
            ids.and_modify(|shared| *shared = None).or_insert_with(|| Some(id.clone()));
            known.name_of_id.insert(id, words.into_iter().collect());
        }
        let mut lengths: Vec<(usize, usize)> = lengths.into_iter().collect();
        lengths.sort_by_key(|(length, count)| (std::cmp::Reverse(*count), *length));
        known.id_lengths = lengths.into_iter().take(2).map(|(length, _)| length).collect();
        known
    }

    /// True when nothing is known of the state.
    pub fn is_empty(&self) -> bool {
        self.name_of_id.is_empty()
    }

    /// The usual lengths of its ids, most usual first.
    pub(super) fn id_lengths(&self) -> &[usize] {
        &self.id_lengths
    }

    /// What most ids end in from their first character that is no digit on: ` 000` in Iowa.
    pub(super) fn common_ending(&self) -> Option<String> {
        const MOST: f64 = 0.6;
        let mut endings: HashMap<&str, usize> = HashMap::new();
        for id in self.name_of_id.keys() {
            let at = id.find(|c: char| !c.is_ascii_digit()).filter(|at| *at > 0);
            *endings.entry(at.map_or("", |at| &id[at..])).or_default() += 1;
        }
        let (ending, count) = endings.into_iter().max_by_key(|(ending, count)| (*count, *ending))?;
        let is_usual = !ending.is_empty() && count as f64 >= MOST * self.name_of_id.len() as f64;
        is_usual.then(|| ending.to_owned())
    }

    /// What many ids begin with, one to four characters, with the length of those ids: `D0` in Kansas, `01` in
    /// Minnesota.
    pub(super) fn common_beginnings(&self) -> Vec<(String, usize)> {
        const MANY: f64 = 0.3;
        let Some(length) = self.id_lengths.first().copied() else { return Vec::new() };
        let mut counts: HashMap<String, usize> = HashMap::new();
        for id in self.name_of_id.keys().filter(|id| id.chars().count() == length) {
            for width in 1..=4.min(length.saturating_sub(2)) {
                *counts.entry(id.chars().take(width).collect()).or_default() += 1;
            }
        }
        let many = |count: &usize| *count as f64 >= MANY * self.name_of_id.len() as f64;
        let mut common: Vec<String> =
            counts.into_iter().filter(|(_, count)| many(count)).map(|(text, _)| text).collect();
        common.sort_by_key(|text| (std::cmp::Reverse(text.len()), text.clone()));
        common.into_iter().map(|beginning| (beginning, length)).collect()
    }

    /// How many zeros most ids end in, where they are more than one: `0000` behind New York's eight digits.
    pub(super) fn zeros_at_end(&self) -> Option<usize> {
        const MOST: usize = 6;
        let zeros = |id: &String| id.len() - id.trim_end_matches('0').len();
        let have = |count: usize| self.name_of_id.keys().filter(|id| zeros(id) >= count).count();
        (2..=6).rev().find(|count| have(*count) * 10 >= self.name_of_id.len() * MOST)
    }

    /// Whether a cell is the name of an LEA.
    pub(super) fn is_known_name(&self, cell: &str) -> bool {
        self.is_name(&proper_words(cell))
    }

    /// The id of the one LEA that has this name.
    pub(super) fn id_of_name(&self, cell: &str) -> Option<&str> {
        self.id_of_name.get(&proper_words(cell)).and_then(|id| id.as_deref()).filter(|_| self.is_known_name(cell))
    }

    /// Whether an LEA has this id, and if so whether its name shares a proper word.
    pub(super) fn hit(&self, id: &str, name: &str) -> Option<bool> {
        let words = self.name_of_id.get(id)?;
        Some(proper_words(name).iter().any(|word| words.contains(word)))
    }

    /// How many different names of LEAs the cells hold.
    pub(super) fn distinct_names<'a>(&self, cells: impl Iterator<Item = &'a str>) -> usize {
        let found: HashSet<Vec<String>> = cells.map(proper_words).filter(|words| self.is_name(words)).collect();
        found.len()
    }

    fn is_name(&self, words: &Vec<String>) -> bool {
        !words.is_empty() && self.id_of_name.contains_key(words)
    }

    /// Share of the cells that are the name of an LEA.
    pub(super) fn share_of_names<'a>(&self, cells: impl Iterator<Item = &'a str>) -> f64 {
        let (mut all, mut known) = (0usize, 0usize);
        for cell in cells.filter(|cell| !cell.trim().is_empty()) {
            let words = proper_words(cell);
            all += 1;
            known += usize::from(self.is_name(&words));
        }
        known as f64 / all.max(1) as f64
    }
}

/// The words of a name that tell it from others, sorted. Numbers are left out by half of the writers.
fn proper_words(name: &str) -> Vec<String> {
    let lower = name.to_lowercase().replace(['\'', '.'], "");
    let all = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().any(char::is_alphabetic));
    let mut words: Vec<String> = all.filter(|word| !EMPTY.contains(word)).map(str::to_owned).collect();
    words.sort();
    words
}
