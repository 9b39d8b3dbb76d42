//! What a connection of ours has set, whatever a server, a database or a role has set for everybody else.

use sqlx::PgConnection;
use sqlx::postgres::PgConnectOptions;

/// A night takes as long as it takes, and its locks are held by connections that say nothing for hours. Whoever is gone
/// is noticed within seconds.
const LIMITS: [(&str, &str); 4] = [
    ("client_connection_check_interval", "5s"),
    ("statement_timeout", "0"),
    ("idle_in_transaction_session_timeout", "0"),
    ("idle_session_timeout", "0"),
];

/// A first connection, to whatever server it is.
pub fn first(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name("districts").options(LIMITS)
}

/// All others, once the server is known: PostgreSQL 17 limits transactions too, and pgvector may be in a schema of its
/// own, as Supabase has it. Our tables are in `public`, wherever others look first.
pub async fn others(options: PgConnectOptions, connection: &mut PgConnection) -> Result<PgConnectOptions, sqlx::Error> {
    let (path, limits_transactions): (String, bool) = sqlx::query_as(
        "select concat_ws(',', 'public', (
                    select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace
                     where e.extname = 'vector' and n.nspname <> 'public')),
                exists (select from pg_settings where name = 'transaction_timeout')",
    )
    .fetch_one(connection)
    .await?;
    let options = options.options([("search_path", path.as_str())]);
    Ok(if limits_transactions { options.options([("transaction_timeout", "0")]) } else { options })
}

/// How many connections a pool may have: what is free, less those that hold locks and leases.
pub async fn connections(connection: &mut PgConnection) -> Result<u32, sqlx::Error> {
    const MOST: i32 = 8;
    const FEWEST: i32 = 2;
    const BESIDE: i32 = 3;
    let free: i32 = sqlx::query_scalar(include_str!("sql/connections_free.sql")).fetch_one(connection).await?;
    Ok((free - BESIDE).clamp(FEWEST, MOST).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use migrations::testing::TestDatabase;
    use sqlx::{AssertSqlSafe, ConnectOptions as _};

    #[tokio::test]
    async fn a_pool_is_no_larger_than_what_is_free() {
        let database = TestDatabase::bare().await;
        let name: String = sqlx::query_scalar("select current_database()").fetch_one(&database.pool).await.unwrap();
        let limit = format!("alter database {name} connection limit 7");
        sqlx::query(AssertSqlSafe(limit)).execute(&database.pool).await.unwrap();
        let mut connection = super::first(database.options()).connect().await.unwrap();
        // Two of the seven are this test's, three are for locks and leases.
        assert_eq!(super::connections(&mut connection).await.unwrap(), 2);
    }
}
