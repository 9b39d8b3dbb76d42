//! The order in which a page of a PDF is read, and which letters of it.

use std::io::Write as _;

use loaders::document::text::extract;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// A PDF, written by hand: what each page draws.
pub fn pdf(pages: &[String]) -> Vec<u8> {
    let mut objects = vec!["<< /Type /Catalog /Pages 2 0 R >>".to_owned()];
    let kids: Vec<String> = (0..pages.len()).map(|page| format!("{} 0 R", 4 + page * 2)).collect();
    objects.push(format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()));
    objects.push("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned());
    for (page, content) in pages.iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
            5 + page * 2
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(bytes.len());
        write!(bytes, "{number} 0 obj\n{object}\nendobj\n").unwrap();
    }
    let start = bytes.len();
    write!(bytes, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    places.iter().for_each(|place| writeln!(bytes, "{place:010} 00000 n ").unwrap());
    write!(bytes, "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1).unwrap();
    bytes
}

/// A text whose first letter stands so many points from the left and from the bottom.
pub fn at(x: i32, y: i32, size: i32, text: &str) -> String {
    format!("BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n")
}

/// Lines below one another.
fn lines(x: i32, top: i32, texts: &[&str]) -> String {
    (0..).zip(texts).map(|(line, text)| at(x, top - 14 * line, 11, text)).collect()
}

fn read(page: &str) -> String {
    extract(&pdf(&[page.to_owned()])).unwrap().text
}

const LEFT: [&str; 4] =
    ["Every graduate of our district", "thinks critically, works with", "others and speaks for what is", "right."];
const RIGHT: [&str; 4] = [
    "The plan names five priorities",
    "and who answers for each one",
    "of them, what is measured and",
    "by which spring it is done.",
];

#[test]
fn columns_are_read_one_after_the_other_and_what_spans_them_where_it_stands() {
    let page = at(60, 740, 20, "Portrait of a Graduate and Strategic Plan of the District")
        + &lines(60, 700, &LEFT)
        + &lines(320, 707, &RIGHT)
        + &at(
            60,
            600,
            11,
            "Adopted by the board of education in the spring of the year, to be looked at again in five.",
        )
        + &lines(60, 570, &RIGHT)
        + &lines(320, 570, &LEFT);
    let (left, right) = (LEFT.join("\n"), RIGHT.join("\n"));
    let title = "Portrait of a Graduate and Strategic Plan of the District";
    let adopted = "Adopted by the board of education in the spring of the year, to be looked at again in five.";
    assert_eq!(read(&page), format!("{title}\n\n{left}\n\n{right}\n\n{adopted}\n\n{right}\n\n{left}\n"));
}

#[test]
fn columns_whose_lines_are_drawn_in_turns_are_columns_too() {
    let turns: String = (0..4)
        .map(|line| {
            at(60, 700 - 14 * line, 11, LEFT[line as usize]) + &at(320, 700 - 14 * line, 11, RIGHT[line as usize])
        })
        .collect();
    assert_eq!(read(&turns), format!("{}\n\n{}\n", LEFT.join("\n"), RIGHT.join("\n")));
}

#[test]
fn a_table_is_read_row_by_row_and_numbers_stay_with_their_items() {
    let table = lines(60, 700, &["Graduation rate", "Attendance rate", "Students in the arts"])
        + &lines(300, 700, &["91.4", "94.0", "55.2"])
        + &lines(400, 700, &["92.0", "95.0", "60.0"]);
    assert_eq!(read(&table), "Graduation rate 91.4 92.0\nAttendance rate 94.0 95.0\nStudents in the arts 55.2 60.0\n");
    let list = lines(60, 700, &["1.", "2.", "3."])
        + &lines(
            90,
            700,
            &["Every child reads by grade three", "Every school is safe and warm", "Every teacher learns as well"],
        );
    let first = read(&list);
    assert!(first.starts_with("1. Every child reads by grade three\n2. Every school"), "{first}");
}

#[test]
fn what_stands_above_and_to_the_right_is_no_column() {
    let page = lines(350, 760, &["Board Policy Manual", "of the Unified School District", "Status: adopted in spring"])
        + &lines(
            60,
            732,
            &["Policy 3511.1: Integrated Waste", "Adopted in August, last reviewed", "INTEGRATED WASTE MANAGEMENT"],
        )
        + &lines(
            60,
            640,
            &["The board believes that water, energy and other natural resources of the district are to be kept."],
        );
    let text = read(&page);
    assert!(text.starts_with("Board Policy Manual\nof the Unified School District\n"), "{text}");
}

#[test]
fn a_heading_that_is_drawn_last_is_read_first() {
    let page = lines(60, 600, &LEFT) + &at(60, 740, 16, "Our Strategic Plan");
    assert!(read(&page).starts_with("Our Strategic Plan\n\nEvery graduate"), "{}", read(&page));
}

#[test]
fn letters_printed_twice_set_apart_or_raised_make_the_words_they_spell() {
    let bold = at(60, 700, 12, "Status: ADOPTED by the board")
        + "BT /F1 12 Tf 60.3 700 Td (Status: ADOPTED by the board) Tj ET\n";
    assert_eq!(read(&bold), "Status: ADOPTED by the board\n");
    let apart = "BT /F1 18 Tf 5 Tc 60 700 Td (OUR PORTRAIT OF A GRADUATE) Tj ET\n";
    assert_eq!(read(apart), "OUR PORTRAIT OF A GRADUATE\n");
    let without_blanks = "BT /F1 12 Tf 60 700 Td [(our) -300 (strategic) -300 (plan) -300 (for) -300 (all)] TJ ET\n";
    assert_eq!(read(without_blanks).trim(), "our strategic plan for all");
    let raised = "BT /F1 12 Tf 60 700 Td (Skills of the 21) Tj 5 Ts /F1 7 Tf (st) Tj 0 Ts /F1 12 Tf ( century) Tj ET\n";
    assert_eq!(read(raised), "Skills of the 21st century\n");
}

#[test]
fn lines_are_read_in_the_direction_they_run() {
    let upward = "BT /F1 12 Tf 0 1 -1 0 300 100 Tm (Table of what is measured) Tj ET\n\
                  BT /F1 12 Tf 0 1 -1 0 320 100 Tm (in the second spring) Tj ET\n";
    assert_eq!(
        read(&(lines(60, 700, &LEFT) + upward)),
        format!("{}\n\nTable of what is measured\nin the second spring\n", LEFT.join("\n"))
    );
}

#[test]
fn what_is_printed_beside_the_sheet_is_not_of_the_page() {
    let marked = lines(60, 700, &LEFT) + &at(60, -20, 8, "plan_2024_final.indd 3") + &at(700, 300, 8, "cyan magenta");
    assert_eq!(read(&marked), format!("{}\n", LEFT.join("\n")));
}

#[test]
fn every_way_to_show_a_line_is_read() {
    let page = lines(60, 600, &LEFT) + "BT /F1 11 Tf 14 TL 60 500 Td (First line) Tj (Second line) ' ET\n";
    let text = read(&page);
    assert!(text.ends_with("First line\nSecond line\n"), "{text}");
}

#[test]
fn a_page_that_cannot_be_understood_does_not_cost_the_others() {
    let pages = [
        at(60, 700, 12, "The first page of the plan"),
        "BT /F9 12 Tf (x) Tj ( unclosed".to_owned(),
        at(60, 700, 12, "The third page"),
    ];
    let text = extract(&pdf(&pages)).unwrap().text;
    assert!(text.contains("The first page of the plan") && text.contains("The third page"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, rng_seed: RngSeed::Fixed(20_261_126), ..ProptestConfig::default() })]

    /// Wherever words stand, on lines of their own or nearly on the same, each is read, and once.
    #[test]
    fn every_word_of_a_page_is_read_once(places in proptest::collection::vec((0..480, 6..30, 1..6), 3..120)) {
        let mut y = 780;
        let mut page = String::new();
        for (number, (x, size, step)) in places.iter().enumerate() {
            // No letter stands so near another that it could be the same one printed twice.
            y -= size / 6 + 1 + step;
            if y < 20 {
                break;
            }
            page += &at(*x, y, *size, &format!("word{number:03}"));
        }
        let text = read(&page);
        for number in 0..page.lines().count() {
            let word = format!("word{number:03}");
            prop_assert_eq!(text.matches(&word).count(), 1, "{} in {}", word, text);
        }
    }
}
