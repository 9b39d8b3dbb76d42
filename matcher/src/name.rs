//! A district's name, taken apart: the proper name, the numbers in it, and the words that say what
//! kind of agency it is.

mod vocabulary;

use std::collections::BTreeSet;

use vocabulary::{BY_STATE, EMPTY, EXPANSIONS, KINDS, ORDINALS, SERVICE_WORDS, STATES, STYLE};

/// What a name says an agency is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Elementary grades only.
    Elementary,
    /// High school grades only.
    High,
    /// All grades.
    Unified,
    /// A charter.
    Charter,
    /// A service agency, county office, cooperative.
    Service,
    /// Vocational or technical.
    Vocational,
    /// A city's own district, where the state has local ones beside it.
    City,
    /// A district of the country around a city.
    Local,
    /// A county's district.
    County,
    /// A township's district.
    Township,
    /// A borough's district.
    Borough,
    /// A parish's district.
    Parish,
}

/// Kinds that exclude each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Which grades.
    Grades,
    /// Which legal form.
    Form,
    /// Which kind of place.
    Place,
}

impl Kind {
    /// The group it belongs to.
    pub fn group(self) -> Group {
        match self {
            Self::Elementary | Self::High | Self::Unified => Group::Grades,
            Self::Charter | Self::Service | Self::Vocational => Group::Form,
            Self::City | Self::Local | Self::County | Self::Township | Self::Borough | Self::Parish => Group::Place,
        }
    }

    /// The kind in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Elementary => "elementary",
            Self::High => "high",
            Self::Unified => "unified",
            Self::Charter => "charter",
            Self::Service => "service",
            Self::Vocational => "vocational",
            Self::City => "city",
            Self::Local => "local",
            Self::County => "county",
            Self::Township => "township",
            Self::Borough => "borough",
            Self::Parish => "parish",
        }
    }
}

/// The grades an agency serves, as far as they tell siblings apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grades {
    /// Up to grade 8 or so.
    Lower,
    /// From grade 7 or so.
    Upper,
    /// Both.
    All,
}

impl Grades {
    /// Of `KG-08`, `09-12`, `PK-12`.
    pub fn parse(span: &str) -> Option<Self> {
        let (low, high) = span.split_once('-')?;
        let grade = |text: &str| match text.trim() {
            "PK" | "KG" | "TK" => Some(0),
            other => other.parse::<u8>().ok(),
        };
        let (low, high) = (grade(low)?, grade(high)?);
        Some(match (low, high) {
            (_, ..=8) => Self::Lower,
            (7.., _) => Self::Upper,
            _ => Self::All,
        })
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Lower => "up to grade 8",
            Self::Upper => "from grade 7",
            Self::All => "all grades",
        }
    }
}

/// A name, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    /// The proper name: folded words in order, joined by blanks.
    pub core: String,
    /// Words of the proper name.
    pub words: Vec<String>,
    /// Kinds the name says.
    pub kinds: BTreeSet<Kind>,
    /// Numbers, without zeros in front.
    pub numbers: BTreeSet<String>,
    /// All words, folded and expanded, in order.
    pub normalized: String,
    /// The name in lower case with single blanks.
    pub as_written: String,
    /// The proper words, sorted: order is style.
    pub sorted_core: String,
    /// The proper words without blanks: `De Kalb` is `DeKalb`.
    pub joined_core: String,
    /// Words in parentheses or behind `in the county of`: where another agency of the name is not.
    pub qualifiers: BTreeSet<String>,
    /// The county it says it is in.
    pub county: Option<String>,
    /// There is no proper name, only a number: `Unified School District No. 259`.
    pub is_numbered: bool,
    /// Words of style such as union, free, consolidated, which tell few agencies apart.
    pub style: BTreeSet<String>,
}

impl Name {
    /// Takes a published name apart.
    pub fn parse(published: &str) -> Self {
        Self::parse_in("", published)
    }

    /// Takes a name apart as it is read in that state.
    pub fn parse_in(state: &str, published: &str) -> Self {
        let as_written = published.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let (plain, aside) = qualified(published);
        let words = expand(state, &folded_words(&plain));
        let mut name = Self { normalized: words.join(" "), as_written, ..Self::default() };
        let (words, behind) = without_whereabouts(words);
        let aside = [expand(state, &folded_words(&aside)), behind].concat();
        name.county = county_among(&aside);
        name.qualifiers =
            aside.into_iter().filter(|word| !is_said_of_any(word) && word != "county" && number_of(word).is_none()).collect();
        name.numbers = joined_numbers(&plain);
        for word in without_state(state, words) {
            let word = corrected(word);
            if let Some((_, kind)) = KINDS.iter().find(|(known, _)| *known == word) {
                name.kinds.insert(*kind);
            } else if let Some(number) = number_of(&word) {
                name.numbers.insert(number);
            } else if STYLE.contains(&word.as_str()) {
                name.style.insert(word);
            } else if !EMPTY.contains(&word.as_str()) {
                name.words.push(word);
            }
        }
        name.settle();
        name
    }

