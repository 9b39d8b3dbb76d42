//! `districts review`: clerical review. A decision is kept with who, when and why, outlives re-imports and re-runs,
//! and wins.

use std::path::Path;

use anyhow::Context as _;
use serde_json::json;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{FromRow, PgPool, Row};
use uuid::Uuid;

use super::World;
use super::arguments::{Common, Decider, ReviewCommand};
use super::matches::{Found, find, show};
use crate::database::Database;
use crate::fault::Fault;
use crate::fetch::Network;
use crate::progress::Mode;
use crate::run::{self, Options, Selection, Verdict};

/// One line of the queue.
#[derive(Debug)]
struct Waiting {
    id: Uuid,
    state: String,
    source_key: String,
    record_key: String,
    name: String,
    state_district_id: Option<String>,
    nces_id: Option<String>,
    lea: Option<String>,
    confidence: Option<f64>,
    reason: String,
    runner_up: Option<String>,
}

impl FromRow<'_, PgRow> for Waiting {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            state: row.try_get("state")?,
            source_key: row.try_get("source_key")?,
            record_key: row.try_get("record_key")?,
            name: row.try_get("name")?,
            state_district_id: row.try_get("state_district_id")?,
            nces_id: row.try_get("nces_id")?,
            lea: row.try_get("lea")?,
            confidence: row.try_get("confidence")?,
            reason: row.try_get("reason")?,
            runner_up: row.try_get("runner_up")?,
        })
    }
}

