//! Who embeds what: leases that several workers on several machines take without waiting for one another, documents
//! that cannot be embedded with the reason, and the account at the end.

use sqlx::Connection;
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

use crate::EmbedError;
use crate::work::Plan;

/// A document that was taken up more often than this is taken up among half as many others each time from then on, and
/// alone in the end: what ends its workers is told from what only stood beside it.
const AMONG_OTHERS: i32 = 3;
/// A document that was taken up so often is what ends its workers.
const MOST_ATTEMPTS: i32 = AMONG_OTHERS + 10;
/// Locked while documents are leased: `embe`, `leas`, as two numbers, which no worker's key is.
const LEASING: (i32, i32) = (0x656d_6265, 0x6c65_6173);

/// Makes the queue what is to do: what is there already stays, dead ones too unless their input changed; what became
/// current by another way, such as going back to a model, leaves it.
pub async fn enqueue(pool: &PgPool, plan: &Plan, model: &str) -> Result<(), EmbedError> {
    let hashes: Vec<&str> = plan.pending.iter().map(|document| document.input_hash.as_str()).collect();
    let queued = sqlx::query(include_str!("sql/enqueue.sql")).bind(plan.ids()).bind(hashes).bind(model);
    queued.execute(pool).await.map_err(EmbedError::database("queue the documents"))?;
    sqlx::query("delete from embedding_work where worker_key is null and document_id <> all($1)")
        .bind(plan.ids())
        .execute(pool)
        .await
        .map(drop)
        .map_err(EmbedError::database("clear the queue of what is done"))
}

/// A worker's hold on the queue: gone, with its leases, when its connection is.
#[derive(Debug)]
pub struct Hold {
    key: i64,
    connection: PgConnection,
}

impl Hold {
    /// Takes a key of its own.
    pub async fn take(pool: &PgPool) -> Result<Self, EmbedError> {
        let wrong = EmbedError::database("register a worker");
        // Made as the pool makes its own, and then no longer one of them.
        let mut connection = match pool.acquire().await {
            Ok(connection) => connection.detach(),
            Err(error) => return Err(wrong(error)),
        };
        let key = i64::from_be_bytes(Uuid::new_v4().as_bytes()[..8].try_into().unwrap_or_default()) & (i64::MAX >> 1);
        sqlx::query("select pg_advisory_lock($1)").bind(key).execute(&mut connection).await.map_err(wrong)?;
        Ok(Self { key, connection })
    }

    /// Its key.
    pub fn key(&self) -> i64 {
        self.key
    }

    /// Leases up to `most` documents. What was taken up too often already is declared dead.
    pub async fn claim(&mut self, model: &str, most: i64) -> Result<Vec<Uuid>, EmbedError> {
        // What nobody has tried comes first, then what some have; what wore out several workers comes last, and among few.
        let mut claimed = self.lease(model, most, 0).await?;
        if claimed.is_empty() && self.free_orphans().await? > 0 {
            claimed = self.lease(model, most, 0).await?;
        }
        if claimed.is_empty() {
            claimed = self.lease(model, most, AMONG_OTHERS).await?;
        }
        if claimed.is_empty() {
            // The least tried first: no document is worn out while another is spared.
            let least = self.least_attempts(model).await?;
            let halvings = (least - AMONG_OTHERS).clamp(0, 62);
            claimed = self.lease(model, (most >> halvings).max(1), least).await?;
        }
        let had_some = !claimed.is_empty();
        let (worn, fresh): (Vec<_>, Vec<_>) = claimed.into_iter().partition(|(_, attempts)| *attempts > MOST_ATTEMPTS);
        for (document, _) in worn {
            bury(&mut self.connection, document, "every worker that took it up ended before it was done").await?;
        }
        if fresh.is_empty() && had_some {
            return Box::pin(self.claim(model, most)).await;
        }
        Ok(fresh.into_iter().map(|(document, _)| document).collect())
    }

    /// One lease at a time, so that documents that say the same never fall to two workers.
    async fn lease(&mut self, model: &str, most: i64, attempts: i32) -> Result<Vec<(Uuid, i32)>, EmbedError> {
        let wrong = EmbedError::database("lease documents");
        let leased = async {
            let mut transaction = self.connection.begin().await?;
            sqlx::query("select pg_advisory_xact_lock($1, $2)")
                .bind(LEASING.0)
                .bind(LEASING.1)
                .execute(&mut *transaction)
                .await?;
            let leased = sqlx::query_as(include_str!("sql/claim.sql"))
                .bind(self.key)
                .bind(model)
                .bind(most)
                .bind(attempts)
                .fetch_all(&mut *transaction)
                .await?;
            transaction.commit().await?;
            Ok(leased)
        };
        leased.await.map_err(wrong)
    }

