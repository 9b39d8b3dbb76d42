//! Files in which a district stands on several rows: lists of people, districts among their schools.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use loaders::registry::infer::{Hints, KnownLeas, Proposal, infer};
use loaders::registry::{Declaration, RegistryRecord, read_registry};

const TOWNS: [&str; 10] =
    ["Albany", "Big Horn", "Campbell", "Carbon", "Converse", "Crook", "Fremont", "Goshen", "Hot Springs", "Johnson"];

fn known() -> KnownLeas {
    let towns = (1..).zip(TOWNS);
    KnownLeas::new(towns.map(|(number, town)| (format!("{number:02}01000"), format!("{town} County School District"))))
}

fn read(text: &str) -> (Proposal, Vec<RegistryRecord>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wy.csv");
    fs::write(&path, text).unwrap();
    let proposal = infer(&path, "WY", &Hints::default(), &known()).unwrap();
    let declaration = Declaration::parse("wy", &proposal.toml, Path::new("wy.toml"))
        .unwrap_or_else(|error| panic!("{error}\n{}", proposal.toml));
    let file = read_registry(&path, &declaration).unwrap_or_else(|error| panic!("{error}\n{}", proposal.toml));
    (proposal, file.records)
}

/// Districts with what `rows` writes for each.
fn file(header: &str, mut rows: impl FnMut(&mut String, usize, &str)) -> String {
    let mut text = format!("{header}\n");
    (1..).zip(TOWNS).for_each(|(number, town)| rows(&mut text, number, town));
    text
}

/// A name of letters.
fn last(kind: &str, number: usize) -> String {
    format!("{kind}{}", "abcdefghij".chars().nth(number - 1).unwrap())
}

fn last_names(records: &[RegistryRecord]) -> Vec<&str> {
    records.iter().map(|record| record.administrator_last.as_deref().unwrap_or_default()).collect()
}

#[test]
fn of_a_list_of_people_the_superintendent_speaks() {
    let text = file("Code,District,Position,First Name,Last Name,Email", |text, number, town| {
        let _ = writeln!(text, "{number:02}01000,{town},Board President,Ann,Chair{number},chair{number}@x.org");
        // One district has nobody.
        if number != 4 {
            let title = ["Superintendent", "Interim Superintendent", "Superintendent/Principal"][number % 3];
            let head = last("Head", number);
            let _ = writeln!(text, "{number:02}01000,{town},{title},Lee,{head},head{number}@x.org");
        }
        let _ = writeln!(text, "{number:02}01000,{town},Asst. Superintendent,Al,Second{number},second{number}@x.org");
    });
    let (proposal, records) = read(&text);
    assert_eq!(proposal.speaks.as_ref().map(|(column, _)| column.as_str()), Some("Position"), "{}", proposal.toml);
    let mut heads: Vec<String> = (1..=10).map(|number| last("Head", number)).collect();
    heads[3] = String::new();
    assert_eq!(last_names(&records), heads, "{}", proposal.toml);
    assert_eq!(records[4].email.as_deref(), Some("head5@x.org"));
    assert_eq!(records[4].raw.as_array().map(Vec::len), Some(3), "no row is lost");
}

#[test]
fn people_without_ids_are_told_by_their_districts_names() {
    let text = file("District,Title,Name,Phone", |text, number, town| {
        let _ = writeln!(text, "{town},Business Manager,Ann Money{number},(307) 555-01{number:02}");
        let head = last("Head", number);
        let _ = writeln!(text, "{town},Superintendent,Lee {head},(307) 555-02{number:02}");
    });
    let (proposal, records) = read(&text);
    assert_eq!((proposal.rows, records.len()), ((10, 20), 10), "{}", proposal.toml);
    assert_eq!(records[2].phone.as_deref(), Some("(307) 555-0203"));
}

#[test]
fn a_district_among_its_schools_speaks_by_its_kind_and_the_schools_that_are_called_like_it_do_not() {
    let text = file("Code,Type,Facility,Administrator,City,Telephone", |text, number, town| {
        let _ = writeln!(
            text,
            "{number:02}01000,Sch,{town} Elementary School,Ann Principal{number},{town},(307) 555-01{number:02}"
        );
        let head = last("Head", number);
        let _ = writeln!(text, "{number:02}01000,Dist,{town} CSD,Lee {head},{town},(307) 555-02{number:02}");
        let _ = writeln!(text, "{number:02}01000,Sch,{town} High,Al Principal{number},{town},(307) 555-03{number:02}");
    });
    let (proposal, records) = read(&text);
    assert_eq!(proposal.keep, [("Type".to_owned(), vec!["Dist".to_owned()])], "{}", proposal.toml);
    assert!(records.iter().all(|record| record.district_type.is_none()), "{}", proposal.toml);
    assert_eq!(last_names(&records)[..2], ["Heada", "Headb"]);
    assert_eq!(records[9].phone.as_deref(), Some("(307) 555-0210"));
}

