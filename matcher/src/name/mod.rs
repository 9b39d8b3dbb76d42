//! A district's name, taken apart: the proper name, the numbers in it, and the words that say what
//! kind of agency it is.

mod county;
mod kind;
mod letters;
mod states;
mod vocabulary;
mod whereabouts;
mod words;

use std::collections::BTreeSet;

use compact_str::{CompactString, format_compact};
use county::{county_among, without_county};
use smallvec::SmallVec;
use vocabulary::{CENTER_WORDS, Meaning, meaning};
use whereabouts::{
    doing_business_as, ids_aside, qualified, without_state, without_state_behind_county, without_whereabouts,
};
use words::{codes, corrected, expand, folded_words, is_said_of_any, joined_numbers, number_of};

pub use kind::{Grades, Group, Kind, Kinds};
pub(crate) use letters::Letters;

/// A name, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    /// The proper name: folded words in order, joined by blanks.
    pub core: CompactString,
    /// Words of the proper name.
    pub words: Vec<CompactString>,
    /// The letters of each of them.
    pub(crate) letters: Vec<Letters>,
    /// Kinds the name says.
    pub kinds: Kinds,
    /// Numbers, without zeros in front.
    pub numbers: BTreeSet<CompactString>,
    /// Numbers with the letters written to them: `re2` of `Re-2`, `5b` of `5B`.
    pub codes: BTreeSet<CompactString>,
    /// All words, folded and expanded, in order.
    pub normalized: CompactString,
    /// The same without the words that any district says: `Troy Schools` is `Troy School District`.
    pub said: CompactString,
    /// The name in lower case with single blanks.
    pub as_written: CompactString,
    /// The proper words, sorted: order is style.
    pub sorted_core: CompactString,
    /// The proper words without blanks: `De Kalb` is `DeKalb`.
    pub joined_core: CompactString,
    /// Numbers alone in parentheses, which are ids: `Mesa Unified District (4235)`.
    pub ids: BTreeSet<CompactString>,
    /// Words in parentheses or behind `in the county of`: where another agency of the name is not.
    pub qualifiers: BTreeSet<CompactString>,
    /// The county it says it is in.
    pub county: Option<CompactString>,
    /// There is no proper name, only a number: `Unified School District No. 259`.
    pub is_numbered: bool,
    /// A word of style stands before the proper name: `Central Valley`.
    pub begins_with_style: bool,
    /// Words of style such as union, free, consolidated, which tell few agencies apart.
    pub style: BTreeSet<CompactString>,
    /// Its only words of style are the letters of its number: `29J`.
    pub is_style_of_number: bool,
}

/// A text in the spelling in which names are compared: places, persons.
pub fn normalized(text: &str) -> CompactString {
    expand("", folded_words(text)).join(" ").into()
}

impl Name {
    /// Takes a published name apart.
    pub fn parse(published: &str) -> Self {
        Self::parse_in("", published)
    }

    /// Takes a name apart as it is read in that state.
    pub fn parse_in(state: &str, published: &str) -> Self {
        let as_written = published.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ").into();
        let (plain, aside) = qualified(published);
        let words = doing_business_as(expand(state, folded_words(&plain)));
        let mut name = Self { normalized: words.join(" ").into(), as_written, ..Self::default() };
        let (words, behind) = without_whereabouts(without_state_behind_county(state, words));
        let (words, around) = without_county(state, words);
        let aside = [expand(state, folded_words(&aside)), behind, around].concat();
        name.county = county_among(&aside);
        name.qualifiers = aside
            .into_iter()
            .filter(|word| !is_said_of_any(word) && word != "county" && number_of(word).is_none())
            .collect();
        name.ids = ids_aside(published);
        name.numbers = joined_numbers(&plain);
        name.codes = codes(&plain);
        let words = without_state(state, words);
        for (at, word) in words.iter().enumerate() {
            name.take(word, at.checked_sub(1).map(|before| &*words[before]), words.get(at + 1).map(|next| &**next));
        }
        name.said = name.telling();
        name.settle();
        name
    }

    /// Takes a word for what it means between its neighbours.
    fn take(&mut self, word: &CompactString, before: Option<&str>, next: Option<&str>) {
        let is_of_number = || {
            let number = before.and_then(number_of);
            number.is_some_and(|number| self.codes.contains(&format_compact!("{number}{word}")))
        };
        // `29RJ`: letters written to a number are none of the proper name; a single one is told apart below.
        if word.len() == 2 && is_of_number() {
            return;
        }
        let word = corrected(word.clone());
        match meaning(&word) {
            // Seventeen states have a Union County.
            Some(Meaning::Style) if word == "union" && next == Some("county") => self.words.push(word),
            Some(Meaning::Style) => drop(self.style.insert(word)),
            Some(Meaning::Kind(kind)) => self.kinds.insert(kind),
            Some(Meaning::Empty) => {}
            None => match number_of(&word) {
                Some(number) => drop(self.numbers.insert(number)),
                // `Passaic Board of Education-Passaic Public Schools`
                None if self.words.contains(&word) => {}
                None => self.words.push(word),
            },
        }
    }

