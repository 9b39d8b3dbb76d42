//! `districts search`

use embedder::model::Embedder;
use embedder::search::{Found, Hit, Query, search as nearest};
use embedder::words::{fuse, search_words};
use serde_json::json;

use super::World;
use super::arguments::{By, Common, DocumentFilter, SearchOptions, SimilarOptions};
use crate::database::Database;
use crate::fault::Fault;
use crate::run::Verdict;
use crate::stage::model;

/// How deep two lists are read that are fused.
pub(super) const FUSED_DEPTH: i64 = 50;

pub(super) async fn search(common: &Common, options: &SearchOptions) -> anyhow::Result<Verdict> {
    let world = World::of(common)?;
    let database = Database::open(&world.target, &world.project).await?;
    let outcome = find(&database, &world, options).await;
    database.close().await;
    let found = outcome?;
    if common.json {
        print_json(&found)
    } else {
        print_human(&found, options)
    }
    Ok(Verdict::Good)
}

async fn find(database: &Database, world: &World, options: &SearchOptions) -> anyhow::Result<Found> {
    let is_ready: bool =
        sqlx::query_scalar("select to_regclass('document_words') is not null").fetch_one(&database.pool).await?;
    if !is_ready {
        return Err(Fault::new(
            format!("Failed to search: {} has no tables yet", database.label),
            "`districts run` makes and fills them; add --sample to search the sample",
        )
        .into());
    }
    let model = model(&world.project)?;
    let query = query_of(&options.filter, &options.text, options.limit);
    let pool = &database.pool;
    let plain = |hits| Found { hits, plan: None, probes: None };
    match options.by.unwrap_or_else(|| best_for(&model, options.explain)) {
        By::Meaning => Ok(nearest(pool, &model, &query, options.explain).await?),
        By::Words => {
            let hits = search_words(pool, &query).await?;
            // No document has any of the words as they are written: their forms may be near.
            match hits.is_empty() && options.by.is_none() {
                true => Ok(nearest(pool, &model, &query, false).await?),
                false => Ok(plain(hits)),
            }
        }
        By::Both => {
            let deep = Query { limit: query.limit.max(FUSED_DEPTH), ..query.clone() };
            let meaning = nearest(pool, &model, &deep, options.explain).await?;
            let words = search_words(pool, &deep).await?;
            let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
            Ok(Found { hits: fuse(words, meaning.hits, limit), ..meaning })
        }
    }
}

fn query_of(filter: &DocumentFilter, text: &str, limit: i64) -> Query {
    Query {
        text: text.to_owned(),
        state: filter.state.as_ref().map(|state| state.to_uppercase()),
        category: filter.category.clone(),
        tier: filter.tier.clone(),
        least_enrollment: filter.least_enrollment,
        most_enrollment: filter.most_enrollment,
        without: None,
        limit,
    }
}

pub(super) async fn similar(common: &Common, options: &SimilarOptions) -> anyhow::Result<Verdict> {
    let world = World::of(common)?;
    let database = Database::open(&world.target, &world.project).await?;
    let outcome = like(&database, options).await;
    database.close().await;
    let hits = outcome?;
    match common.json {
        true => println!("{}", json!({ "hits": hits })),
        false if hits.is_empty() => println!("no other document is embedded"),
        false => (1..).zip(&hits).for_each(|(rank, hit)| print_hit(rank, hit)),
    }
    Ok(Verdict::Good)
}

async fn like(database: &Database, options: &SimilarOptions) -> anyhow::Result<Vec<Hit>> {
    let question = "select id from district_documents where document_url = $1 or id::text like $2 || '%' limit 2";
    // An address is no beginning of an id: only letters, digits and dashes are.
    let beginning =
        if options.document.len() >= 4 { options.document.replace(['%', '_', '\\'], "?") } else { "?".to_owned() };
    let found: Vec<uuid::Uuid> =
        sqlx::query_scalar(question).bind(&options.document).bind(beginning).fetch_all(&database.pool).await?;
    let [document] = found.as_slice() else {
        let what = if found.is_empty() {
            "no document has that address or id"
        } else {
            "the ids of several documents begin so"
        };
        let hint = "say its whole address, or more of its id (`districts search` prints addresses)";
        return Err(Fault::new(format!("Failed to find `{}`: {what}", options.document), hint).into());
    };
    let query = query_of(&options.filter, "", options.limit);
    let hits = embedder::search::similar(&database.pool, *document, &query).await?;
    hits.ok_or_else(|| {
        let hint = "`districts run --only embed,index` embeds what is not embedded yet";
        Fault::new(format!("Failed to compare `{}`: it has no vectors", options.document), hint).into()
    })
}

/// What `districts evaluate search` finds best for a model. A plan is that of a search by meaning.
fn best_for(model: &Embedder, explains: bool) -> By {
    match (model, explains) {
        (_, true) => By::Meaning,
        (Embedder::Local(_), false) => By::Words,
        (Embedder::Remote(_), false) => By::Both,
    }
}

fn print_json(found: &Found) {
    println!("{}", json!({ "hits": found.hits, "probes": found.probes, "plan": found.plan }));
}

fn print_human(found: &Found, options: &SearchOptions) {
    if found.hits.is_empty() {
        println!("nothing found for \"{}\"", options.text);
    }
    for (rank, hit) in (1..).zip(&found.hits) {
        print_hit(rank, hit);
    }
    if let Some(plan) = &found.plan {
        println!("\n{plan}");
        match found.probes {
            Some(probes) => println!("probes: {probes}"),
            None => println!("no vector index yet: every vector was compared"),
        }
    }
}

fn print_hit(rank: usize, hit: &Hit) {
    println!("{rank:>2}. {:.3}  {} ({}, {})", hit.score, hit.district, hit.state, hit.nces_id);
    println!("           {} · {}", hit.title.as_deref().unwrap_or("untitled"), hit.url);
    println!("           {}", hit.snippet);
}