#[test]
fn a_row_without_a_school_is_the_districts() {
    let text = file("Code,District,School Name,Phone,Students", |text, number, town| {
        for school in 1..=3 {
            let _ =
                writeln!(text, "{number:02}01000,{town},School {number} {school},(307) 555-0{school}{number:02},100");
        }
        let _ = writeln!(text, "{number:02}01000,{town},,(307) 555-09{number:02},300");
    });
    let (proposal, records) = read(&text);
    assert_eq!(proposal.speaks, Some(("School Name".to_owned(), vec![String::new()])), "{}", proposal.toml);
    assert_eq!(records[0].phone.as_deref(), Some("(307) 555-0901"));
    assert_eq!(records[0].enrollment, Some(300), "the schools' students are the district's, counted once");
}

#[test]
fn where_no_row_is_the_districts_own_no_schools_phone_is_taken() {
    let text = file("Code,District,Level,Phone", |text, number, town| {
        for (digit, level) in ["Elementary", "Middle", "High"].iter().enumerate() {
            let _ = writeln!(text, "{number:02}01000,{town},{level},(307) 555-0{digit}{number:02}");
        }
    });
    let (proposal, records) = read(&text);
    assert_eq!((proposal.speaks, proposal.keep.len(), records.len()), (None, 0, 10), "{}", proposal.toml);
    assert!(records.iter().all(|record| record.phone.is_none()));
}

#[test]
fn towns_that_districts_are_called_after_are_no_districts() {
    let text = file("Town,LEA Description,Code", |text, number, town| {
        let of = if number % 3 == 0 { "Valley View" } else { town };
        let _ = writeln!(text, "{town},{of} Sch. Dist.,{number:02}01000");
    });
    let (proposal, records) = read(&text);
    assert_eq!(records[0].name, "Albany Sch. Dist.", "{}", proposal.toml);
}

#[test]
fn codes_of_letters_and_digits_are_ids() {
    let known = KnownLeas::new((1..).zip(TOWNS).map(|(number, town)| (format!("W{number}AB"), town.to_owned())));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wy.csv");
    let text = file("System,Code,Phone", |text, number, town| {
        let _ = writeln!(text, "{town},W{number}AB,(307) 555-01{number:02}");
    });
    fs::write(&path, text).unwrap();
    let proposal = infer(&path, "WY", &Hints::default(), &known).unwrap();
    assert_eq!(proposal.trials.first().map(|trial| trial.hits), Some(10), "{}", proposal.toml);
}

#[test]
fn cells_merged_over_the_people_of_a_district_are_filled() {
    let mut text = file("Region,Code,District,Role,Name,Phone", |text, number, town| {
        let head = last("Head", number);
        let region = number / 5;
        let _ = writeln!(text, "{region},{number:02}01000,{town},Board Chair,Ann Other,(307) 555-01{number:02}");
        let _ = writeln!(text, ",,,Superintendent,Lee {head},(307) 555-02{number:02}");
    });
    text.push_str("Source: the Department,,,,,\n");
    let (proposal, records) = read(&text);
    assert!(proposal.toml.contains("fill_down = [\"Region\", \"Code\", \"District\"]"), "{}", proposal.toml);
    assert_eq!((records.len(), last_names(&records)[9]), (10, "Headj"), "{}", proposal.toml);
}

#[test]
fn a_header_of_two_rows_is_read_together() {
    let text = file(",District,,Superintendent,,\nCode,Name,Town,First,Last,Phone", |text, number, town| {
        let head = last("Head", number);
        let _ = writeln!(text, "{number:02}01000,{town},{town} Falls,Lee,{head},(307) 555-01{number:02}");
    });
    let (proposal, records) = read(&text);
    assert_eq!((records.len(), last_names(&records)[1]), (10, "Headb"), "{}", proposal.toml);
}