    /// The proper name is what remains; where nothing does, the other words are it.
    fn settle(&mut self) {
        if self.kinds.contains(&Kind::Service) && self.words.len() > 1 {
            self.words.retain(|word| !SERVICE_WORDS.contains(&word.as_str()));
        }
        if self.words.iter().any(|word| word.len() > 1) {
            // `48J`, `R-1`: the letter belongs to the number.
            let letters = self.words.iter().filter(|word| word.len() == 1).cloned();
            self.style.extend(letters);
            self.words.retain(|word| word.len() > 1);
        }
        // `Weld County School District No. Re-2` is the county's second: others in it have their own names.
        let has_no_name = self.words.is_empty() || self.kinds.contains(&Kind::County);
        self.is_numbered = has_no_name && !self.numbers.is_empty();
        if self.words.is_empty() {
            // A name made of kind words alone, such as `City High`: they are its proper name.
            self.words = self.normalized.split(' ').filter(|word| !EMPTY.contains(word)).map(str::to_owned).collect();
        }
        self.core = self.words.join(" ");
        self.joined_core = self.words.concat();
        let mut sorted: Vec<&str> = self.words.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        self.sorted_core = sorted.join(" ");
    }

    /// Whether a word of style stands before the proper name: `Central Valley`.
    pub fn begins_with_style(&self) -> bool {
        let mut words = self.normalized.split(' ');
        let is_style = words.next().is_some_and(|first| self.style.contains(first));
        is_style && words.next().is_some_and(|second| self.words.iter().any(|word| word == second))
    }

    /// The grades the name says, if it says one.
    pub fn grades(&self) -> Option<Grades> {
        let has = |kind| self.kinds.contains(&kind);
        match (has(Kind::Elementary), has(Kind::High), has(Kind::Unified)) {
            (true, false, false) => Some(Grades::Lower),
            (false, true, false) => Some(Grades::Upper),
            (false, false, true) => Some(Grades::All),
            _ => None,
        }
    }

    /// The kinds in words.
    pub fn kind_words(&self) -> String {
        self.kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(", ")
    }
}

/// A name and what it says aside: `Lake Shore Public Schools (Macomb)`, `Tremont, in the county of Weld`. What would
/// leave no proper name is the name.
fn qualified(published: &str) -> (String, String) {
    let (mut plain, mut aside) = (String::new(), String::new());
    let mut depth = 0usize;
    for c in published.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth > 0 => aside.push(c),
            _ => plain.push(c),
        }
        if matches!(c, '(' | ')' | '[' | ']') {
            plain.push(' ');
            aside.push(' ');
        }
    }
    if plain.chars().filter(|c| c.is_alphabetic()).count() < 3 {
        return (published.to_owned(), String::new());
    }
    (plain, aside)
}

/// A name without the state it is in: `Londonderry, New Hampshire School District`. A name that is little else, such as
/// `Delaware Valley`, keeps it.
fn without_state(state: &str, words: Vec<String>) -> Vec<String> {
    let Some((_, long)) = STATES.iter().find(|(code, _)| *code == state) else { return words };
    let long: Vec<&str> = long.split(' ').collect();
    let found = words.windows(long.len()).position(|window| window.iter().zip(&long).all(|(word, long)| word == long));
    let Some(at) = found else { return words };
    let without = [&words[..at], &words[at + long.len()..]].concat();
    // `Maine School Administrative District No. 11` is told by its number.
    let is_named_without = if at == 0 {
        !without.iter().any(|word| is_proper(word)) && without.iter().any(|word| number_of(word).is_some())
    } else {
        words[..at].iter().any(|word| is_proper(word))
    };
    if is_named_without { without } else { words }
}

/// Whether a word is of a proper name, rather than of any district's.
fn is_proper(word: &str) -> bool {
    !is_said_of_any(word)
        && !STYLE.contains(&word)
        && !KINDS.iter().any(|(known, _)| *known == word)
        && number_of(word).is_none()
}