/// What was decided about a record.
enum Ruling<'a> {
    Accept(&'a str),
    Reject(&'a str),
}

pub(super) async fn review(common: &Common, command: &ReviewCommand) -> anyhow::Result<Verdict> {
    let world = World::of(common)?;
    let database = Database::open(&world.target, &world.project).await?;
    let outcome = dispatch(common, command, &world, &database).await;
    database.close().await;
    outcome
}

async fn dispatch(
    common: &Common,
    command: &ReviewCommand,
    world: &World,
    database: &Database,
) -> anyhow::Result<Verdict> {
    let pool = &database.pool;
    match command {
        ReviewCommand::List { state, orphans, limit } => list(common, pool, state.as_deref(), *orphans, *limit).await,
        ReviewCommand::Show { state, id } => {
            let found = find(pool, state, id).await?;
            show(common, pool, &found.iter().map(|record| record.id).collect::<Vec<_>>(), None).await
        }
        ReviewCommand::Accept { record, decider } => {
            let found = one(pool, &record.state, &record.id).await?;
            let proposed = proposed(pool, &found).await?;
            decide(pool, &found, Ruling::Accept(&proposed), decider).await?;
            again(common, world, database, &[found.state]).await
        }
        ReviewCommand::Reject { record, nces_id, decider } => {
            let found = one(pool, &record.state, &record.id).await?;
            let rejected = match nces_id {
                Some(nces_id) => nces_id.clone(),
                None => proposed(pool, &found).await?,
            };
            decide(pool, &found, Ruling::Reject(&rejected), decider).await?;
            again(common, world, database, &[found.state]).await
        }
        ReviewCommand::Assign { record, nces_id, decider } => {
            let found = one(pool, &record.state, &record.id).await?;
            require_lea(pool, nces_id).await?;
            decide(pool, &found, Ruling::Accept(nces_id), decider).await?;
            again(common, world, database, &[found.state]).await
        }
        ReviewCommand::Export { file, state } => export(pool, file, state.as_deref()).await,
        ReviewCommand::Import { file, by } => {
            let states = import(pool, file, by).await?;
            again(common, world, database, &states).await
        }
    }
}

async fn waiting(pool: &PgPool, state: Option<&str>, orphans: bool) -> Result<Vec<Waiting>, sqlx::Error> {
    sqlx::query_as(include_str!("../sql/review_list.sql")).bind(state).bind(orphans).fetch_all(pool).await
}

async fn list(
    common: &Common,
    pool: &PgPool,
    state: Option<&str>,
    orphans: bool,
    limit: usize,
) -> anyhow::Result<Verdict> {
    let all = waiting(pool, state, orphans).await?;
    if common.json {
        for one in &all {
            println!(
                "{}",
                json!({ "row": one.id, "state": one.state, "source": one.source_key, "record": one.record_key,
                    "name": one.name, "state_district_id": one.state_district_id, "proposed": one.nces_id,
                    "lea": one.lea, "confidence": one.confidence, "reason": one.reason, "runner_up": one.runner_up })
            );
        }
        return Ok(Verdict::Good);
    }
    for one in all.iter().take(limit) {
        let id = one.state_district_id.as_deref().unwrap_or("-");
        println!("{} {} {id} `{}` ({})", &one.id.to_string()[..8], one.state, one.name, one.source_key);
        if let (Some(nces_id), Some(lea)) = (&one.nces_id, &one.lea) {
            println!("         {nces_id} `{lea}`, {:.2}: {}", one.confidence.unwrap_or_default(), one.reason);
        }
    }
    println!("{} wait; {} shown", all.len(), all.len().min(limit));
    if let Some(one) = all.first() {
        println!("next: districts review show {} {}", one.state, &one.id.to_string()[..8]);
    }
    Ok(Verdict::Good)
}

async fn one(pool: &PgPool, state: &str, id: &str) -> anyhow::Result<Found> {
    let mut found = find(pool, state, id).await?;
    if found.len() > 1 {
        let rows: Vec<String> =
            found.iter().map(|record| format!("{} ({})", &record.id.to_string()[..8], record.source_key)).collect();
        return Err(Fault::new(
            format!("Failed to choose: {} records are `{id}`", found.len()),
            format!("name one by its row: {}", rows.join(", ")),
        )
        .into());
    }
    Ok(found.remove(0))
}

async fn proposed(pool: &PgPool, record: &Found) -> anyhow::Result<String> {
    let nces_id: Option<String> =
        sqlx::query_scalar("select nces_id::text from district_matches where state_registry_id = $1")
            .bind(record.id)
            .fetch_optional(pool)
            .await?;
    nces_id.ok_or_else(|| {
        Fault::new(
            format!("Failed to decide: nothing is proposed for `{}`", record.name),
            "name the LEA: districts review assign STATE ID NCES_ID",
        )
        .into()
    })
}

async fn require_lea(pool: &PgPool, nces_id: &str) -> anyhow::Result<()> {
    let is_known: bool = sqlx::query_scalar("select exists (select from districts where nces_id = $1)")
        .bind(nces_id)
        .fetch_one(pool)
        .await?;
    if is_known {
        return Ok(());
    }
    Err(Fault::new(format!("Failed to find the LEA `{nces_id}`"), "an NCES id has 7 digits, leading zeros kept").into())
}

/// Earlier decisions that this one contradicts are withdrawn, not erased.
async fn decide(pool: &PgPool, record: &Found, ruling: Ruling<'_>, decider: &Decider) -> anyhow::Result<()> {
    let mut transaction = pool.begin().await?;
    write(&mut transaction, record, ruling, decider).await?;
    Ok(transaction.commit().await?)
}

async fn write(
    connection: &mut PgConnection,
    record: &Found,
    ruling: Ruling<'_>,
    decider: &Decider,
) -> Result<(), sqlx::Error> {
    let (word, nces_id) = match ruling {
        Ruling::Accept(nces_id) => ("accept", nces_id),
        Ruling::Reject(nces_id) => ("reject", nces_id),
    };
    sqlx::query(
        "update match_decisions set withdrawn_at = clock_timestamp()
          where source_key = $1 and record_key = $2 and withdrawn_at is null and (decision = 'accept' or nces_id = $3)",
    )
    .bind(&record.source_key)
    .bind(&record.record_key)
    .bind(nces_id)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "insert into match_decisions (source_key, record_key, record_hash, decision, nces_id, reason, decided_by)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&record.source_key)
    .bind(&record.record_key)
    .bind(&record.record_hash)
    .bind(word)
    .bind(nces_id)
    .bind(&decider.why)
    .bind(&decider.by)
    .execute(&mut *connection)
    .await?;
    sqlx::query("update district_matches set verified = false, verified_by = null, verified_at = null where state_registry_id = $1")
        .bind(record.id)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// Matches the states whose decisions changed.
async fn again(common: &Common, world: &World, database: &Database, states: &[String]) -> anyhow::Result<Verdict> {
    if states.is_empty() {
        println!("nothing was decided");
        return Ok(Verdict::Good);
    }
    let options = Options {
        selection: Selection { only: Some(vec!["match".to_owned()]), from: None, states: Some(states.to_vec()) },
        is_dry: false,
        network: Network::Offline,
        accepts_older: false,
        mode: Mode::choose(common.json),
        command: "districts review".to_owned(),
    };
    let (_, stages) = run::run(database, &world.project, &options).await?;
    if common.json {
        println!("{}", json!({ "event": "review", "stages": stages }));
    } else {
        stages.iter().filter(|stage| stage.stage == "match").for_each(|stage| println!("{}", stage.report.words()));
    }
    Ok(Verdict::Good)
}

const HEADER: &str = "row,state,source,name,state_district_id,proposed_nces_id,proposed_name,confidence,reason,runner_up_nces_id,decision,nces_id,why";

/// The queue as a CSV; `decision` (accept, reject, assign), `nces_id` and `why` are to be filled in.
async fn export(pool: &PgPool, file: &Path, state: Option<&str>) -> anyhow::Result<Verdict> {
    let all = waiting(pool, state, true).await?;
    let mut text = format!("{HEADER}\n");
    for one in &all {
        let confidence = one.confidence.map(|confidence| format!("{confidence:.4}")).unwrap_or_default();
        let cells = [
            one.id.to_string(),
            one.state.clone(),
            one.source_key.clone(),
            one.name.clone(),
            one.state_district_id.clone().unwrap_or_default(),
            one.nces_id.clone().unwrap_or_default(),
            one.lea.clone().unwrap_or_default(),
            confidence,
            one.reason.clone(),
            one.runner_up.clone().unwrap_or_default(),
        ];
        text.push_str(&cells.map(|cell| quoted(&cell)).join(","));
        text.push_str(",,,\n");
    }
    std::fs::write(file, text).with_context(|| format!("Failed to write `{}`", file.display()))?;
    println!(
        "wrote {} rows to {}: fill in decision, nces_id and why, then `districts review import`",
        all.len(),
        file.display()
    );
    Ok(Verdict::Good)
}

/// A cell that no spreadsheet takes for a formula.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

/// All rows are checked before the first decision is written.
async fn import(pool: &PgPool, file: &Path, by: &str) -> anyhow::Result<Vec<String>> {
    let rows = loaders::decisions::read_decisions(file)?;
    let mut decisions = Vec::new();
    for row in &rows {
        let wrong = |reason: String| {
            Fault::new(
                format!("Failed to read `{}` row {}: {reason}", file.display(), row.number),
                "nothing was decided; correct the row and import again",
            )
        };
        let found = one(pool, &row.state, &row.row).await?;
        let ruling = match row.decision.as_str() {
            "accept" => proposed(pool, &found).await?,
            "assign" => row.nces_id.clone().ok_or_else(|| wrong("assign needs an nces_id".to_owned()))?,
            "reject" => match &row.nces_id {
                Some(nces_id) => nces_id.clone(),
                None => proposed(pool, &found).await?,
            },
            other => {
                return Err(wrong(format!("`{other}` is no decision; decisions are accept, reject, assign")).into());
            }
        };
        require_lea(pool, &ruling).await?;
        decisions.push((found, ruling, row));
    }
    let mut states = Vec::new();
    let mut transaction = pool.begin().await?;
    for (found, nces_id, row) in &decisions {
        let decider = Decider { by: by.to_owned(), why: row.why.clone() };
        let ruling = if row.decision == "reject" { Ruling::Reject(nces_id) } else { Ruling::Accept(nces_id) };
        write(&mut transaction, found, ruling, &decider).await?;
        states.push(found.state.clone());
    }
    transaction.commit().await?;
    states.sort_unstable();
    states.dedup();
    Ok(states)
}
