//! Rows in PostgreSQL's COPY text format, and loading them into a temporary table.

use sqlx::postgres::PgConnection;

/// Rows for one COPY.
#[derive(Debug, Default)]
pub struct CopyText {
    text: String,
    is_row_begun: bool,
}

/// How much is sent at a time.
const SEND_BYTES: usize = 1 << 20;

impl CopyText {
    /// Appends a value; none is NULL.
    pub fn text(&mut self, value: Option<&str>) -> &mut Self {
        self.separate();
        match value {
            None => self.text.push_str("\\N"),
            Some(value) => self.escape(value),
        }
        self
    }

    /// Appends a value that is there.
    pub fn value(&mut self, value: &str) -> &mut Self {
        self.text(Some(value))
    }

    /// Appends anything that prints as PostgreSQL reads it: numbers, booleans, uuids, dates.
    pub fn display(&mut self, value: Option<impl std::fmt::Display>) -> &mut Self {
        match value {
            None => self.text(None),
            Some(value) => self.text(Some(&value.to_string())),
        }
    }

    /// Ends the row.
    pub fn end_row(&mut self) {
        self.text.push('\n');
        self.is_row_begun = false;
    }

    /// Runs `create` (a temporary table) and loads the rows with `copy`.
    pub async fn load(
        self,
        connection: &mut PgConnection,
        create: &'static str,
        copy: &str,
    ) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(create).execute(&mut *connection).await?;
        let mut sink = connection.copy_in_raw(copy).await?;
        for part in self.text.as_bytes().chunks(SEND_BYTES) {
            sink.send(part).await?;
        }
        sink.finish().await.map(drop)
    }

    /// The same with rows that are made one by one of what is large, and sent as they are made: `row` adds one of an item,
    /// which is gone then.
    pub async fn load_each<T>(
        connection: &mut PgConnection,
        create: &'static str,
        copy: &str,
        items: Vec<T>,
        mut row: impl FnMut(&mut Self, T),
    ) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(create).execute(&mut *connection).await?;
        let mut sink = connection.copy_in_raw(copy).await?;
        let mut rows = Self::default();
        for item in items {
            row(&mut rows, item);
            if rows.is_full() {
                sink.send(rows.take().as_bytes()).await?;
            }
        }
        sink.send(rows.text.as_bytes()).await?;
        sink.finish().await.map(drop)
    }

    /// The same with rows that wait in a file, from where it stands.
    pub async fn load_file(
        connection: &mut PgConnection,
        create: &'static str,
        copy: &str,
        file: std::fs::File,
    ) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(create).execute(&mut *connection).await?;
        let mut sink = connection.copy_in_raw(copy).await?;
        sink.read_from(tokio::fs::File::from_std(file)).await?;
        sink.finish().await.map(drop)
    }

    /// Whether there is enough for one sending.
    pub fn is_full(&self) -> bool {
        self.text.len() >= SEND_BYTES
    }

    /// The rows so far, which are gone then.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    fn separate(&mut self) {
        if self.is_row_begun {
            self.text.push('\t');
        }
        self.is_row_begun = true;
    }

    /// NUL cannot be stored at all; it is dropped.
    fn escape(&mut self, value: &str) {
        for c in value.chars() {
            match c {
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                '\0' => {}
                _ => self.text.push(c),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CopyText;

    #[test]
    fn marks_of_the_format_are_escaped() {
        let mut rows = CopyText::default();
        rows.value("a\tb\\c\nd\0").text(None).display(Some(7)).end_row();
        assert_eq!(rows.text, "a\\tb\\\\c\\nd\t\\N\t7\n");
    }
}