fn is_said_of_any(word: &str) -> bool {
    EMPTY.contains(&word)
}

/// A name, and where it says the agency is: `Brandon School District in the Counties of Oakland and Lapeer`, `Central
/// School District at Ilion`, `Riverside Community School dba Riverside Academy`. What leaves no proper name stays.
fn without_whereabouts(words: Vec<String>) -> (Vec<String>, Vec<String>) {
    const BEGINNINGS: &[&[&str]] = &[
        &["in", "the", "county", "of"],
        &["in", "the", "counties", "of"],
        &["of", "the", "county", "of"],
        &["of", "the", "counties", "of"],
        &["in", "county", "of"],
        &["school", "at"],
        &["district", "at"],
        &["dba"],
    ];
    let begins = |at: usize| {
        BEGINNINGS.iter().find(|beginning| {
            words[at..].len() > beginning.len() && words[at..].iter().zip(**beginning).all(|(word, known)| word == known)
        })
    };
    let found = (1..words.len()).find_map(|at| Some((at, begins(at)?)));
    match found.filter(|(at, _)| words[..*at].iter().any(|word| is_proper(word))) {
        Some((at, beginning)) => {
            let mut behind = words[at + beginning.len()..].to_vec();
            if beginning.contains(&"county") {
                // As a county is said in parentheses.
                behind.push("county".to_owned());
            }
            (words[..at].to_vec(), behind)
        }
        None => (words, Vec::new()),
    }
}

/// `(Pike County)` says a county.
fn county_among(aside: &[String]) -> Option<String> {
    let at = aside.iter().position(|word| word == "county").filter(|at| (1..=6).contains(at))?;
    let words: Vec<&str> =
        aside[..at].iter().map(String::as_str).take_while(|word| !matches!(*word, "a" | "an" | "and" | "of")).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// `09-1` is also written `91`.
fn joined_numbers(text: &str) -> BTreeSet<String> {
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit() && c != '-').collect();
    let is_two = |part: &&&str| {
        part.split_once('-').is_some_and(|(one, two)| !one.is_empty() && !two.is_empty() && !two.contains('-'))
    };
    parts.iter().filter(is_two).filter_map(|part| number_of(&part.replace('-', ""))).collect()
}

/// A word of the field with one letter wrong: `lndependent`, `distrcit`.
fn corrected(word: String) -> String {
    const SHORTEST: usize = 7;
    let is_known = |known: &str| {
        let (ours, theirs) = (word.as_bytes(), known.as_bytes());
        let is_near_in_length = ours.len().abs_diff(theirs.len()) <= 1 && theirs.len() >= SHORTEST;
        is_near_in_length && (ours[..2] == theirs[..2] || ours[ours.len() - 2..] == theirs[theirs.len() - 2..])
    };
    // No place is called nearly so.
    let is_near_common = (5..=7).contains(&word.len()) && word.starts_with(['s', 'p']);
    let common = ["school", "public"].into_iter().filter(|_| is_near_common);
    if let Some(common) = common.into_iter().find(|known| strsim::damerau_levenshtein(&word, known) == 1) {
        return common.to_owned();
    }
    if word.len() < SHORTEST || !word.is_ascii() {
        return word;
    }
    let vocabulary = || STYLE.iter().chain(EMPTY).copied().chain(KINDS.iter().map(|(known, _)| *known));
    if vocabulary().any(|known| known == word) {
        return word;
    }
    let near =
        vocabulary().filter(|known| is_known(known)).find(|known| strsim::damerau_levenshtein(&word, known) == 1);
    near.map_or(word, str::to_owned)
}

/// Lower case, no accents, no marks; letters and digits fall apart.
fn folded_words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut last_was_digit = false;
    for c in text.chars().flat_map(fold_char) {
        if c == '\'' || c == '’' || c == '.' {
            continue;
        }
        if !c.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let is_digit = c.is_ascii_digit();
        if let Some(word) = words.last_mut() {
            if !word.is_empty() && is_digit != last_was_digit {
                words.push(c.to_string());
            } else {
                word.push(c);
            }
        }
        last_was_digit = is_digit;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A letter of the Latin alphabets of Europe without its accent, in lower case.
fn fold_char(c: char) -> impl Iterator<Item = char> {
    const ACCENTED: &[(&str, char)] = &[
        ("áàâäãå", 'a'),
        ("éèêë", 'e'),
        ("íìîï", 'i'),
        ("óòôöõ", 'o'),
        ("úùûü", 'u'),
        ("ñ", 'n'),
        ("ç", 'c'),
        ("ý", 'y'),
    ];
    let plain = |c: char| ACCENTED.iter().find(|(accented, _)| accented.contains(c)).map_or(c, |(_, plain)| *plain);
    c.to_lowercase().map(plain).map(|c| if c == '&' { ' ' } else { c })
}

/// `H S` and `S/D` are `HS` and `SD`; letters that stand for nothing together stay apart.
fn join_letters(state: &str, words: &[String]) -> Vec<String> {
    const LONGEST: usize = 4;
    let mut joined = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let letters = words[at..].iter().take_while(|word| word.len() == 1 && number_of(word).is_none()).count();
        let known = (2..=letters.min(LONGEST)).rev().find(|length| is_short_form(state, &words[at..at + length].concat()));
        joined.push(words[at..at + known.unwrap_or(1)].concat());
        at += known.unwrap_or(1);
    }
    joined
}

