//! Files nobody described, held against what NCES knows of the state.

use std::fs;
use std::path::Path;

use loaders::registry::infer::{Hints, KnownLeas, Proposal, infer};
use loaders::registry::{Declaration, Field, read_registry};

const TOWNS: [&str; 8] = ["Albany", "Big Horn", "Campbell", "Carbon", "Converse", "Crook", "Fremont", "Goshen"];

/// Eight LEAs with ids such as `0101000`, and the service agency some belong to.
fn known() -> KnownLeas {
    let towns = (1..)
        .zip(TOWNS)
        .map(|(number, town)| (format!("{number:02}01000"), format!("{town} County School District #1")));
    KnownLeas::new(towns.chain([("9901000".to_owned(), "Teton BOCES".to_owned())]))
}

fn propose(text: &str, hints: &Hints) -> (Proposal, usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wy.csv");
    fs::write(&path, text).unwrap();
    let proposal = infer(&path, "WY", hints, &known()).unwrap();
    let declaration = Declaration::parse("wy", &proposal.toml, Path::new("wy.toml"))
        .unwrap_or_else(|error| panic!("{error}\n{}", proposal.toml));
    let records =
        read_registry(&path, &declaration).unwrap_or_else(|error| panic!("{error}\n{}", proposal.toml)).records.len();
    (proposal, records)
}

fn column(proposal: &Proposal, field: Field) -> Option<&str> {
    proposal.columns.iter().find(|column| column.field == Some(field)).map(|column| column.header.as_str())
}

fn file() -> String {
    let rows = (1..).zip(TOWNS).map(|(number, town)| {
        format!("{town} CSD 1,Lee Person{number},Teton BOCES,'{number}01000,{number},8207{number},(307) 555-010{number},http://www.x{number}.org\n")
    });
    format!(
        "List of districts,,,,,,,\nAgency,NAME,Region,Code,Row,Zip Code,Telephone,Web Site\n{}",
        rows.collect::<String>()
    )
}

#[test]
fn columns_and_id_rule_are_found_and_the_declaration_reads_the_file() {
    let (proposal, records) = propose(&file(), &Hints::default());
    assert_eq!((proposal.header_row, records), (2, 8));
    // `NAME` holds persons and `Region` one LEA's name eight times: neither is the district's name.
    assert_eq!(column(&proposal, Field::Name), Some("Agency"));
    assert_eq!(column(&proposal, Field::StateDistrictId), Some("Code"));
    assert_eq!(column(&proposal, Field::Zip), Some("Zip Code"));
    assert_eq!(column(&proposal, Field::Phone), Some("Telephone"));
    assert_eq!(column(&proposal, Field::Website), Some("Web Site"));
    let best = &proposal.trials[0];
    assert_eq!((best.hits, best.names_agree, best.rows), (8, 8, 8), "{best:?}");
}

#[test]
fn a_person_with_her_role_is_still_a_person() {
    let file = file().replace("NAME", "Head of District");
    let with_role = |file: String, number: usize| {
        file.replace(&format!("Lee Person{number},"), "\"Jane Lee, Superintendent of Schools\",")
    };
    let file = (1..=TOWNS.len()).fold(file, with_role);
    let (proposal, _) = propose(&file, &Hints::default());
    assert_eq!(column(&proposal, Field::Administrator), Some("Head of District"));
}

#[test]
fn a_code_family_that_hits_other_districts_is_not_trusted() {
    // Every code is that of the next district in the list.
    let rows = (0..8).map(|row| format!("{},{:02}01000,Jane Lee\n", TOWNS[row], (row + 1) % 8 + 1));
    let (proposal, records) =
        propose(&format!("District,Code,Superintendent\n{}", rows.collect::<String>()), &Hints::default());
    assert!(!proposal.trials[0].is_trustworthy(), "{:?}", proposal.trials);
    assert_eq!(column(&proposal, Field::StateDistrictId), None);
    assert!(!proposal.toml.contains("[[leaid]]"), "{}", proposal.toml);
    assert_eq!(records, 8);
}

