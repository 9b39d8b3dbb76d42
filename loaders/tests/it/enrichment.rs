//! Membership, staff, the district search and the difference of two years.

use std::fs;
use std::path::{Path, PathBuf};

use loaders::nces::{Change, changes, read_directory, read_membership, read_search_page, read_staff};

fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn long_membership_counts_students_without_adults() {
    let folder = tempfile::tempdir().unwrap();
    let total = "Derived - Education Unit Total minus Adult Education Count";
    let race = "Derived - Subtotal by Race/Ethnicity and Sex minus Adult Education Count";
    let text = format!(
        "SCHOOL_YEAR,ST,LEA_NAME,LEAID,GRADE,RACE_ETHNICITY,SEX,STUDENT_COUNT,TOTAL_INDICATOR,DMS_FLAG\n\
         2023-2024,AL,\"Albertville, City\",0100005,Grade 1,White,Female,7,Category Set A - By Race/Ethnicity; Sex; Grade,Reported\n\
         2023-2024,AL,\"Albertville\nCity\",0100005,No Category Codes,White,Female,60,{race},Derived\n\
         2023-2024,AL,Albertville City,0100005,No Category Codes,Asian,Male,40,{race},Derived\n\
         2023-2024,AL,Albertville City,0100005,No Category Codes,No Category Codes,No Category Codes,103,{total},Derived\n\
         2023-2024,AL,Albertville City,0100005,No Category Codes,No Category Codes,No Category Codes,120,Education Unit Total,Reported\n\
         2023-2024,AK,Only adults known,200001,No Category Codes,No Category Codes,No Category Codes,9,Education Unit Total,Reported\n"
    );
    let membership = read_membership(&written(folder.path(), "ccd_lea_052.csv", &text)).unwrap();
    assert_eq!((membership.school_year.as_str(), membership.rows), ("2023-2024", 6));
    let found: Vec<_> =
        membership.enrollments.iter().map(|lea| (lea.nces_id.as_str(), lea.students, lea.minority_percent)).collect();
    assert_eq!(found, [("0100005", Some(103), Some(40.0)), ("0200001", Some(9), None)]);
}

#[test]
fn wide_membership_and_staff_know_missing_from_none() {
    let folder = tempfile::tempdir().unwrap();
    let members = "SURVYEAR,STABR,LEAID,LEA_NAME,TOTAL,MEMBER,AM,WH\n2015-2016,AL,0100005,A,5300,5214,14,2600\n2015-2016,AL,0100002,B,-1,-1,-1,-1\n";
    let membership = read_membership(&written(folder.path(), "wide.csv", members)).unwrap();
    assert_eq!(membership.enrollments[1].students, Some(5214));
    assert_eq!(membership.enrollments[0].students, None);
    let staff = "SURVYEAR,LEAID,STAFF,TOTTCH\n2015-2016,0100005,423.15,273\n2015-2016,0100002,-1,-1\n";
    let staff = read_staff(&written(folder.path(), "staff.csv", staff)).unwrap();
    assert_eq!((staff.counts[1].total_fte, staff.counts[1].teachers_fte), (Some(423.15), Some(273.0)));
    assert_eq!(staff.counts[0].total_fte, None);
}

#[test]
fn counts_that_are_none_refuse_the_file_by_row_and_value() {
    let folder = tempfile::tempdir().unwrap();
    let text = "SURVYEAR,LEAID,MEMBER\n2015-2016,0100005,many\n";
    let error = read_membership(&written(folder.path(), "bad.csv", text)).unwrap_err().to_string();
    assert!(error.contains("row 2, column `MEMBER`, value `many`"), "{error}");
    let error = read_membership(&written(folder.path(), "other.csv", "a,b\n1,2\n")).unwrap_err().to_string();
    assert!(error.contains("SCHOOL_YEAR") && error.contains("starts with `a`, `b`"), "{error}");
}

#[test]
fn a_piece_ends_where_a_row_does() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("SURVYEAR,LEAID,LEA_NAME,MEMBER\n");
    for number in 0..200_000 {
        text.push_str(&format!(
            "2015-2016,{number:07},\"Name with\na line and more to fill the pieces\",{}\n",
            number % 1000
        ));
    }
    let membership = read_membership(&written(folder.path(), "long.csv", &text)).unwrap();
    assert_eq!((membership.rows, membership.enrollments.len()), (200_000, 200_000));
    assert!(
        membership.enrollments.iter().all(|lea| lea.students == lea.nces_id.parse::<i32>().ok().map(|id| id % 1000))
    );
}

#[test]
fn the_district_search_carries_county_and_locale() {
    let folder = tempfile::tempdir().unwrap();
    let page = "<html><table><tr><td>notes</td></tr></table><table><tr><td>The file contains</td></tr>\
        <tr><th>NCES District ID</th><th>District Name</th><th>County Name*</th><th>Students*</th><th>Locale Code*</th></tr>\
        <tr><td>5300030</td><td>Aberdeen</td><td>Grays Harbor County</td><td>3304.00000</td><td>33</td></tr>\
        <tr><td>5300040</td><td>New one</td><td>&dagger;</td><td>&ndash;</td><td>&dagger;</td></tr></table></html>";
    let page = read_search_page(&written(folder.path(), "search.xls", page)).unwrap();
    assert_eq!(page.leas[0].county.as_deref(), Some("Grays Harbor County"));
    assert_eq!((page.leas[0].students, page.leas[0].locale_code.as_deref()), (Some(3304), Some("33")));
    assert_eq!((page.leas[1].students, page.leas[1].county.as_deref()), (None, None));
}

#[test]
fn two_years_differ_by_what_opened_closed_and_was_renamed() {
    let folder = tempfile::tempdir().unwrap();
    let before = "SURVYEAR\tSTABR\tLEAID\tST_LEAID\tLEA_NAME\tUPDATED_STATUS_TEXT\n2014-2015\tAL\t0100001\t1\tOne\tOpen\n2014-2015\tAL\t0100002\t2\tTwo City\tOpen\n2014-2015\tAL\t0100003\t3\tThree\tOpen\n";
    let after = "SCHOOL_YEAR,ST,LEAID,ST_LEAID,LEA_NAME,UPDATED_STATUS_TEXT\n2024-2025,AL,0100001,AL-1,One,Closed\n2024-2025,AL,0100002,AL-2,Two County,Open\n2024-2025,AL,0100004,AL-4,Four,New\n";
    let before = read_directory(&written(folder.path(), "before.txt", before)).unwrap();
    let after = read_directory(&written(folder.path(), "after.csv", after)).unwrap();
    let found: Vec<String> = changes(&before, &after)
        .iter()
        .map(|change| match change {
            Change::Opened(lea) => format!("opened {}", lea.nces_id),
            Change::Gone(lea) => format!("gone {}", lea.nces_id),
            Change::Closed(lea) => format!("closed {}", lea.nces_id),
            Change::Renamed { lea, before } => format!("renamed {} from {before}", lea.nces_id),
            Change::Status { lea, .. } => format!("status {}", lea.nces_id),
            Change::StateId { lea, .. } => format!("state id {}", lea.nces_id),
        })
        .collect();
    assert_eq!(found, ["closed 0100001", "renamed 0100002 from Two City", "gone 0100003", "opened 0100004"]);
}