    /// The words of a name that may be cut, in the spelling of [`Name::normalized`]; the last as it stands.
    pub(crate) fn begun(state: &str, published: &str) -> CompactString {
        let (plain, _) = qualified(published);
        let mut words = folded_words(&plain);
        let last = words.pop();
        let mut words = expand(state, words);
        words.extend(last);
        doing_business_as(words).join(" ").into()
    }

    /// The proper name is what remains; where nothing does, the other words are it.
    fn settle(&mut self) {
        let is_center = self.kinds.contains(Kind::Service) || self.kinds.contains(Kind::Vocational);
        if is_center && (self.words.len() > 1 || !self.numbers.is_empty()) {
            self.words.retain(|word| !CENTER_WORDS.contains(&word.as_str()));
        }
        if self.words.iter().any(|word| word.len() > 1) {
            // `48J`, `R-1`: the letter belongs to the number; J is a joint district's.
            let is_joint = |letter: &CompactString| letter == "j" && !self.numbers.is_empty();
            let letters = self.words.iter().filter(|word| word.len() == 1);
            let letters: Vec<CompactString> =
                letters.map(|letter| if is_joint(letter) { "joint".into() } else { letter.clone() }).collect();
            self.is_style_of_number = self.style.is_empty() && !self.numbers.is_empty() && !letters.is_empty();
            self.style.extend(letters);
            self.words.retain(|word| word.len() > 1);
        }
        // `Weld County School District No. Re-2` is the county's second: others in it have their own names.
        let has_no_name = self.words.is_empty() || self.kinds.contains(Kind::County);
        self.is_numbered = has_no_name && !self.numbers.is_empty();
        if self.words.is_empty() && !self.is_numbered && !self.style.is_empty() {
            // `Central Elementary` is called Central.
            self.words =
                self.normalized.split(' ').filter(|word| self.style.contains(*word)).map(CompactString::from).collect();
            self.style.clear();
        }
        if self.words.is_empty() {
            // A name made of kind words alone, such as `City High`: they are its proper name.
            self.words =
                self.normalized.split(' ').filter(|word| !is_said_of_any(word)).map(CompactString::from).collect();
        }
        self.letters = self.words.iter().map(|word| Letters::of(word)).collect();
        self.begins_with_style = self.is_begun_with_style();
        self.core = self.words.join(" ").into();
        self.joined_core = self.words.concat().into();
        let mut sorted: Vec<&str> = self.words.iter().map(CompactString::as_str).collect();
        sorted.sort_unstable();
        self.sorted_core = sorted.join(" ").into();
    }

    fn telling(&self) -> CompactString {
        let words: Vec<&str> = self.normalized.split(' ').filter(|word| !is_said_of_any(word)).collect();
        if words.is_empty() { self.normalized.clone() } else { words.join(" ").into() }
    }

    fn is_begun_with_style(&self) -> bool {
        let mut words = self.normalized.split(' ');
        // An initial is none: `J William Leary`.
        let is_style = words.next().is_some_and(|first| first.len() > 1 && self.style.contains(first));
        is_style && words.next().is_some_and(|second| self.words.iter().any(|word| word == second))
    }

    /// Whether an agency of the same proper name may be the same: neither name is a number, and kinds do not exclude each
    /// other.
    pub(crate) fn may_be(&self, other: &Self) -> bool {
        let agree = |group| {
            let (ours, theirs) = (self.kinds.of_group(group), other.kinds.of_group(group));
            ours.is_empty() || theirs.is_empty() || !ours.is_disjoint(theirs)
        };
        !self.is_numbered && !other.is_numbered && [Group::Grades, Group::Form, Group::Place].into_iter().all(agree)
    }

    /// The towns it may be named after: of `Canon City` those are `canon` and `canon city`.
    pub(crate) fn towns(&self) -> SmallVec<[CompactString; 2]> {
        let city = self.kinds.contains(Kind::City).then(|| format_compact!("{} city", self.core));
        std::iter::once(self.core.clone()).chain(city).collect()
    }

    /// The county whose district of that number it is: `Kane County School District No. 101`.
    pub(crate) fn numbered_county(&self) -> Option<&str> {
        (self.is_numbered && self.kinds.contains(Kind::County)).then_some(self.core.as_str())
    }

    /// The grades the name says, if it says one.
    pub fn grades(&self) -> Option<Grades> {
        let has = |kind| self.kinds.contains(kind);
        match (has(Kind::Elementary), has(Kind::High), has(Kind::Unified)) {
            (true, false, false) => Some(Grades::Lower),
            (false, true, false) => Some(Grades::Upper),
            (false, false, true) => Some(Grades::All),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
