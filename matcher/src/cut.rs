//! Names that are as long as their list has room for: the end of such a name may be missing. NCES publishes 60 characters,
//! of some states fewer.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::name::Name;
use crate::prepared::Prepared;

/// From this length on a name may be cut in any list: NCES' 60 characters, or one less where a blank would be the last.
const LONG: usize = 59;
/// Names of one length, none of them longer, which show that there is no room for more.
const MANY: usize = 3;
/// No list has less room.
const NARROWEST: usize = 25;

/// Marks the agencies of each list whose names may be cut.
pub(crate) fn mark(agencies: &mut [Prepared], lists: &[&str]) {
    let lengths: Vec<usize> = agencies.iter().map(|agency| agency.published_name.chars().count()).collect();
    let mut longest: FxHashMap<&str, (usize, usize)> = FxHashMap::default();
    for (list, length) in lists.iter().zip(&lengths) {
        let (most, many) = longest.entry(list).or_default();
        if length > most {
            (*most, *many) = (*length, 0);
        }
        *many += usize::from(length == most);
    }
    for ((agency, list), length) in agencies.iter_mut().zip(lists).zip(lengths) {
        let (most, many) = longest[list];
        if length >= LONG || many >= MANY && length >= NARROWEST && length + 1 >= most {
            agency.begun = Some(Name::begun(&agency.state, &agency.published_name));
            agency.forget_cut_county();
        }
    }
}

/// A cut name as the other writes it out, where the other begins as it does.
pub(crate) fn as_whole<'a>(cut: &'a Prepared, other: &Prepared) -> Cow<'a, Prepared> {
    let whole = &other.name.normalized;
    let is_its = |begun: &str| whole.len() > begun.len() && whole.starts_with(begun);
    match &cut.begun {
        Some(begun) if is_its(begun) && *whole != cut.name.normalized => Cow::Owned(cut.named_as(other)),
        _ => Cow::Borrowed(cut),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Agency;

    fn marked(names: &[&str]) -> Vec<Prepared> {
        let agency = |name: &&str| Agency { state: "MN".to_owned(), name: (*name).to_owned(), ..Agency::default() };
        let mut prepared: Vec<Prepared> = names.iter().map(|name| Prepared::new(&agency(name))).collect();
        mark(&mut prepared, &vec!["nces"; names.len()]);
        prepared
    }

    const FULL: [&str; 3] = [
        "Cannon Valley Special Education Coo",
        "Austin Albert Lea Area Special Educ",
        "Saint Cloud Math and Science Academ",
    ];

    #[test]
    fn names_are_cut_where_several_are_as_long_as_the_longest() {
        assert!(marked(&FULL).iter().all(|one| one.begun.is_some()));
        assert!(marked(&FULL[1..]).iter().all(|one| one.begun.is_none()));
        assert!(marked(&[&FULL[..], &["Duluth"]].concat())[3].begun.is_none());
        assert!(marked(&["State Specialty Schools I- Utopian Academy for the Arts Char"])[0].begun.is_some());
    }

    #[test]
    fn a_cut_name_is_read_as_the_other_writes_it_out() {
        let cut = &marked(&FULL)[2];
        let whole = &marked(&["St. Cloud Math and Science Academy"])[0];
        assert_eq!(as_whole(cut, whole).name.normalized, whole.name.normalized);
        for other in ["St. Cloud Math and Science", "Duluth Math and Science Academy"] {
            assert_eq!(as_whole(cut, &marked(&[other])[0]).name, cut.name);
        }
    }
}
