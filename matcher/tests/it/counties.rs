//! Counties that a list shows, of LEAs whose county NCES does not say.

use matcher::{Agency, Model, Place, link_all};

const COUNTIES: [&str; 4] = ["Custer", "Fergus", "Gallatin", "Hill"];

fn agency(list: &str, name: &str) -> Agency {
    Agency { state: "MT".to_owned(), list: list.to_owned(), name: name.to_owned(), ..Agency::default() }
}

fn lea(number: usize, name: &str, zip: &str) -> Agency {
    let place = Place { zip: Some(zip.to_owned()), ..Place::default() };
    Agency { nces_id: Some(format!("{number:07}")), places: vec![place], ..agency("nces", name) }
}

fn town(number: usize) -> String {
    let letters: String = [number / 8, number % 8].iter().map(|at| (b'b' + *at as u8) as char).collect();
    format!("Prairie{letters}")
}

/// Six districts in each county, three in a zip, and two of one name in these zips: how each of the two, told with its
/// county, is linked.
fn cottonwoods(zips: [&str; 2]) -> [Option<usize>; 2] {
    let zip = |number: usize| format!("59{:03}", number / 3);
    let towns: Vec<Agency> = (0..24).map(|number| lea(number, &town(number), &zip(number))).collect();
    let two = [lea(100, "Cottonwood Elem", zips[0]), lea(101, "Cottonwood Elem", zips[1])];
    let leas = [&two[..], &towns].concat();
    let in_county = |name: &str, county: &str| Agency { county: Some(county.to_owned()), ..agency("registry", name) };
    let told = (0..24).map(|number| in_county(&town(number), COUNTIES[number / 6]));
    let asked = [in_county("COTTONWOOD EL", "Custer"), in_county("COTTONWOOD EL", "Hill")];
    let records: Vec<Agency> = asked.into_iter().chain(told).collect();
    let mut outcomes = link_all(&Model::shipped().unwrap(), &records, &leas).into_iter();
    [(); 2].map(|()| {
        let outcome = outcomes.next().unwrap();
        outcome.best.filter(|_| outcome.review.is_none()).map(|best| best.lea)
    })
}

#[test]
fn who_shares_a_zip_is_in_the_county_of_the_others() {
    assert_eq!(cottonwoods(["59000", "59007"]), [Some(0), Some(1)]);
    assert_eq!(cottonwoods(["59006", "59001"]), [Some(1), Some(0)]);
}

#[test]
fn of_a_zip_that_nobody_else_has_no_county_is_known() {
    assert_eq!(cottonwoods(["59100", "59101"]), [None, None]);
}
