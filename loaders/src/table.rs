//! Rows of text cells: what every tabular format is read into before it is interpreted.

/// One row as published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Row number in the file, from 1.
    pub number: usize,
    /// The cells exactly as published.
    pub cells: Vec<String>,
}

impl Row {
    /// The cell of a column without the blanks around it; empty when the row is too short.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }

    /// How many cells hold something.
    pub fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.trim().is_empty()).count()
    }

    /// True when no cell holds anything.
    pub fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// A header and the rows below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Column names, made distinct: the second `State` is `State (2)`, an empty one is `column 5`.
    pub header: Vec<String>,
    /// The rows below the header, without empty ones and the header again.
    pub rows: Vec<Row>,
}

impl Table {
    /// A table from rows that begin with the header.
    pub fn below_header(header: &[String], rows: Vec<Row>) -> Self {
        // Printed lists have it again on every page.
        let is_header = |row: &Row| (0..).zip(header).all(|(column, name)| row.cell(column) == name.trim());
        let rows = rows.into_iter().filter(|row| !row.is_empty() && !is_header(row));
        Self { header: distinct(header), rows: rows.collect() }
    }

    /// Fills the empty cells of these columns with what stands above them; a row of one cell is a heading or a note and
    /// stays so.
    pub fn fill_down(&mut self, columns: &[usize]) {
        for column in columns {
            let mut above = String::new();
            for row in self.rows.iter_mut().filter(|row| row.filled() > 1) {
                if !row.cell(*column).is_empty() {
                    row.cell(*column).clone_into(&mut above);
                } else if !above.is_empty() {
                    row.cells.resize(row.cells.len().max(column + 1), String::new());
                    row.cells[*column].clone_from(&above);
                }
            }
        }
    }

    /// The column with that name; case, line breaks and runs of blanks do not count. Of the headers that a name with
    /// `*` stands for it is the greatest: where there is a column a year, the newest.
    pub fn column(&self, name: &str) -> Option<usize> {
        let wanted = fold(name);
        let named = self.header.iter().position(|header| fold(header) == wanted);
        named.or_else(|| {
            let pattern = Some(&wanted).filter(|name| name.contains('*'))?;
            let headers = self.header.iter().map(|header| fold(header)).enumerate();
            headers
                .filter(|(_, header)| matches(pattern, header))
                .max_by(|a, b| a.1.cmp(&b.1))
                .map(|(column, _)| column)
        })
    }
}

/// A header in the form in which headers are compared.
pub fn fold(header: &str) -> String {
    header.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether a text is what a pattern says, in which `*` stands for any text.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn distinct(header: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    for (index, raw) in header.iter().enumerate() {
        let plain = raw.split_whitespace().collect::<Vec<_>>().join(" ");
        let base = if plain.is_empty() { format!("column {}", index + 1) } else { plain };
        let mut name = base.clone();
        let mut count = 1;
        while names.iter().any(|taken| fold(taken) == fold(&name)) {
            count += 1;
            name = format!("{base} ({count})");
        }
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_headers() {
        assert!(matches("all students*", "all students ayg cohort size"));
        assert!(matches("*rate", "female graduation rate"));
        assert!(matches("ext", "ext") && !matches("ext", "extra"));
        assert!(matches("a*c*e", "abcde") && !matches("a*c*e", "abde"));
    }

    #[test]
    fn of_a_column_a_year_the_newest_is_taken() {
        let header = ["LE", "FY87", "FY2022", "FY2021", "FY*2"].map(str::to_owned);
        let table = Table::below_header(&header, Vec::new());
        assert_eq!(table.column("fy20*"), Some(2));
        assert_eq!(table.column("FY*2"), Some(4), "a header that is the name itself comes first");
        assert_eq!(table.column("FX*"), None);
    }

    #[test]
    fn headers_become_distinct() {
        let header = ["State", "Zip", "State", "", "Zip\nCode", "zip code "].map(str::to_owned);
        assert_eq!(distinct(&header), ["State", "Zip", "State (2)", "column 4", "Zip Code", "zip code (2)"]);
    }
}
