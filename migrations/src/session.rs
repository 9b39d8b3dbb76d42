//! A connection with the settings its options ask for, though a pooler in between has dropped them.
//!
//! PgBouncer and its kin, in session mode, give each client a connection of its own and hand over no `options`; a
//! hosting service may offer nothing else to who has no IPv6. What the options name is set once more.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};

/// Connects.
pub async fn connect(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    let mut connection = options.connect().await?;
    hold(&mut connection, options).await?;
    Ok(connection)
}

/// Sets what `options` ask for and the server does not have.
pub async fn hold(connection: &mut PgConnection, options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let (names, values): (Vec<String>, Vec<String>) =
        asked(options.get_options().unwrap_or_default()).into_iter().unzip();
    if names.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "select set_config(name, value, false) from unnest($1::text[], $2::text[]) as asked (name, value)
          where current_setting(name) <> value",
    )
    .bind(names)
    .bind(values)
    .execute(connection)
    .await
    .map(drop)
}

/// The settings of `-c name=value -c other=value\ with\ blanks`, as sqlx and libpq write them; the last of a name holds.
fn asked(options: &str) -> Vec<(String, String)> {
    let mut asked: Vec<(String, String)> = Vec::new();
    for word in words(options) {
        let setting = word.strip_prefix("--").or_else(|| word.strip_prefix("-c")).unwrap_or(&word);
        let Some((name, value)) = setting.split_once('=') else { continue };
        asked.retain(|(known, _)| known != name);
        asked.push((name.to_owned(), value.to_owned()));
    }
    asked
}

/// What blanks part; a backslash takes the next letter as it is.
fn words(options: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut letters = options.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => word.extend(letters.next()),
            ' ' => words.push(std::mem::take(&mut word)),
            letter => word.push(letter),
        }
    }
    words.push(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestDatabase;

    #[test]
    fn options_are_read_as_they_are_written() {
        let options =
            PgConnectOptions::new().options([("a", "0"), ("search_path", r#"public,"my schema\""#), ("a", "5s")]);
        let expected =
            [("search_path", r#"public,"my schema\""#), ("a", "5s")].map(|(name, value)| (name.into(), value.into()));
        assert_eq!(asked(options.get_options().unwrap()), expected);
        assert_eq!(
            asked("--geqo=off -cwork_mem=4MB"),
            [("geqo".into(), "off".into()), ("work_mem".into(), "4MB".into())]
        );
        assert!(asked("").is_empty());
    }

    #[tokio::test]
    async fn what_was_not_handed_over_is_set() {
        let database = TestDatabase::bare().await;
        let mut connection = database.options().connect().await.unwrap();
        let options = database.options().options([("statement_timeout", "70s"), ("search_path", "public, pg_catalog")]);
        hold(&mut connection, &options).await.unwrap();
        let (timeout, path): (String, String) =
            sqlx::query_as("select current_setting('statement_timeout'), current_setting('search_path')")
                .fetch_one(&mut connection)
                .await
                .unwrap();
        assert_eq!((timeout.as_str(), path.as_str()), ("70s", "public, pg_catalog"));
    }
}
