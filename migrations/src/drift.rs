//! What a database's schema is, against what its history says it should be: pg_dump of both, object by object.

use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use crate::beside::ours;
use crate::history::{HISTORY, Step, header};
use crate::runner;
#[cfg(test)]
use crate::schema::objects;
use crate::schema::{Object, dump, dump_with_rights, is_same, plain, schemas_of_others};
use crate::shadow::{Shadow, ShadowError};
use crate::verify::{Seen, Sight, verify};

/// An object that is not as the history made it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "drift", rename_all = "snake_case")]
pub enum Drift {
    /// The history makes it, the database has it not.
    Missing {
        /// Kind and name.
        object: String,
        /// The SQL that would make it.
        sql: String,
    },
    /// The database has it, the history does not make it.
    Extra {
        /// Kind and name.
        object: String,
        /// The SQL that made it.
        sql: String,
    },
    /// Both have it, differently.
    Different {
        /// Kind and name.
        object: String,
        /// Lines of the history's alone.
        expected: Vec<String>,
        /// Lines of the database's alone.
        found: Vec<String>,
    },
}

/// Compares the database behind `url` with the history. Reads only.
pub async fn drift(url: &str) -> Result<Vec<Drift>, ShadowError> {
    drift_at(url, HISTORY).await
}

/// As [`drift`], against other steps than the whole history.
pub async fn drift_at(url: &str, steps: &[Step]) -> Result<Vec<Drift>, ShadowError> {
    held_against(url, steps).await.map(|held| held.drift)
}

/// A database held against its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What differs.
    pub drift: Vec<Drift>,
    /// What the history knows nothing of, which is not looked into: a hosting service has schemas of its own.
    pub beside: Vec<String>,
}

/// What differs, and what was not looked at. What the runner keeps for itself does not count; rights do.
pub async fn held_against(url: &str, steps: &[Step]) -> Result<Held, ShadowError> {
    let (program, expected) = Shadow::with(steps, async |shadow| {
        Ok::<_, ShadowError>((shadow.program("pg_dump"), shadow.schema_with_rights().await?))
    })
    .await?;
    let url = url.to_owned();
    let found = tokio::task::spawn_blocking(move || -> Result<_, ShadowError> {
        let others = schemas_of_others(&program, &url)?;
        Ok((dump_with_rights(&program, &url, &others)?, others))
    });
    let (found, others) = found.await.map_err(|error| ShadowError::Dump(error.to_string()))??;
    let is_in_history = |object: &Object| !is_built_after_load(object);
    let (ours, beside) = ours(&expected, found.into_iter().filter(is_in_history).collect());
    let beside = beside.into_iter().chain(others.iter().map(|schema| format!("schema {schema}"))).collect();
    Ok(Held { drift: differences(&expected, &ours).await?, beside })
}

/// What a replay of a history shows.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Replayed {
    /// What the way back does not undo, or the way there does not make again.
    pub drift: Vec<Drift>,
    /// What a stranger would see, as the catalog and not the files tell it: tables made by EXECUTE too.
    pub open: Vec<Seen>,
}

/// Replays steps, reverts them as far as they can be, and replays them again. Touches nobody's database.
pub async fn round_trip(steps: &[Step]) -> Result<Replayed, ShadowError> {
    // Below the newest irreversible step there is no way back.
    let floor = steps.iter().filter(|step| header(step.down, "irreversible").is_some()).map(|step| step.version).max();
    let floor = floor.unwrap_or(0);
    let kept: Vec<Step> = steps.iter().copied().filter(|step| step.version <= floor).collect();
    let before = Shadow::with(&kept, async |shadow| shadow.schema().await).await?;
    let ([there, back, again], open) = Shadow::with(steps, async |shadow| {
        let there = shadow.schema().await?;
        let seen = verify(&shadow.options()).await?.seen;
        runner::down_through(&shadow.options(), steps, floor, |_| {}).await?;
        let back = shadow.schema().await?;
        runner::up_through(&shadow.options(), steps, runner::Manner::default(), |_| {}).await?;
        Ok::<_, ShadowError>(([there, back, shadow.schema().await?], seen))
    })
    .await?;
    // An extension stays: others may use it.
    let left = back.into_iter().filter(|object| !object.head.contains("EXTENSION"));
    let mut drift = compare(&before, &left.collect::<Vec<_>>());
    drift.extend(compare(&there, &again));
    let is_open = |seen: &Seen| matches!(seen.sight, Sight::Visible | Sight::EmptyAndOpen);
    Ok(Replayed { drift, open: open.into_iter().filter(is_open).collect() })
}

/// Whether applying `late` steps after the others ends where the order of their numbers ends.
pub async fn order_proof(steps: &[Step], applied: &[i64]) -> Result<Vec<Drift>, ShadowError> {
    let in_order = Shadow::with(steps, async |shadow| shadow.schema().await).await?;
    let first: Vec<Step> = steps.iter().copied().filter(|step| applied.contains(&step.version)).collect();
    let late = Shadow::with(&first, async |shadow| {
        let manner = runner::Manner { is_late_allowed: true };
        runner::up_through(&shadow.options(), steps, manner, |_| {}).await?;
        shadow.schema().await
    })
    .await?;
    Ok(compare(&in_order, &late))
}