fn is_short_form(state: &str, word: &str) -> bool {
    BY_STATE.iter().any(|(of, short, _)| *of == state && *short == word) || EXPANSIONS.iter().any(|(short, _)| *short == word)
}

fn expand(state: &str, words: &[String]) -> Vec<String> {
    let words = &join_letters(state, words);
    let own =
        |word: &String| BY_STATE.iter().find(|(of, short, _)| *of == state && short == word).map(|(_, _, long)| *long);
    let expansion =
        |word: &String| own(word).or_else(|| EXPANSIONS.iter().find(|(short, _)| short == word).map(|(_, long)| *long));
    let mut expanded = Vec::with_capacity(words.len());
    for (position, word) in words.iter().enumerate() {
        let next = words.get(position + 1).map(String::as_str);
        let follows_number = position > 0 && number_of(&words[position - 1]).is_some();
        let counts_districts = matches!(next, Some("supervisory" | "district"));
        if let Some(ordinal) = ORDINALS.iter().position(|known| known == word).filter(|_| counts_districts) {
            expanded.push((ordinal + 1).to_string());
            continue;
        }
        match expansion(word).filter(|_| number_of(word).is_none()) {
            // `1st` is no saint.
            _ if follows_number && matches!(word.as_str(), "st" | "nd" | "rd" | "th") => {}
            // `El Paso` is a name; `Lincoln El` and `Lincoln El Sch Dist` are elementary.
            Some(_) if word == "el" && !matches!(next, None | Some("sch" | "school" | "sd" | "dist" | "district")) => {
                expanded.push(word.clone())
            }
            Some(long) => expanded.extend(long.iter().map(|word| (*word).to_owned())),
            None if number_of(word).is_some_and(|number| !number.is_empty()) => {
                expanded.extend(number_of(word));
            }
            None if position == 0 => expanded.push(compass(word, next).to_owned()),
            None => expanded.push(word.clone()),
        }
    }
    expanded
}

/// `N Adams` is `North Adams`; a letter that ends a name is none of the compass.
fn compass<'a>(word: &'a str, next: Option<&str>) -> &'a str {
    match (word, next) {
        ("n", Some(_)) => "north",
        ("s", Some(_)) => "south",
        ("e", Some(_)) => "east",
        ("w", Some(_)) => "west",
        _ => word,
    }
}

fn number_of(word: &str) -> Option<String> {
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| word.trim_start_matches('0').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn core(name: &str) -> String {
        Name::parse(name).core
    }

    #[test]
    fn proper_names_survive_their_packaging() {
        for (published, expected) in [
            ("Akron City School District", "akron"),
            ("Akron City", "akron"),
            ("St. Anne Unified", "saint anne"),
            ("SAINT ANNE USD", "saint anne"),
            ("El Paseo ISD", "el paseo"),
            ("District No. 3 in the county of El Paso", "el paso"),
            ("Mapleton 1", "mapleton"),
            ("Cañon City RE-1", "canon"),
            ("O'Fallon CCSD 90", "ofallon"),
            ("N Adams Community", "north adams"),
            ("Prairie 1st", "prairie"),
        ] {
            assert_eq!(core(published), expected, "{published}");
        }
    }

    #[test]
    fn siblings_differ_in_kind() {
        let elementary = Name::parse("Brawley Elementary");
        let high = Name::parse("Brawley Union High");
        assert_eq!(elementary.core, high.core);
        assert_ne!(elementary.kinds, high.kinds);
    }

    #[test]
    fn numbers_lose_their_zeros() {
        assert_eq!(Name::parse("District No. 007").numbers, BTreeSet::from(["7".to_owned()]));
    }
}
