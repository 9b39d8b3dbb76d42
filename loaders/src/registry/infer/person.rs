//! Whose a column is: that of the head of the district, whom states call by many names, somebody else's, or nobody's in
//! particular. A file that lists business administrators and board presidents must not make them superintendents.

use super::heading::says;
use crate::table::Table;

/// The distance of what is nobody's in particular.
pub(super) const NOBODY: u8 = 2;

/// Names that only the head of a district has. New York's files say CEO, Tennessee's Director of Schools, Wisconsin's
/// District Administrator, New Jersey's Chief School Administrator.
pub(super) const SUPERINTENDENT: &[&str] = &[
    "superintendent",
    "superintendents",
    "supt",
    "supts",
    "district administrator",
    "district admin",
    "chief school administrator",
    "csa",
    "chief executive",
    "chief school officer",
    "chief education officer",
    "chief educational officer",
    "chancellor",
    "ceo",
    "chief administrative officer",
    "cao",
    "director of schools",
];

/// Names that the head of a district has where nobody else is listed.
pub(super) const LEADER: &[&str] =
    &["administrator", "admin", "adm", "director", "head", "leader", "authorized representative"];

/// Words of everybody else, also behind a word from above: `Assistant Superintendent`, `Special Education Director`. What may
/// be the district's own is none of them: a business phone, the board's office.
const OTHERS: &[&str] = &[
    "assistant",
    "asst",
    "deputy",
    "associate",
    "assoc",
    "former",
    "principal",
    "president",
    "chair",
    "chairperson",
    "board member",
    "business administrator",
    "business manager",
    "business official",
    "bus admin",
    "ba",
    "sba",
    "finance",
    "fiscal",
    "financial",
    "cfo",
    "treasurer",
    "secretary",
    "sec",
    "clerk",
    "special education",
    "special ed",
    "sped",
    "curriculum",
    "director of instruction",
    "technology",
    "tech",
    "athletic",
    "athletics",
    "transportation",
    "food",
    "nutrition",
    "facilities",
    "maintenance",
    "personnel",
    "human resources",
    "hr",
    "hib",
    "testing",
    "assessment",
    "federal programs",
    "head start",
    "homeless",
    "liaison",
    "coordinator",
    "counselor",
    "nurse",
    "registrar",
    "communications",
];

/// How near a column is to the head of the district: 0 only theirs, 1 theirs where nobody else is listed, 2 nobody's in
/// particular. None: somebody else's.
pub(super) fn distance(header: &str) -> Option<u8> {
    if says(header, OTHERS) {
        None
    } else if says(header, SUPERINTENDENT) {
        Some(0)
    } else if says(header, LEADER) {
        Some(1)
    } else {
        Some(NOBODY)
    }
}

/// The same for what a person is called: a superintendent may be the principal too.
pub(super) fn distance_of_title(title: &str) -> Option<u8> {
    distance(&title.to_lowercase().replace("principal", " "))
}

/// Whether the persons of the rows are superintendents by a column of their own: a function, a title, a position.
pub(super) fn rows_are_superintendents(table: &Table) -> bool {
    let is_one = |cell: &str| distance_of_title(cell) == Some(0);
    (0..table.header.len()).any(|column| {
        let filled = table.rows.iter().map(|row| row.cell(column)).filter(|cell| !cell.is_empty());
        let (ones, all) = filled.fold((0, 0), |(ones, all), cell| (ones + usize::from(is_one(cell)), all + 1));
        ones > 0 && ones * 10 >= all * 9
    })
}
