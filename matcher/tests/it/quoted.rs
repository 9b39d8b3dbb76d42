//! Ids that names quote, and the letters of their numbers.

use matcher::{Agency, Model, link_all};

fn agency(list: &str, name: &str) -> Agency {
    Agency { state: "AZ".to_owned(), list: list.to_owned(), name: name.to_owned(), ..Agency::default() }
}

/// A list that writes its ids behind the names, as NCES does in Arizona.
fn arizona() -> Vec<String> {
    let operated = (0..9).map(|at| format!("Ocotillo Schools Inc. ({})", 79_100 + at));
    let named = (0..320).map(|at| {
        let letters: String = [at / 64, at / 8 % 8, at % 8].iter().map(|at| (b'b' + *at as u8) as char).collect();
        format!("Saguaro{letters} Unified District ({})", 4_200 + at)
    });
    operated.chain(named).collect()
}

/// The name of the LEA each record is linked to without a person.
fn linked(records: &[String], leas: &[String]) -> Vec<Option<String>> {
    let records: Vec<Agency> = records.iter().map(|name| agency("registry", name)).collect();
    let lea = |(at, name): (usize, &String)| Agency { nces_id: Some(format!("{at:07}")), ..agency("nces", name) };
    let listed: Vec<Agency> = leas.iter().enumerate().map(lea).collect();
    let outcomes = link_all(&Model::shipped().unwrap(), &records, &listed);
    let name = |outcome: matcher::Outcome| {
        let best = outcome.best.filter(|_| outcome.review.is_none())?;
        Some(leas[best.lea].clone())
    };
    outcomes.into_iter().map(name).collect()
}

#[test]
fn agencies_of_one_name_are_told_by_the_ids_behind_it() {
    let names = arizona();
    let links = linked(&names, &names);
    for (name, link) in names.iter().zip(links) {
        assert_eq!(link.as_ref(), Some(name));
    }
}

#[test]
fn another_id_behind_the_name_is_another_agency() {
    let names = arizona();
    let mut records = names.clone();
    records[0] = "Ocotillo Schools Inc. (91000)".to_owned();
    let links = linked(&records, &names);
    assert_eq!(links[0], None, "only its name is the same");
    assert_eq!(links[1].as_ref(), Some(&names[1]));
}

#[test]
fn who_says_no_number_leaves_out_its_letter() {
    let leas: Vec<String> =
        ["North Santiam SD 29J", "Silver Falls SD 4J", "Corvallis SD 509J"].map(str::to_owned).to_vec();
    let records = ["North Santiam School District", "Silver Falls School District"].map(str::to_owned);
    let all: Vec<Agency> = records.iter().map(|name| agency("reports", name)).collect();
    let listed: Vec<Agency> = leas.iter().map(|name| agency("nces", name)).collect();
    for outcome in link_all(&Model::shipped().unwrap(), &all, &listed) {
        let best = outcome.best.unwrap();
        assert!(best.evidence.iter().all(|evidence| evidence.comparison != "style"), "{:?}", best.evidence);
    }
}
