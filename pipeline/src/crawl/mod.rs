//! Reading districts' websites without being a nuisance: what was asked for is written down, whatever became of it, and
//! a crawl that is killed goes on where it was.

mod address;
mod client;
mod gate;
mod ladder;
mod outcome;
mod rank;
mod record;
mod visit;

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};
use loaders::document::Address;
use sqlx::PgPool;
use tokio::sync::Semaphore;
use uuid::Uuid;

pub use visit::{District, Tally};

use crate::fault::Fault;
use crate::progress::Progress;
use crate::settings::Project;
use client::{Manners, Polite};
use record::Record;
use visit::{Guide, Visit};

/// Which districts.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub state: Option<String>,
    pub nces_ids: Option<Vec<String>>,
    /// Those read lately as well.
    pub again: bool,
    pub limit: Option<i64>,
}

/// Districts with anything that leads to their website, but those read lately.
pub async fn districts(pool: &PgPool, project: &Project, wanted: &Wanted) -> Result<Vec<District>, sqlx::Error> {
    type Row = (String, String, String, Vec<String>, Vec<String>);
    let rows: Vec<Row> = sqlx::query_as(include_str!("../sql/crawl_districts.sql"))
        .bind(&wanted.state)
        .bind(&wanted.nces_ids)
        .bind(project.settings.crawl.again_after_days)
        .bind(wanted.again)
        .bind(wanted.limit)
        .fetch_all(pool)
        .await?;
    let district = |(nces_id, name, state, websites, mails)| District {
        nces_id,
        name: format!("{name} ({state})"),
        websites,
        mails,
        addresses: Vec::new(),
    };
    Ok(rows.into_iter().map(district).collect())
}

/// A list of documents, by district.
pub fn listed(addresses: Vec<Address>) -> Vec<District> {
    let mut by_district: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for address in addresses {
        by_district.entry(address.nces_id).or_default().push(address.url);
    }
    let district = |(nces_id, addresses): (String, Vec<String>)| District {
        name: nces_id.clone(),
        nces_id,
        websites: Vec::new(),
        mails: Vec::new(),
        addresses,
    };
    by_district.into_iter().map(district).collect()
}

/// Whether there is a network: without one every website would be written down as unreachable. Asked where the hosts of
/// several districts are to be looked up here, which is not so behind a proxy.
async fn is_online(districts: &[District]) -> bool {
    const ENOUGH: usize = 5;
    const ASKED: usize = 10;
    let is_proxied = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    if is_proxied || districts.len() < ENOUGH {
        return true;
    }
    let homes =
        districts.iter().filter_map(|district| ladder::rungs(&district.websites, &district.mails).into_iter().next());
    let lookups = homes.take(ASKED).map(|rung| async move {
        let host = rung.url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        tokio::net::lookup_host((host, 443)).await.is_ok()
    });
    let found: Vec<bool> = join_all(lookups).await;
    found.is_empty() || found.contains(&true)
}

/// Visits them, several sites at a time. The batch is that of `document_crawl_log`.
pub async fn crawl(
    pool: &PgPool,
    project: &Project,
    batch: Uuid,
    districts: &[District],
    progress: &Progress,
) -> anyhow::Result<Tally> {
    const READERS: usize = 2;
    if !is_online(districts).await {
        let hint = "is the network there, and does it resolve names? nothing was asked, and no district is marked";
        return Err(Fault::new("Failed to look up any of the first ten websites", hint).into());
    }
    let settings = &project.settings.crawl;
    let polite = Polite::new(Manners {
        delay: Duration::from_secs_f64(settings.delay_seconds.clamp(0.0, 3600.0)),
        timeout: Duration::from_secs_f64(settings.timeout_seconds.clamp(0.1, 3600.0)),
        most_bytes: settings.max_bytes,
        allows_private: settings.allow_private,
        contact: project.settings.fetch.contact.clone(),
    })?;
    let (taxonomy, readers) = (project.taxonomy()?, Semaphore::new(READERS));
    let scratch = tempfile::tempdir()?;
    let most = (settings.pages, settings.documents);
    let guide = Guide { polite: &polite, taxonomy: &taxonomy, most, scratch: scratch.path(), readers: &readers };
    progress.total(districts.len() as u64);
    let visits = districts.iter().map(|district| {
        let record = Record { pool, batch, nces_id: &district.nces_id };
        let visit = Visit { guide: &guide, record, tally: Tally::default() };
        async move {
            let tally = visit.run(district).await;
            progress.advance(1);
            tally
        }
    });
    let mut visits = stream::iter(visits).buffer_unordered(settings.concurrency.max(1));
    let mut all = Tally::default();
    while let Some(tally) = visits.next().await {
        all.add(&tally?);
    }
    Ok(all)
}
