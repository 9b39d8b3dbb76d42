//! `data_imports`: an import is written down before its first record, and how it ended after its
//! last.

use loaders::BadRow;
use serde_json::json;
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

use crate::fault;

/// Bad rows kept in `error_log`.
const KEPT_BAD_ROWS: usize = 1_000;

/// One import.
#[derive(Debug, Clone, Copy)]
pub struct Import {
    pub id: Uuid,
}

impl Import {
    /// Writes the import down, in a transaction of its own: it is there whatever becomes of it.
    pub async fn begin(
        pool: &PgPool,
        kind: &str,
        name: &str,
        file: &str,
        url: Option<&str>,
        checksum: &str,
        records: usize,
    ) -> Result<Self, sqlx::Error> {
        let id = sqlx::query_scalar(include_str!("../sql/import_begin.sql"))
            .bind(kind)
            .bind(name)
            .bind(file)
            .bind(url)
            .bind(checksum)
            .bind(i32::try_from(records).unwrap_or(i32::MAX))
            .bind(concat!("districts ", env!("CARGO_PKG_VERSION")))
            .fetch_one(pool)
            .await?;
        Ok(Self { id })
    }

    /// Which year the file says it is of.
    pub async fn is_of(&self, pool: &PgPool, year: Option<u16>) -> Result<(), sqlx::Error> {
        let Some(year) = year.and_then(|year| i16::try_from(year).ok()) else { return Ok(()) };
        let update = sqlx::query("update data_imports set source_year = $2 where id = $1").bind(self.id).bind(year);
        update.execute(pool).await.map(drop)
    }

    /// All is loaded, in the transaction that loaded it.
    pub async fn succeed(
        &self,
        connection: &mut PgConnection,
        good: usize,
        bad_rows: &[BadRow],
    ) -> Result<(), sqlx::Error> {
        let log = (!bad_rows.is_empty())
            .then(|| json!({ "bad_rows": &bad_rows[..bad_rows.len().min(KEPT_BAD_ROWS)], "count": bad_rows.len() }));
        sqlx::query("update data_imports set success_count = $2, error_count = $3, error_log = $4 where id = $1")
            .bind(self.id)
            .bind(i32::try_from(good).unwrap_or(i32::MAX))
            .bind(i32::try_from(bad_rows.len()).unwrap_or(i32::MAX))
            .bind(log)
            .execute(connection)
            .await
            .map(drop)
    }

    /// Passes the outcome on; a failure is written into the import's row first.
    pub async fn watch<T>(&self, pool: &PgPool, outcome: anyhow::Result<T>) -> anyhow::Result<T> {
        if let Err(error) = &outcome {
            let log = json!({ "error": fault::chain(error) });
            // The first error is the one to report, also when the database has gone.
            let _ = sqlx::query(
                "update data_imports set error_log = $2, notes = 'failed; nothing of it was loaded' where id = $1",
            )
            .bind(self.id)
            .bind(log)
            .execute(pool)
            .await;
        }
        outcome
    }
}
