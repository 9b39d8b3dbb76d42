//! Rows of the database in the matcher's words.

use std::collections::HashMap;

use matcher::{Agency, Place};
use sqlx::Row;
use sqlx::postgres::{PgPool, PgRow};
use uuid::Uuid;

/// Agencies and the ids of their rows, position by position.
#[derive(Debug, Default)]
pub struct Known {
    pub agencies: Vec<Agency>,
    pub ids: Vec<Uuid>,
}

impl Known {
    /// How many are of that state.
    pub fn of_state(&self, state: &str) -> usize {
        self.agencies.iter().filter(|agency| agency.state == state).count()
    }

    fn push(&mut self, id: Uuid, agency: Agency) {
        self.ids.push(id);
        self.agencies.push(agency);
    }
}

/// The newest version of every state record.
pub async fn records_of(pool: &PgPool, states: &[String]) -> Result<Known, sqlx::Error> {
    let rows = sqlx::query(include_str!("../../sql/match_records.sql")).bind(states).fetch_all(pool).await?;
    let mut known = Known::default();
    for row in &rows {
        known.push(row.try_get("id")?, agency(row)?);
    }
    decide(pool, states, &mut known).await?;
    Ok(known)
}

/// What persons decided about them.
async fn decide(pool: &PgPool, states: &[String], known: &mut Known) -> Result<(), sqlx::Error> {
    let positions: HashMap<Uuid, usize> = known.ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let rows: Vec<(Uuid, String, String, bool)> =
        sqlx::query_as(include_str!("../../sql/match_decisions.sql")).bind(states).fetch_all(pool).await?;
    for (id, word, nces_id, is_outdated) in rows {
        let Some(at) = positions.get(&id) else { continue };
        let decision = known.agencies[*at].decision.get_or_insert_default();
        if word == "accept" {
            decision.accepted = Some(nces_id);
            decision.is_outdated = is_outdated;
        } else {
            decision.rejected.push(nces_id);
        }
    }
    Ok(())
}

/// Every LEA.
pub async fn leas_of(pool: &PgPool, states: &[String]) -> Result<Known, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    // How many places the registries name cannot be foreseen; taken for few they are compared with every LEA one by one.
    sqlx::query("set local enable_nestloop = off").execute(&mut *transaction).await?;
    let rows = sqlx::query(include_str!("../../sql/match_leas.sql")).bind(states).fetch_all(&mut *transaction).await?;
    transaction.commit().await?;
    let mut known = Known::default();
    for row in &rows {
        known.push(row.try_get("id")?, agency(row)?);
    }
    Ok(known)
}

/// Both queries give the same columns.
fn agency(row: &PgRow) -> Result<Agency, sqlx::Error> {
    let place = |street: &str, city: &str, zip: &str| -> Result<Place, sqlx::Error> {
        Ok(Place { street: row.try_get(street)?, city: row.try_get(city)?, zip: row.try_get(zip)? })
    };
    let places = [place("street", "city", "zip")?, place("mail_street", "mail_city", "mail_zip")?];
    Ok(Agency {
        state: row.try_get("state")?,
        list: row.try_get("list")?,
        nces_id: row.try_get("nces_id")?,
        state_leaid: row.try_get("state_leaid")?,
        name: row.try_get("name")?,
        county: row.try_get("county")?,
        places: places.into_iter().filter(|place| *place != Place::default()).collect(),
        phone: row.try_get("phone")?,
        web: row.try_get("web")?,
        status: row.try_get("status")?,
        kind: row.try_get("kind")?,
        grades: row.try_get("grades")?,
        person: row.try_get("person")?,
        shares_lea: false,
        decision: None,
    })
}
