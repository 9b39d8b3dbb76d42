//! Where in our own SQL a statement failed. (The "line" in PostgreSQL's routine field is a line of
//! its C source.)

use sqlx::postgres::{PgDatabaseError, PgErrorPosition};

/// The 1-based line of `sql` the error points at.
pub(super) fn line_of(error: &PgDatabaseError, sql: &str) -> Option<usize> {
    match error.position()? {
        PgErrorPosition::Original(character) => Some(line_at(sql, character)),
        PgErrorPosition::Internal { .. } => None,
    }
}

/// `character` counts characters from 1, as PostgreSQL does.
fn line_at(sql: &str, character: usize) -> usize {
    1 + sql.chars().take(character.saturating_sub(1)).filter(|c| *c == '\n').count()
}

#[cfg(test)]
mod tests {
    use super::line_at;

    #[test]
    fn counts_characters_not_bytes() {
        assert_eq!(line_at("-- é\nselect", 1), 1);
        assert_eq!(line_at("-- é\nselect", 6), 2);
    }
}
