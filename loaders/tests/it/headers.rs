//! What the headers of registries say, state by state: which column is the superintendent's, and which is somebody else's.

use std::fs;

use loaders::registry::Field;
use loaders::registry::infer::{Hints, KnownLeas, infer};

const TOWNS: [&str; 6] = ["Albany", "Campbell", "Carbon", "Converse", "Crook", "Fremont"];

/// A value of a kind: district, id, person, first and last name, e-mail, telephone, street, city, zip, website, count; an
/// address with and without its street.
fn value(kind: char, row: usize) -> String {
    let town = TOWNS[row];
    match kind {
        'd' => format!("{town} County School District"),
        'i' => format!("{:04}", 1000 + row * 7),
        'p' => format!("Dr. Pat Person{}", "abcdef".as_bytes()[row] as char),
        'f' => "Pat".to_owned(),
        'l' => format!("Person{}", "abcdef".as_bytes()[row] as char),
        'e' => format!("pat{row}@{town}.k12.us"),
        't' => format!("307-555-01{row:02}"),
        'a' => format!("{row}00 Main St"),
        'c' => format!("{town} Falls"),
        'z' => format!("8200{row}"),
        'A' => format!("{town} Falls, WY 8200{row}"),
        'M' => format!("{row}00 Main St, {town} Falls, WY 8200{row}"),
        'w' => format!("www.{town}.org"),
        '#' => format!("1,{row}50"),
        'N' => format!("56000{row}0"),
        'n' => format!("4000{row}0"),
        'S' => "Superintendent".to_owned(),
        _ => "PK-12".to_owned(),
    }
}

/// What each of the columns, `kind Header`, is taken for.
fn taken(columns: &[&str]) -> Vec<(String, Field)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.csv");
    let mut writer = csv::Writer::from_path(&path).unwrap();
    writer.write_record(columns.iter().map(|column| &column[2..])).unwrap();
    for row in 0..TOWNS.len() {
        writer.write_record(columns.iter().map(|column| value(column.chars().next().unwrap(), row))).unwrap();
    }
    writer.flush().unwrap();
    let known = KnownLeas::new((0..TOWNS.len()).map(|row| (value('i', row), value('d', row))));
    let proposal = infer(&path, "WY", &Hints::default(), &known)
        .unwrap_or_else(|error| panic!("{error}\n{}", fs::read_to_string(&path).unwrap()));
    proposal.columns.into_iter().filter_map(|column| Some((column.header, column.field?))).collect()
}

#[track_caller]
fn means(columns: &[&str], wanted: &[(&str, Field)]) {
    let wanted: Vec<(String, Field)> = wanted.iter().map(|(header, field)| ((*header).to_owned(), *field)).collect();
    assert_eq!(taken(columns), wanted);
}

use Field::*;

#[test]
fn new_york_calls_the_superintendent_ceo() {
    means(
        &[
            "d LEGAL NAME",
            "i SED CODE",
            "S CEO TITLE",
            "f CEO FIRST NAME",
            "l CEO LAST NAME",
            "t CEO PHONE NUM",
            "e CEO EMAIL",
            "a PHYSICAL ADDRESS LINE1",
            "c CITY",
            "x STATE",
            "z ZIPCODE",
        ],
        &[
            ("LEGAL NAME", Name),
            ("SED CODE", StateDistrictId),
            ("CEO FIRST NAME", AdministratorFirst),
            ("CEO LAST NAME", AdministratorLast),
            ("CEO PHONE NUM", Phone),
            ("CEO EMAIL", Email),
            ("PHYSICAL ADDRESS LINE1", Street),
            ("CITY", City),
            ("ZIPCODE", Zip),
        ],
    );
}

#[test]
fn wisconsin_calls_him_district_administrator() {
    means(
        &[
            "i District Code",
            "d District",
            "p Business Manager",
            "p District Administrator",
            "e Email Address",
            "a Mailing Address",
            "c City",
            "z Zip",
            "x Grades",
            "# Fall Enrollment",
        ],
        &[
            ("District Code", StateDistrictId),
            ("District", Name),
            ("District Administrator", Administrator),
            ("Email Address", Email),
            ("Mailing Address", MailStreet),
            ("City", City),
            ("Zip", Zip),
            ("Fall Enrollment", Enrollment),
        ],
    );
}

#[test]
fn tennessee_calls_him_director_of_schools() {
    means(
        &[
            "d School System",
            "p Special Education Director",
            "e Special Education Director Email",
            "p Director of Schools",
            "e Director of Schools Email",
            "t Phone",
            "i LEA",
        ],
        &[
            ("School System", Name),
            ("Director of Schools", Administrator),
            ("Director of Schools Email", Email),
            ("Phone", Phone),
            ("LEA", StateDistrictId),
        ],
    );
}

