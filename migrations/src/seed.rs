//! Rows to try readers on, in a database that nobody depends on: some in every layer, invented.

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, Executor};

use crate::runner::{self, MigrateError};

/// The files, in order.
const SEED: &[&str] = &[include_str!("../seed/1_layers.sql")];

/// Puts the rows in, in one transaction, and says how many there were not yet. Rows that are there stay.
pub async fn seed(options: &PgConnectOptions) -> Result<u64, MigrateError> {
    let mut connection = runner::connect(options).await?;
    let mut transaction = connection.begin().await.map_err(MigrateError::Read)?;
    let mut rows = 0;
    for file in SEED {
        rows += transaction.execute(sqlx::raw_sql(*file)).await.map_err(MigrateError::Read)?.rows_affected();
    }
    transaction.commit().await.map_err(MigrateError::Read)?;
    Ok(rows)
}
