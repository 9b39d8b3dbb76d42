//! Rules from the file's ids to `ST_LEAID` that nobody named, learned from rows with names of LEAs.

use std::fs;
use std::path::Path;

use loaders::registry::infer::{Hints, KnownLeas, infer};
use loaders::registry::{Declaration, read_registry};

const TOWNS: [&str; 12] = [
    "Albany", "Bighorn", "Campbell", "Carbon", "Converse", "Crook", "Fremont", "Goshen", "Laramie", "Natrona",
    "Niobrara", "Sublette",
];

/// Whether every id of the file becomes the `ST_LEAID` it was made from. `leaid` and `cells` are of a town's number;
/// names of the last two towns are not NCES's, so their ids must follow from the others.
fn are_found(leaid: impl Fn(usize) -> String, heads: &[&str], cells: impl Fn(usize) -> Vec<String>) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wy.csv");
    let name = |town: usize| if town < 10 { TOWNS[town].to_owned() } else { format!("New {}", TOWNS[town]) };
    let lines = (0..TOWNS.len()).map(|town| format!("{},{}\n", name(town), cells(town).join(",")));
    fs::write(&path, format!("District Name,{}\n{}", heads.join(","), lines.collect::<String>())).unwrap();
    let known = KnownLeas::new((0..TOWNS.len()).map(|town| (leaid(town), TOWNS[town].to_owned())));
    let proposal = infer(&path, "WY", &Hints::default(), &known).ok()?;
    let declaration = Declaration::parse("wy", &proposal.toml, Path::new("wy.toml")).unwrap();
    let read = read_registry(&path, &declaration).unwrap_or_else(|error| panic!("{error}\n{}", proposal.toml));
    let found: Vec<_> = read.records.iter().map(|record| record.state_leaid.clone()).collect();
    let wanted: Vec<_> = (0..TOWNS.len()).map(|town| Some(leaid(town))).collect();
    (found == wanted).then(|| proposal.trials[0].rule.clone())
}

fn county(town: usize) -> usize {
    1 + town * 7 % 60
}

fn number(town: usize) -> usize {
    20 + town * 131 % 900
}

#[test]
fn dashes_are_put_in() {
    let leaid = |town| format!("{:02}-{:03}-{:04}-26", county(town), town + 1, number(town));
    let written = |town| vec![format!("{:02}{:03}{:04}260000", county(town), town + 1, number(town))];
    assert!(are_found(leaid, &["RCDTS"], written).is_some());
    let without_zeros = |town| vec![written(town)[0].trim_start_matches('0').to_owned()];
    assert!(are_found(leaid, &["RCDTS"], without_zeros).is_some());
}

#[test]
fn number_and_type_change_places() {
    let leaid = |town| format!("{:02}{:04}", 1 + town % 3, number(town));
    assert!(are_found(leaid, &["District"], |town| vec![format!("{:04}-{:02}", number(town), 1 + town % 3)]).is_some());
    assert!(
        are_found(leaid, &["Number", "Type"], |town| vec![number(town).to_string(), (1 + town % 3).to_string()])
            .is_some()
    );
}

#[test]
fn a_letter_or_a_dash_stands_between_county_and_number() {
    let leaid = |town| format!("{:02}-I{:03}", county(town), number(town));
    assert!(
        are_found(leaid, &["County", "District"], |town| vec![
            county(town).to_string(),
            format!("I{:03}", number(town))
        ])
        .is_some()
    );
    assert!(are_found(leaid, &["Code"], |town| vec![format!("{:02}I{:03}", county(town), number(town))]).is_some());
    assert!(
        are_found(leaid, &["County", "District"], |town| vec![county(town).to_string(), number(town).to_string()])
            .is_some()
    );
}

#[test]
fn words_before_the_number_are_left_out() {
    let rule =
        are_found(|town| format!("D0{:03}", number(town)), &["District"], |town| vec![format!("USD {}", number(town))]);
    assert_eq!(rule.as_deref(), Some("`D0` + `District` padded to 3"));
}

#[test]
fn what_is_the_same_in_all_is_put_around_a_part() {
    assert!(
        are_found(|town| format!("35{:03}000", number(town)), &["Code"], |town| vec![number(town).to_string()])
            .is_some()
    );
    assert!(
        are_found(
            |town| format!("{:02}00000", county(town)),
            &["Code"],
            |town| vec![format!("{:02}.000", county(town))]
        )
        .is_some()
    );
}

#[test]
fn ids_that_have_nothing_to_do_with_it_teach_nothing() {
    let hash = |town: usize| vec![format!("{:06}", (town + 3) * 7_919 * 7_919 % 1_000_003)];
    assert_eq!(are_found(|town| format!("{:04}", number(town)), &["Code"], hash), None);
}
