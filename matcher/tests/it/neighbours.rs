//! What one shares with neighbours: siblings under one roof, and who has the building after another.

use matcher::{Agency, Model, Outcome, Place, link_all};

const TOWNS: [&str; 16] = [
    "Alden", "Brandt", "Colby", "Dunmore", "Elkhorn", "Fairfax", "Garland", "Hobart", "Irving", "Jasper", "Kimball",
    "Lamont", "Merrill", "Norwood", "Osgood", "Pierpont",
];

/// An agency of an office: each has a street, a phone, a zip and a city of its own.
fn agency(list: &str, name: &str, office: usize) -> Agency {
    let place = Place {
        street: Some(format!("{} Main Street", 100 + office)),
        city: Some(format!("City{}", letters(office))),
        zip: Some(format!("{:05}", 50000 + office)),
    };
    Agency {
        state: "CA".to_owned(),
        list: list.to_owned(),
        name: name.to_owned(),
        places: vec![place],
        phone: Some(format!("555{:07}", 1_000_000 + office)),
        ..Agency::default()
    }
}

fn letters(number: usize) -> String {
    [number / 26 % 26, number % 26].iter().map(|at| (b'a' + *at as u8) as char).collect()
}

fn lea(number: usize, name: &str, office: usize) -> Agency {
    Agency { nces_id: Some(format!("{number:07}")), ..agency("nces", name, office) }
}

/// Every town but the last has an elementary and a high district, in one office or in two; the last has one `Schools`.
fn towns(are_together: bool) -> Vec<Agency> {
    let of_town = |(at, town): (usize, &&str)| {
        let other = if are_together { at } else { 100 + at };
        [lea(at, &format!("{town} Elementary"), at), lea(100 + at, &format!("{town} Union High"), other)]
    };
    let last = TOWNS.len() - 1;
    let siblings = TOWNS[..last].iter().enumerate().flat_map(of_town);
    let bystanders = (0..100).map(|at| lea(300 + at, &format!("Bystander{} Unified", letters(at)), 200 + at));
    siblings.chain(bystanders).chain([lea(last, &format!("{} Unified", TOWNS[last]), last)]).collect()
}

fn first(records: &[Agency], leas: &[Agency]) -> Outcome {
    link_all(&Model::shipped().unwrap(), records, leas).remove(0)
}

/// Information of the evidence for the first record's best candidate.
fn information(outcome: &Outcome, of: &[&str]) -> f64 {
    let evidence = outcome.best.as_ref().map_or(&[][..], |best| &best.evidence);
    evidence.iter().filter(|item| of.contains(&item.comparison)).map(|item| item.information).sum()
}

/// The registry's elementary district of the last town is not listed, the unified one of its name and office is.
#[test]
fn an_office_that_siblings_share_says_little_of_which_of_them_it_is() {
    let office = |are_together: bool| {
        let leas = towns(are_together);
        let missing = agency("registry", &format!("{} Elementary", TOWNS[15]), 15);
        let others = (0..15).map(|at| agency("registry", &leas[2 * at].name, at));
        let records: Vec<Agency> = [missing].into_iter().chain(others).collect();
        let outcome = first(&records, &leas);
        assert_eq!(outcome.best.as_ref().map(|best| best.lea), Some(leas.len() - 1), "{outcome:?}");
        information(&outcome, &["city", "zip", "street", "phone"])
    };
    let (together, apart) = (office(true), office(false));
    assert!(together < 1.0, "nearly all siblings of this state share all of it: {together}");
    assert!(apart > 2.0, "few do in this one: {apart}");
}

/// All of a place is known when its street is: what is wider adds nothing to it.
#[test]
fn a_place_is_evidence_once() {
    let leas = towns(false);
    let outcome = first(&[agency("registry", "Alden Elementary", 0)], &leas);
    let most = (leas.len() as f64).ln();
    assert!(information(&outcome, &["city"]) > most - 1.0, "the city is one LEA's: {outcome:?}");
    assert!(information(&outcome, &["city", "zip", "street"]) < most + 3.0, "{outcome:?}");
}

/// One that was renamed has kept its phone; of another name and another phone in a street, few are the same agency.
#[test]
fn who_has_the_building_after_another_is_not_linked() {
    let leas = towns(false);
    let renamed = agency("registry", "Prairie Rose", 3);
    let closed = Agency { phone: Some("5559999999".to_owned()), ..renamed.clone() };
    // A list in which some are of no LEA, as of agencies that are gone.
    let list = |one: &Agency| -> Vec<Agency> {
        let others = leas.iter().skip(20).step_by(2);
        let others = others.map(|lea| Agency { list: "registry".to_owned(), nces_id: None, ..lea.clone() });
        let gone = (0..12).map(|at| agency("registry", &format!("Gone{}", letters(at)), 600 + at));
        [one.clone()].into_iter().chain(others).chain(gone).collect()
    };
    let outcome = first(&list(&renamed), &leas);
    assert_eq!(outcome.best.as_ref().map(|best| best.lea), Some(6), "{outcome:?}");
    let (renamed, closed) = (outcome.best.unwrap(), first(&list(&closed), &leas));
    assert!(closed.review.is_some() || closed.best.is_none(), "{closed:?}");
    assert!(closed.best.is_none_or(|best| best.score + 4.0 < renamed.score));
}
