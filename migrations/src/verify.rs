//! Whether row level security does what it says, proved by reading as a stranger; and whether indexes and constraints
//! are what they seem. Everything happens in a transaction that is rolled back.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection};

use crate::session;

/// A relation and what a stranger with every right to select sees of it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Seen {
    /// Schema and name.
    pub relation: String,
    /// Table, partition, view, materialized view.
    pub kind: String,
    /// What a stranger sees.
    pub sight: Sight,
    /// Whether a stranger could select at all before rights were granted for the proof.
    pub is_granted: bool,
}

/// What a stranger sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// There are rows, and none is seen: row level security blocks.
    Blocked,
    /// Rows are seen.
    Visible,
    /// There are no rows; row level security is on.
    EmptyAndSecured,
    /// There are no rows, and nothing would hide them.
    EmptyAndOpen,
    /// It cannot be read at all, whatever is granted.
    Unreadable,
}

/// What is wrong beside visibility.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// The object.
    pub object: String,
    /// What is wrong with it.
    pub what: String,
    /// What to do.
    pub cure: String,
}

/// A vector index, and what it stands on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct VectorIndex {
    /// The index.
    pub index: String,
    /// Its table.
    pub table: String,
    /// `ivfflat` or `hnsw`.
    pub kind: String,
    /// Rows of the table, as it was last analyzed.
    pub rows: i64,
    /// Lists of an IVFFlat index.
    pub lists: Option<i32>,
    /// Width of the vectors.
    pub dimensions: Option<i32>,
    /// Whether its build ended.
    pub is_valid: bool,
}

/// Everything that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Verified {
    /// Every table, partition, view and materialized view.
    pub seen: Vec<Seen>,
    /// Every vector index.
    pub vectors: Vec<VectorIndex>,
    /// Invalid indexes, unvalidated constraints, vector indexes that are not ready.
    pub faults: Vec<Fault>,
}

impl Verified {
    /// Whether nothing is seen that should not be, and nothing is broken.
    pub fn is_good(&self) -> bool {
        let is_open = |seen: &Seen| matches!(seen.sight, Sight::Visible | Sight::EmptyAndOpen);
        self.faults.is_empty() && !self.seen.iter().any(is_open)
    }
}

/// Reads everything as a stranger. The role it makes is gone with the transaction.
pub async fn verify(options: &PgConnectOptions) -> Result<Verified, sqlx::Error> {
    let mut connection = session::connect(options).await?;
    let mut transaction = connection.begin().await?;
    let relations: Vec<(String, String, bool)> =
        sqlx::query_as(include_str!("sql/verify_relations.sql")).fetch_all(&mut *transaction).await?;
    let stranger = format!("districts_stranger_{}", uuid::Uuid::new_v4().simple());
    // Since PostgreSQL 16, who makes a role may not yet become it.
    run(&mut transaction, &format!("create role {stranger} nologin; grant {stranger} to current_user")).await?;
    let mut seen = Vec::new();
    for (relation, kind, is_secured) in relations {
        seen.push(look(&mut transaction, &stranger, relation, kind, is_secured).await?);
    }
    type Row = (String, String, String, i64, Option<i32>, Option<i32>, bool);
    let vectors: Vec<Row> = sqlx::query_as(include_str!("sql/verify_vectors.sql")).fetch_all(&mut *transaction).await?;
    let faults: Vec<(String, String, String)> =
        sqlx::query_as(include_str!("sql/verify_faults.sql")).fetch_all(&mut *transaction).await?;
    transaction.rollback().await?;
    connection.close().await?;
    let faults = faults.into_iter().map(|(object, what, cure)| Fault { object, what, cure }).collect();
    let index = |(index, table, kind, rows, lists, dimensions, is_valid)| VectorIndex {
        index,
        table,
        kind,
        rows,
        lists,
        dimensions,
        is_valid,
    };
    Ok(Verified { seen, vectors: vectors.into_iter().map(index).collect(), faults })
}

async fn look(
    connection: &mut PgConnection,
    stranger: &str,
    relation: String,
    kind: String,
    is_secured: bool,
) -> Result<Seen, sqlx::Error> {
    let has_rows = has_rows(connection, &relation).await?.unwrap_or(false);
    // `relation` comes quoted from the catalog.
    let is_granted: bool = sqlx::query_scalar("select has_table_privilege($1, $2, 'select')")
        .bind(stranger)
        .bind(&relation)
        .fetch_one(&mut *connection)
        .await?;
    let schema = relation.split('.').next().unwrap_or_default().to_owned();
    run(connection, &format!("grant usage on schema {schema} to {stranger}")).await?;
    run(connection, &format!("grant select on {relation} to {stranger}")).await?;
    run(connection, &format!("set local role {stranger}")).await?;
    let sees = has_rows_or_refused(connection, &relation).await?;
    run(connection, "reset role").await?;
    let sight = match (sees, has_rows) {
        (None, _) => Sight::Unreadable,
        (Some(true), _) => Sight::Visible,
        (Some(false), true) => Sight::Blocked,
        (Some(false), false) if is_secured => Sight::EmptyAndSecured,
        (Some(false), false) => Sight::EmptyAndOpen,
    };
    Ok(Seen { relation, kind, sight, is_granted })
}

async fn has_rows(connection: &mut PgConnection, relation: &str) -> Result<Option<bool>, sqlx::Error> {
    sqlx::query_scalar(AssertSqlSafe(format!("select exists (select from {relation})"))).fetch_one(connection).await
}

/// None when it is refused, as a view over tables that the stranger may not read.
async fn has_rows_or_refused(connection: &mut PgConnection, relation: &str) -> Result<Option<bool>, sqlx::Error> {
    const REFUSED: &str = "42501";
    let mut point = connection.begin().await?;
    match has_rows(&mut point, relation).await {
        Ok(sees) => {
            point.commit().await?;
            Ok(sees)
        }
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(REFUSED) => {
            point.rollback().await?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

async fn run(connection: &mut PgConnection, statement: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(connection).await.map(drop)
}
