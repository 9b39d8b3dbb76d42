//! Some rows of a table, as text, filtered and sorted.

use serde::Deserialize;
use sqlx::{AssertSqlSafe, PgConnection};

use super::catalog::{About, Column};

/// Rows on one page.
pub(super) const PAGE: i64 = 50;
/// Characters of a value that are shown: a vector has 19,000.
const SHOWN: usize = 160;

/// What the page's address asks for. A column that is not there asks for nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    /// Column that is filtered.
    pub column: String,
    /// `contains`, `equals`, `empty`.
    pub how: String,
    pub value: String,
    /// Column that is sorted by.
    pub sort: String,
    /// `desc` for the highest first.
    pub order: String,
    /// From 0.
    pub page: u32,
}

/// What was found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Rows that the filter lets through.
    pub count: i64,
    pub rows: Vec<Vec<Option<String>>>,
}

/// The statement's parts. Names come from the catalog, quoted by PostgreSQL; values are bound.
struct Statement {
    from: String,
    filter: String,
    order: String,
    columns: String,
}

pub(super) async fn read(
    connection: &mut PgConnection,
    about: &About,
    question: &Question,
) -> Result<Found, sqlx::Error> {
    let (schema, name) = (&about.relation.schema, &about.relation.name);
    let from: String = sqlx::query_scalar("select format('%I.%I', $1::text, $2::text)")
        .bind(schema)
        .bind(name)
        .fetch_one(&mut *connection)
        .await?;
    let statement = statement(from, about, question);
    let Statement { from, filter, order, columns } = &statement;
    // $1 is always used, so that the statement has one parameter whatever the filter.
    let count = format!("select count(*) from {from} where ($1::text is not null) and {filter}");
    let count: i64 = sqlx::query_scalar(AssertSqlSafe(count)).bind(&question.value).fetch_one(&mut *connection).await?;
    let select = format!(
        "select array[{columns}]::text[] from {from} where ($1::text is not null) and {filter} {order} limit {PAGE} offset $2"
    );
    let rows: Vec<(Vec<Option<String>>,)> = sqlx::query_as(AssertSqlSafe(select))
        .bind(&question.value)
        .bind(i64::from(question.page) * PAGE)
        .fetch_all(connection)
        .await?;
    Ok(Found { count, rows: rows.into_iter().map(|(row,)| row).collect() })
}

fn statement(from: String, about: &About, question: &Question) -> Statement {
    let column = |name: &str| about.columns.iter().find(|column| column.name == name);
    let filter = match (column(&question.column), question.how.as_str()) {
        (None, _) => "true".to_owned(),
        (Some(Column { quoted, .. }), "empty") => format!("coalesce({quoted}::text, '') = ''"),
        (Some(Column { quoted, .. }), "equals") => format!("{quoted}::text = $1"),
        // Without wildcards: `%` and `_` are characters like others.
        (Some(Column { quoted, .. }), _) => format!("position(lower($1) in lower({quoted}::text)) > 0"),
    };
    let direction = if question.order == "desc" { "desc nulls last" } else { "asc nulls last" };
    let order = column(&question.sort).map_or_else(String::new, |sort| format!("order by {} {direction}", sort.quoted));
    let shown = about.columns.iter().map(|column| format!("left({}::text, {})", column.quoted, SHOWN + 1));
    Statement { from, filter, order, columns: shown.collect::<Vec<_>>().join(", ") }
}

/// A value as it is shown, and whether it goes on.
pub(super) fn cut(value: &str) -> (String, bool) {
    let shown: String = value.chars().take(SHOWN).collect();
    let goes_on = shown.len() < value.len();
    (shown, goes_on)
}
