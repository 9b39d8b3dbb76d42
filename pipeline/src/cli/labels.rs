//! Records whose truth is known: by the states' ids, or by somebody's labels.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use loaders::labelled::read_labelled;
use matcher::name::Name;
use matcher::{Agency, Place};
use sqlx::PgPool;

use crate::fault::Fault;
use crate::stage::matching::agency::{Known, leas_of, records_of};

/// Records with the NCES id of each.
#[derive(Debug, Default)]
pub(super) struct Labels {
    pub records: Vec<Agency>,
    pub truth: Vec<String>,
    /// Lists left out, and why.
    pub left_out: Vec<String>,
}

/// A list of whose records so few share a word with their LEA's name has no names of districts: a list of schools.
const LEAST_SHARED: f64 = 0.8;

/// LEAs of the states that have records, or of all.
pub(super) async fn all_leas(pool: &PgPool, states: Option<&[String]>) -> anyhow::Result<Vec<Agency>> {
    let all: Vec<String> = sqlx::query_scalar("select distinct state::text from districts").fetch_all(pool).await?;
    let wanted: Vec<String> = all.into_iter().filter(|state| states.is_none_or(|only| only.contains(state))).collect();
    let leas = leas_of(pool, &wanted).await?.agencies;
    if leas.is_empty() {
        let hint = "load NCES first: `districts run --only nces`";
        return Err(Fault::new("Failed to evaluate: the database has no LEAs", hint).into());
    }
    Ok(leas)
}

/// The states' records whose id NCES knows.
pub(super) async fn by_ids(pool: &PgPool, leas: &[Agency]) -> anyhow::Result<Labels> {
    let mut states: Vec<String> = leas.iter().map(|lea| lea.state.clone()).collect();
    states.sort_unstable();
    states.dedup();
    let records: Known = records_of(pool, &states).await?;
    let by_id: HashMap<(&str, &str), &Agency> =
        leas.iter().filter_map(|lea| Some(((lea.state.as_str(), lea.state_leaid.as_deref()?), lea))).collect();
    let mut by_list: BTreeMap<String, Vec<(Agency, &Agency)>> = BTreeMap::new();
    for record in records.agencies {
        let Some(id) = record.state_leaid.as_deref() else { continue };
        let lea = by_id.get(&(record.state.as_str(), id)).copied();
        if let Some(lea) = lea {
            by_list.entry(record.list.clone()).or_default().push((record, lea));
        }
    }
    let mut labels = Labels::default();
    for (list, pairs) in by_list {
        let shared = pairs.iter().filter(|(record, lea)| share_a_word(record, lea)).count();
        if (shared as f64) < LEAST_SHARED * pairs.len() as f64 {
            labels.left_out.push(format!("{list}: its names are not those of districts"));
            continue;
        }
        for (mut record, lea) in pairs {
            // What a person decided is truer than the id; the matcher itself must not see it.
            let decided = record.decision.take();
            let true_id =
                decided.as_ref().and_then(|decision| decision.accepted.clone()).or_else(|| lea.nces_id.clone());
            if decided.is_some_and(|decision| decision.rejected.iter().any(|id| Some(id) == true_id.as_ref())) {
                continue;
            }
            labels.truth.push(true_id.unwrap_or_default());
            labels.records.push(record);
        }
    }
    Ok(labels)
}

fn share_a_word(record: &Agency, lea: &Agency) -> bool {
    let (ours, theirs) = (Name::parse_in(&record.state, &record.name), Name::parse_in(&lea.state, &lea.name));
    ours.words.iter().any(|word| theirs.words.contains(word))
}

/// Somebody's labels. Several names may mean one LEA.
pub(super) fn by_file(path: &Path, leas: &[Agency]) -> anyhow::Result<Labels> {
    let (names, bad_rows) = read_labelled(path)?;
    let by_id: HashMap<&str, &Agency> = leas.iter().filter_map(|lea| Some((lea.nces_id.as_deref()?, lea))).collect();
    let mut labels = Labels::default();
    let mut unknown = 0;
    for label in names {
        let Some(lea) = by_id.get(label.nces_id.as_str()) else {
            unknown += 1;
            continue;
        };
        labels.records.push(Agency {
            state: lea.state.clone(),
            list: "labels".to_owned(),
            name: label.name,
            county: label.county,
            places: label.city.into_iter().map(|city| Place { city: Some(city), ..Place::default() }).collect(),
            shares_lea: true,
            ..Agency::default()
        });
        labels.truth.push(label.nces_id);
    }
    if unknown + bad_rows.len() > 0 {
        labels.left_out.push(format!("{unknown} labels of LEAs that NCES does not list, {} bad rows", bad_rows.len()));
    }
    Ok(labels)
}
