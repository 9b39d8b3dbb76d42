//! What is in the database, as its catalog tells it.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sqlx::PgConnection;
use sqlx::types::Json;

/// A table, partition or view.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Relation {
    pub schema: String,
    pub name: String,
    pub kind: String,
    /// Row level security is on.
    pub is_secured: bool,
    pub policies: i64,
    /// Rows as the last analyze counted them; -1 before the first.
    pub estimate: Option<f64>,
    pub size: Option<String>,
    pub comment: Option<String>,
}

/// A column.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Column {
    pub name: String,
    /// The name as SQL takes it, quoted by PostgreSQL where it must be.
    pub quoted: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub is_required: bool,
    pub default_value: Option<String>,
    pub comment: Option<String>,
}

/// An index.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Index {
    pub definition: String,
    pub size: String,
    pub is_valid: bool,
}

/// A constraint.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Constraint {
    pub name: String,
    pub definition: String,
    pub is_validated: bool,
}

/// A policy of row level security.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Policy {
    pub name: String,
    pub command: String,
    pub kind: String,
    pub roles: Vec<String>,
    pub using_expression: Option<String>,
    pub check_expression: Option<String>,
}

/// A line of `ops.migration_log`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Attempt {
    pub version: Option<i64>,
    pub name: String,
    pub action: String,
    pub actor: String,
    pub attempt: i32,
    pub started: String,
    /// None while it runs, or when it was killed.
    pub ended: Option<String>,
    pub error: Option<String>,
    pub note: Option<String>,
}

/// All about one relation but its rows.
#[derive(Debug, Clone)]
pub(super) struct About {
    pub relation: Relation,
    pub columns: Vec<Column>,
    pub indexes: Vec<Index>,
    pub constraints: Vec<Constraint>,
    pub policies: Vec<Policy>,
}

pub(super) async fn relations(connection: &mut PgConnection) -> Result<Vec<Relation>, sqlx::Error> {
    let rows: Vec<Json<Relation>> = sqlx::query_scalar(include_str!("sql/relations.sql")).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

pub(super) async fn about(connection: &mut PgConnection, relation: Relation) -> Result<About, sqlx::Error> {
    let columns = of(connection, include_str!("sql/columns.sql"), &relation).await?;
    let indexes = of(connection, include_str!("sql/indexes.sql"), &relation).await?;
    let constraints = of(connection, include_str!("sql/constraints.sql"), &relation).await?;
    let policies = of(connection, include_str!("sql/policies.sql"), &relation).await?;
    Ok(About { relation, columns, indexes, constraints, policies })
}

/// The statement's rows, each told as JSON.
async fn of<T: DeserializeOwned + Send + Unpin + 'static>(
    connection: &mut PgConnection,
    statement: &'static str,
    relation: &Relation,
) -> Result<Vec<T>, sqlx::Error> {
    let rows: Vec<Json<T>> =
        sqlx::query_scalar(statement).bind(&relation.schema).bind(&relation.name).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Nothing where no migration has ever been applied.
pub(super) async fn log(connection: &mut PgConnection) -> Result<Vec<Attempt>, sqlx::Error> {
    let exists: bool =
        sqlx::query_scalar("select to_regclass('ops.migration_log') is not null").fetch_one(&mut *connection).await?;
    if !exists {
        return Ok(Vec::new());
    }
    let rows: Vec<Json<Attempt>> = sqlx::query_scalar(include_str!("sql/log.sql")).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