#[test]
fn a_file_of_schools_gives_its_districts_and_not_the_schools_phones() {
    let school = |number: usize, town: &str, school: usize| {
        format!("{town},{number:02}01000,School {school},(307) 555-0{school}0{number}\n")
    };
    let rows = (1..).zip(TOWNS).flat_map(|(number, town)| (1..=3).map(move |count| school(number, town, count)));
    let (proposal, records) =
        propose(&format!("LEA,Code,School,Phone\n{}", rows.collect::<String>()), &Hints::default());
    assert_eq!((records, column(&proposal, Field::Phone)), (8, None));
}

#[test]
fn what_the_user_says_wins() {
    let hints =
        Hints { columns: [(Field::Administrator, "NAME".to_owned())].into(), header_row: Some(2), ..Hints::default() };
    let (proposal, _) = propose(&file(), &hints);
    assert_eq!(column(&proposal, Field::Administrator), Some("NAME"));
    let wrong = Hints { columns: [(Field::Name, "No such".to_owned())].into(), ..Hints::default() };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wy.csv");
    fs::write(&path, file()).unwrap();
    let error = infer(&path, "WY", &wrong, &known()).unwrap_err().to_string();
    assert!(error.contains("no column `No such`") && error.contains("--map"), "{error}");
}

#[test]
fn county_and_district_codes_are_joined() {
    let rows = (1..).zip(TOWNS).map(|(number, town)| format!("{number:02},01000,{town}\n"));
    let (proposal, _) = propose(&format!("Co,Dist,Name\n{}", rows.collect::<String>()), &Hints::default());
    assert_eq!(proposal.trials[0].hits, 8, "{:?}", proposal.trials);
}

fn refusal(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wy.csv");
    fs::write(&path, text).unwrap();
    infer(&path, "WY", &Hints::default(), &known()).unwrap_err().to_string()
}

#[test]
fn ids_that_excel_destroyed_are_named_and_not_used() {
    let rows: String = TOWNS.iter().map(|town| format!("2.80252E+11,{town},Jane Lee\n")).collect();
    let words = refusal(&format!("Code,District,Superintendent\n{rows}"));
    assert!(
        words.contains("in column `Code` a spreadsheet turned 8 ids into numbers such as `2.80252E+11`"),
        "{words}"
    );
}

#[test]
fn a_calendar_with_names_of_districts_is_no_registry() {
    let rows: String = TOWNS.iter().map(|town| format!("{town},Oct 13,Nov 11\n")).collect();
    let words = refusal(&format!("District,Columbus Day,Veterans Day\n{rows}"));
    assert!(words.contains("neither ids nor addresses"), "{words}");
}

#[test]
fn rows_of_schools_that_repeat_their_districts_name_are_left_out() {
    let rows = (1..).zip(TOWNS).flat_map(|(number, town)| {
        let school = move |count: usize| {
            format!("School {count},{town},School,S{number}{count},{town},(307) 555-0{count}0{number}\n")
        };
        std::iter::once(format!("{town},{town},District,{number:02}01000,{town},(307) 555-020{number}\n"))
            .chain((1..=3).map(school))
    });
    // Fewer than ten districts are no evidence: the towns are published twice over.
    let more =
        (1..).zip(TOWNS).map(|(number, town)| format!("{town} North,{town},District,{number:02}01000,{town},\n"));
    let text: String = rows.chain(more).collect();
    let (proposal, _) = propose(&format!("Organization,District Name,Kind,Code,Town,Phone\n{text}"), &Hints::default());
    assert_eq!(proposal.keep, [("Kind".to_owned(), vec!["District".to_owned()])], "{:?}", proposal.trials);
}

#[test]
fn the_users_rule_is_tried_and_written() {
    let rows: String = (1..).zip(TOWNS).map(|(number, town)| format!("WY-{number},{town}\n")).collect();
    let hints = Hints {
        columns: [(Field::StateDistrictId, "Code".to_owned())].into(),
        id_rule: Some(r#"after "-" | pad 2 + "01000""#.to_owned()),
        ..Hints::default()
    };
    let (proposal, records) = propose(&format!("Code,District\n{rows}"), &hints);
    assert_eq!((proposal.trials[0].hits, records), (8, 8), "{}", proposal.toml);
}