    /// How often the least tried of the free documents was taken up.
    async fn least_attempts(&mut self, model: &str) -> Result<i32, EmbedError> {
        let free = "select coalesce(min(attempts), 0) from embedding_work
                     where model = $1 and worker_key is null and not is_dead";
        sqlx::query_scalar(free)
            .bind(model)
            .fetch_one(&mut self.connection)
            .await
            .map_err(EmbedError::database("look at the queue"))
    }

    /// Frees what dead workers had leased, and says how much.
    async fn free_orphans(&mut self) -> Result<u64, EmbedError> {
        sqlx::query(include_str!("sql/free_orphans.sql"))
            .execute(&mut self.connection)
            .await
            .map(|done| done.rows_affected())
            .map_err(EmbedError::database("free the leases of dead workers"))
    }

    /// Gives everything back, before this returns. Where the connection is gone already, so is the hold.
    pub async fn release(mut self) {
        let _ = sqlx::query("select pg_advisory_unlock($1)").bind(self.key).execute(&mut self.connection).await;
        let _ = self.connection.close().await;
    }
}

/// Says that the worker of this key is alive.
pub(crate) async fn renew(pool: &PgPool, key: i64) -> Result<(), EmbedError> {
    // What is locked is being stored just now and needs no lease; waiting for it could end in a deadlock.
    sqlx::query(
        "update embedding_work set lease_until = now() + interval '5 minutes'
          where document_id in (select document_id from embedding_work where worker_key = $1 for update skip locked)",
    )
    .bind(key)
    .execute(pool)
    .await
    .map(drop)
    .map_err(EmbedError::database("renew leases"))
}

/// Declares a document dead: it is not tried again until its text changes or somebody asks.
pub(crate) async fn bury(connection: &mut PgConnection, document: Uuid, reason: &str) -> Result<(), EmbedError> {
    sqlx::query(
        "update embedding_work set is_dead = true, worker_key = null, reason = left($2, 500) where document_id = $1",
    )
    .bind(document)
    .bind(reason)
    .execute(connection)
    .await
    .map(drop)
    .map_err(EmbedError::database("record a document that cannot be embedded"))
}

/// A document that cannot be embedded.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Dead {
    /// NCES id of its district.
    pub nces_id: String,
    /// Its address.
    pub url: String,
    /// Why.
    pub reason: String,
}

/// Every dead document.
pub async fn dead(pool: &PgPool) -> Result<Vec<Dead>, EmbedError> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "select d.nces_id::text, d.document_url as url, coalesce(w.reason, '') as reason
           from embedding_work w join district_documents d on d.id = w.document_id
          where w.is_dead order by d.nces_id, d.document_url",
    )
    .fetch_all(pool)
    .await
    .map_err(EmbedError::database("list what cannot be embedded"))?;
    Ok(rows.into_iter().map(|(nces_id, url, reason)| Dead { nces_id, url, reason }).collect())
}

/// Lets dead documents be tried again; says how many.
pub async fn retry(pool: &PgPool) -> Result<u64, EmbedError> {
    sqlx::query("update embedding_work set is_dead = false, reason = null, attempts = 0 where is_dead")
        .execute(pool)
        .await
        .map(|done| done.rows_affected())
        .map_err(EmbedError::database("queue dead documents again"))
}

/// Where every document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Account {
    /// All of them.
    pub documents: i64,
    /// Waiting or leased.
    pub pending: i64,
    /// Not to be embedded.
    pub dead: i64,
    /// With vectors of what they say now.
    pub current: i64,
    /// Vectors stored.
    pub chunks: i64,
    /// Vectors that the documents' records speak of.
    pub recorded: i64,
}

/// Counts. An error when a document or a chunk is lost.
pub async fn account(pool: &PgPool) -> Result<Account, EmbedError> {
    let (documents, pending, dead, current, chunks, recorded) = sqlx::query_as(include_str!("sql/account.sql"))
        .fetch_one(pool)
        .await
        .map_err(EmbedError::database("count documents and chunks"))?;
    let account = Account { documents, pending, dead, current, chunks, recorded };
    if account.chunks != account.recorded {
        let words = format!("{} are stored, {} recorded", account.chunks, account.recorded);
        return Err(EmbedError::Unaccounted(words));
    }
    Ok(account)
}