/// What the step of that version makes, against what the database behind `url` has of the same name: nothing when a
/// step that failed because its objects exist would have made just these.
pub async fn already_there(url: &str, steps: &[Step], version: i64) -> Result<Vec<Drift>, ShadowError> {
    let upto: Vec<Step> = steps.iter().copied().filter(|step| step.version <= version).collect();
    let before: Vec<Step> = upto.iter().copied().filter(|step| step.version < version).collect();
    let old = Shadow::with(&before, async |shadow| shadow.schema().await).await?;
    let (program, new) =
        Shadow::with(&upto, async |shadow| Ok::<_, ShadowError>((shadow.program("pg_dump"), shadow.schema().await?)))
            .await?;
    let is_made =
        |object: &Object| !old.iter().any(|other| other.head == object.head && is_same(&other.sql, &object.sql));
    let made: Vec<Object> = new.into_iter().filter(is_made).collect();
    let url = url.to_owned();
    let found = tokio::task::spawn_blocking(move || dump(&program, &url, &schemas_of_others(&program, &url)?));
    let found = found.await.map_err(|error| ShadowError::Dump(error.to_string()))??;
    let is_meant = |object: &Object| made.iter().any(|other| other.head == object.head);
    Ok(compare(&made, &found.into_iter().filter(is_meant).collect::<Vec<_>>()))
}

/// The vector index is no part of the history: the index stage builds it, once there is something to learn from.
fn is_built_after_load(object: &Object) -> bool {
    object.kind == "INDEX" && object.name == "idx_embeddings_vector"
}

/// Object by object; the order of columns is history, not schema.
pub fn compare(expected: &[Object], found: &[Object]) -> Vec<Drift> {
    let only = |ours: &str, theirs: &str| -> Vec<String> {
        let is_ours = |line: &&str| !theirs.lines().any(|other| plain(other) == plain(line));
        ours.lines().filter(is_ours).map(str::to_owned).collect()
    };
    let in_found = |head: &str| found.iter().find(|object| object.head == head);
    let mut all = Vec::new();
    for Object { head, sql, .. } in expected {
        let object = head.clone();
        match in_found(head) {
            None => all.push(Drift::Missing { object, sql: format!("{sql}\n") }),
            Some(other) if !is_same(sql, &other.sql) => {
                let (expected, found) = (only(sql, &other.sql), only(&other.sql, sql));
                all.push(Drift::Different { object, expected, found });
            }
            Some(_) => {}
        }
    }
    let extra = found.iter().filter(|object| !expected.iter().any(|other| other.head == object.head));
    all.extend(extra.map(|object| Drift::Extra { object: object.head.clone(), sql: format!("{}\n", object.sql) }));
    all.sort_by(|a, b| a.order().cmp(&b.order()));
    all
}

/// What differs however it is put: PostgreSQL does not print every expression as it read it, so that what is made from
/// a dump, as by `restore`, may be dumped in other words.
pub(crate) async fn differences(expected: &[Object], found: &[Object]) -> Result<Vec<Drift>, ShadowError> {
    let mut differences = compare(expected, found);
    if !differences.is_empty() {
        let again = compare(&reread(expected).await?, found);
        differences.retain(|one| again.iter().any(|other| other.object() == one.object()));
    }
    Ok(differences)
}

/// A schema in the words in which it is dumped once it has been made from its dump.
async fn reread(schema: &[Object]) -> Result<Vec<Object>, ShadowError> {
    let sql: Vec<&str> = schema.iter().map(|object| object.sql.as_str()).collect();
    let sql = sql.join("\n");
    Shadow::with(&[], async |shadow| {
        let mut connection = shadow.options().connect().await?;
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
        connection.close().await?;
        shadow.schema_with_rights().await
    })
    .await
}

impl Drift {
    /// What differs.
    pub fn object(&self) -> &str {
        match self {
            Self::Missing { object, .. } | Self::Extra { object, .. } | Self::Different { object, .. } => object,
        }
    }

    fn order(&self) -> (bool, &str) {
        (matches!(self, Self::Extra { .. }), self.object())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_differ_by_what_they_are_not_by_the_order_of_columns() {
        let head = "--\n-- Name: t; Type: TABLE; Schema: public; Owner: -\n--\n\n";
        let one = objects(&format!("\n{head}CREATE TABLE t (\n    a integer,\n    b text\n);\n"));
        let other = objects(&format!("\n{head}CREATE TABLE t (\n    b text,\n    a integer\n);\n"));
        assert!(compare(&one, &other).is_empty());
        let third = objects(&format!("\n{head}CREATE TABLE t (\n    a bigint,\n    b text\n);\n"));
        assert!(
            matches!(&compare(&one, &third)[..], [Drift::Different { expected, .. }] if expected == &["    a integer,"])
        );
    }
}
