//! `districts documents …`: fetching them from districts' websites, and what came of it.

use std::collections::BTreeMap;
use std::time::Instant;

use loaders::document::read_urls;
use serde_json::json;

use super::World;
use super::arguments::{Common, DocumentsCommand, FetchOptions};
use crate::crawl::{self, District, Tally, Wanted};
use crate::database::Database;
use crate::fault::Fault;
use crate::progress::{Mode, Progress};
use crate::run::Verdict;
use crate::stage::Import;

pub(super) async fn documents(common: &Common, command: &DocumentsCommand) -> anyhow::Result<Verdict> {
    let world = World::of(common)?;
    let database = Database::open(&world.target, &world.project).await?;
    let outcome = match command {
        DocumentsCommand::Fetch(options) => fetch(common, &world, &database, options).await,
        DocumentsCommand::Status { state } => status(common, &database, state.as_deref()).await,
    };
    database.close().await;
    outcome
}

async fn fetch(common: &Common, world: &World, database: &Database, options: &FetchOptions) -> anyhow::Result<Verdict> {
    let progress = Progress::begin(Mode::choose(common.json), "fetch", "looking for what is to be read");
    let districts = wanted(world, database, options, &progress).await?;
    if options.dry_run {
        progress.end(&format!("{} districts would be visited", districts.len()), 0.0);
        for district in &districts {
            let leads = [&district.websites[..], &district.mails, &district.addresses].concat().join(" ");
            println!("{} {}  {leads}", district.nces_id, district.name);
        }
        return Ok(Verdict::Good);
    }
    let began = Instant::now();
    progress.step(&format!("{} districts are to be visited", districts.len()));
    let file = options.urls.as_ref().map_or("websites".to_owned(), |path| path.display().to_string());
    let import = Import::begin(&database.pool, "crawl", "documents fetch", &file, None, "", districts.len()).await?;
    let outcome = crawl::crawl(&database.pool, &world.project, import.id, &districts, &progress).await;
    let tally = import.watch(&database.pool, outcome).await?;
    let mut connection = database.pool.acquire().await?;
    import.succeed(&mut connection, districts.len(), &[]).await?;
    drop(connection);
    let words = format!("{} districts visited", districts.len());
    progress.end(&words, began.elapsed().as_secs_f64());
    show(common, districts.len(), &tally, &import.id.to_string());
    Ok(Verdict::Good)
}

async fn wanted(
    world: &World,
    database: &Database,
    options: &FetchOptions,
    progress: &Progress,
) -> anyhow::Result<Vec<District>> {
    if let Some(path) = &options.urls {
        let path = world.project.path(path);
        let (addresses, bad) = read_urls(&path)?;
        for bad in &bad {
            progress.warn(&format!(
                "`{}` row {}: `{}` `{}`: {}",
                path.display(),
                bad.row,
                bad.value,
                bad.column,
                bad.reason
            ));
        }
        return known(database, crawl::listed(addresses), progress).await;
    }
    let wanted = Wanted {
        state: options.state.as_ref().map(|state| state.to_uppercase()),
        nces_ids: (!options.district.is_empty()).then(|| options.district.clone()),
        again: options.again,
        limit: options.limit,
    };
    let districts = crawl::districts(&database.pool, &world.project, &wanted).await?;
    if districts.is_empty() {
        let known: bool = sqlx::query_scalar("select exists (select from districts)").fetch_one(&database.pool).await?;
        if !known {
            let hint = "`districts run` loads NCES and the registries, which say where websites are";
            return Err(Fault::new("Failed to find a district to visit: none is loaded", hint).into());
        }
        progress.warn(
            "nothing is left to visit: all were read lately, or have no website; --again visits them all the same",
        );
    }
    Ok(districts)
}

/// Those that NCES lists; the others are said, for a document must belong to a district.
async fn known(database: &Database, listed: Vec<District>, progress: &Progress) -> anyhow::Result<Vec<District>> {
    let ids: Vec<&str> = listed.iter().map(|district| district.nces_id.as_str()).collect();
    let known: Vec<String> = sqlx::query_scalar("select nces_id::text from districts where nces_id = any($1)")
        .bind(ids)
        .fetch_all(&database.pool)
        .await?;
    let (good, unknown): (Vec<_>, Vec<_>) = listed.into_iter().partition(|one| known.contains(&one.nces_id));
    for one in unknown {
        let count = one.addresses.len();
        progress.warn(&format!("{}: NCES lists no such district; its {count} addresses are left out", one.nces_id));
    }
    Ok(good)
}

fn show(common: &Common, visited: usize, tally: &Tally, batch: &str) {
    if common.json {
        println!(
            "{}",
            json!({ "batch": batch, "districts": visited, "answered": tally.answered, "unreachable": tally.unreachable,
                    "pages": tally.pages, "documents": tally.documents, "outcomes": tally.outcomes })
        );
        return;
    }
    println!("\n  districts       {visited}: {} answered, {} did not", tally.answered, tally.unreachable);
    println!("  read            {} pages, {} documents", tally.pages, tally.documents);
    for (class, count) in &tally.outcomes {
        println!("  {class:<15} {count}");
    }
    println!(
        "\nevery attempt is in document_crawl_log, batch {batch}\nnext: `districts run --from score` scores, embeds and indexes what is new"
    );
}

/// The attempts, by what was asked for and what came of it.
async fn status(common: &Common, database: &Database, state: Option<&str>) -> anyhow::Result<Verdict> {
    let rows: Vec<(String, String, String, i64)> = sqlx::query_as(include_str!("../sql/crawl_status.sql"))
        .bind(state.map(str::to_uppercase))
        .fetch_all(&database.pool)
        .await?;
    if common.json {
        for (kind, status, class, count) in &rows {
            println!("{}", json!({ "url_type": kind, "status": status, "outcome": class, "attempts": count }));
        }
        return Ok(Verdict::Good);
    }
    let totals = rows.iter().fold(BTreeMap::<&str, i64>::new(), |mut all, (_, status, _, count)| {
        *all.entry(status.as_str()).or_default() += count;
        all
    });
    println!("  asked for   outcome      attempts");
    for (kind, status, class, count) in &rows {
        let class = if class.is_empty() { status } else { class };
        println!("  {kind:<11} {class:<12} {count:>8}");
    }
    let words: Vec<String> = totals.iter().map(|(status, count)| format!("{count} {status}")).collect();
    println!("  {}", if words.is_empty() { "no attempt yet".to_owned() } else { words.join(", ") });
    Ok(Verdict::Good)
}