#[test]
fn words_may_be_written_together() {
    means(
        &[
            "i CorporationId",
            "d CorporationName",
            "f SuperintendentFirstName",
            "l SuperintendentLastName",
            "e SuperintendentEmail",
            "t SuperintendentPhone",
            "t DistrictPhone",
            "z MailingZipCode",
            "w WebSiteURL",
        ],
        &[
            ("CorporationId", StateDistrictId),
            ("CorporationName", Name),
            ("SuperintendentFirstName", AdministratorFirst),
            ("SuperintendentLastName", AdministratorLast),
            ("SuperintendentEmail", Email),
            ("DistrictPhone", Phone),
            ("MailingZipCode", MailZip),
            ("WebSiteURL", Website),
        ],
    );
}

#[test]
fn a_contact_is_the_superintendent_where_a_column_says_so() {
    let columns = ["d Org Name", "i Org Code", "S Function", "p Contact Name", "a Address 1", "c Town", "t Phone"];
    assert!(taken(&columns).contains(&("Contact Name".to_owned(), Administrator)));
    let columns = ["d Org Name", "i Org Code", "x Function", "p Contact Name", "a Address 1", "c Town", "t Phone"];
    assert!(!taken(&columns).iter().any(|(_, field)| *field == Administrator), "nobody says whose contact it is");
}

#[test]
fn nobody_else_is_made_a_superintendent() {
    let columns = [
        "d District",
        "i Code",
        "p Board President",
        "e Board President Email",
        "p Business Administrator",
        "p Assistant Superintendent",
        "f Principal First Name",
        "l Principal Last Name",
        "e Principal Email",
        "t Principal Phone",
    ];
    let fields: Vec<Field> = taken(&columns).into_iter().map(|(_, field)| field).collect();
    assert_eq!(fields, [Name, StateDistrictId]);
}

#[test]
fn first_and_last_alone_are_the_superintendents_beside_the_title() {
    means(
        &[
            "d District",
            "i Dist #",
            "f Supt First",
            "l Supt Last",
            "x First Day",
            "x Last Day",
            "x Parish Code",
            "c Parish",
        ],
        &[
            ("District", Name),
            ("Dist #", StateDistrictId),
            ("Supt First", AdministratorFirst),
            ("Supt Last", AdministratorLast),
            ("Parish", County),
        ],
    );
}

#[test]
fn a_business_phone_is_the_districts_and_a_town_with_its_zip_is_no_city() {
    means(
        &["d District", "i Code", "a City State Zip", "t Business Phone", "t Board Chair Phone", "w Board Website"],
        &[("District", Name), ("Code", StateDistrictId), ("Business Phone", Phone), ("Board Website", Website)],
    );
}

#[test]
fn an_nces_id_may_have_lost_its_zero() {
    for kind in ["N", "n"] {
        let nces = format!("{kind} NCES District ID");
        let columns = ["d District", "i Code", &nces, "N NCES School ID"];
        assert!(taken(&columns).contains(&("NCES District ID".to_owned(), NcesId)));
    }
}

#[test]
fn an_address_in_one_cell_is_an_address() {
    means(
        &["d District", "i Code", "a Address", "A City, State, Zip", "t Phone"],
        &[
            ("District", Name),
            ("Code", StateDistrictId),
            ("Address", Street),
            ("City, State, Zip", Address),
            ("Phone", Phone),
        ],
    );
    means(
        &["d District", "i Code", "M Address", "A Mailing Address", "t Phone"],
        &[
            ("District", Name),
            ("Code", StateDistrictId),
            ("Address", Address),
            ("Mailing Address", MailAddress),
            ("Phone", Phone),
        ],
    );
    means(
        &["d District", "i Code", "a Address", "c City", "z Zip"],
        &[("District", Name), ("Code", StateDistrictId), ("Address", Street), ("City", City), ("Zip", Zip)],
    );
}

#[test]
fn a_column_of_telephone_and_fax_is_the_telephones() {
    means(
        &["d District", "i Code", "t Phone/Fax"],
        &[("District", Name), ("Code", StateDistrictId), ("Phone/Fax", Phone)],
    );
    means(
        &["d District", "i Code", "t Phone Main", "t Phone Fax"],
        &[("District", Name), ("Code", StateDistrictId), ("Phone Main", Phone), ("Phone Fax", Fax)],
    );
}
