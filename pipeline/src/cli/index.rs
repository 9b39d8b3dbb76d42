//! `districts index`: what the vector index is, a new one, and how far a search must look.

use embedder::index::{self, Built, Kind, Precision, Ready, Shape, Tuned};
use serde_json::json;

use super::World;
use super::arguments::{Common, IndexCommand, IndexKind, IndexType};
use crate::database::Database;
use crate::fault::Fault;
use crate::run::Verdict;
use crate::stage::model;

pub(super) async fn index(common: &Common, command: &IndexCommand) -> anyhow::Result<Verdict> {
    let world = World::of(common)?;
    let database = Database::open(&world.target, &world.project).await?;
    let outcome = match command {
        IndexCommand::Status => status(common, &database).await,
        IndexCommand::Build { kind, precision, again } => build(common, &database, *kind, *precision, *again).await,
        IndexCommand::Tune { target, queries } => tune(common, &database, &world, *target, *queries).await,
    };
    database.close().await;
    outcome
}

async fn present(database: &Database) -> anyhow::Result<Option<Ready>> {
    Ok(index::ready(&mut *database.pool.acquire().await?).await?)
}

async fn status(common: &Common, database: &Database) -> anyhow::Result<Verdict> {
    let found = index::inspect(&database.pool).await?;
    let ready = present(database).await?;
    type Measured = (Option<f64>, Option<f64>, Option<String>, Option<String>);
    let measured: Option<Measured> = sqlx::query_as(include_str!("../sql/index_status.sql"))
        .bind(index::INDEX_NAME)
        .fetch_optional(&database.pool)
        .await?;
    let (recall, filtered, tuned_at, size) = measured.unwrap_or_default();
    let rows = match found {
        Built::TooFew { rows } | Built::Current { rows, .. } | Built::Now { rows, .. } => rows,
    };
    let is_current = matches!(found, Built::Current { .. } | Built::TooFew { .. });
    if common.json {
        println!(
            "{}",
            json!({ "rows": rows, "index": ready, "is_current": is_current, "recall": recall, "filtered_recall": filtered, "tuned_at": tuned_at, "size": size })
        );
        return Ok(Verdict::Good);
    }
    let Some(ready) = ready else {
        println!("no vector index over {rows} vectors; it is built from {} up", index::FEWEST_ROWS);
        return Ok(Verdict::Good);
    };
    let looks = match ready.shape.kind {
        Kind::IvfFlat => format!("{} lists, {} probes", ready.lists, ready.probes),
        Kind::Hnsw => format!("ef_search {}", ready.probes),
    };
    println!("{} built over {} of {rows} vectors, {looks}, {}", ready.shape, ready.rows, size.unwrap_or_default());
    match (recall, filtered, tuned_at) {
        (Some(recall), Some(filtered), Some(at)) => {
            println!("recall@10 {recall:.4}, under a 2 % filter {filtered:.4}, measured {at}")
        }
        _ => println!("not measured: `districts index tune`"),
    }
    if !is_current {
        println!("its rows have outgrown it: the next run, or `districts index build`, makes a new one");
    }
    Ok(Verdict::Good)
}

async fn build(
    common: &Common,
    database: &Database,
    kind: Option<IndexKind>,
    precision: Option<IndexType>,
    again: bool,
) -> anyhow::Result<Verdict> {
    let shape = shape_of(present(database).await?, kind, precision);
    let progress = |words: &str| {
        if !common.json {
            eprintln!("{words}")
        }
    };
    let built = match again {
        true => index::build_again(&database.pool, Some(shape), progress).await?,
        false => index::build_as(&database.pool, Some(shape), progress).await?,
    };
    if common.json {
        let (rows, sizing, is_new) = match built {
            Built::TooFew { rows } => (rows, None, false),
            Built::Current { rows, sizing } => (rows, Some(sizing), false),
            Built::Now { rows, sizing } => (rows, Some(sizing), true),
        };
        println!("{}", json!({ "rows": rows, "sizing": sizing, "built": is_new }));
        return Ok(Verdict::Good);
    }
    match built {
        Built::TooFew { rows } => println!("{rows} vectors are fewer than {}: none is needed", index::FEWEST_ROWS),
        Built::Current { rows, .. } => println!("the {shape} index over {rows} vectors fits; --again builds it anyway"),
        Built::Now { rows, sizing } => println!(
            "{shape} over {rows} vectors, built with {} MB; `districts index tune` measures how far a search must look",
            sizing.build_memory_mb
        ),
    }
    Ok(Verdict::Good)
}

/// What is not said stays as it is.
fn shape_of(present: Option<Ready>, kind: Option<IndexKind>, precision: Option<IndexType>) -> Shape {
    let present = present.map(|ready| ready.shape).unwrap_or_default();
    Shape {
        kind: kind.map_or(present.kind, |kind| match kind {
            IndexKind::Ivfflat => Kind::IvfFlat,
            IndexKind::Hnsw => Kind::Hnsw,
        }),
        precision: precision.map_or(present.precision, |precision| match precision {
            IndexType::Vector => Precision::Vector,
            IndexType::Halfvec => Precision::HalfVec,
        }),
    }
}

async fn tune(common: &Common, database: &Database, world: &World, target: f64, count: i64) -> anyhow::Result<Verdict> {
    let model = model(&world.project)?;
    if !common.json {
        println!("{:>7} {:>10} {:>11} {:>11} {:>8}", "probes", "recall@10", "2 % filter", "full pages", "ms");
    }
    let tuned = index::tune(&database.pool, &model, count, target, |step| {
        if !common.json {
            println!(
                "{:>7} {:>10.4} {:>11.4} {:>11.4} {:>8.2}",
                step.probes, step.recall, step.filtered_recall, step.full_pages, step.milliseconds
            );
        }
    });
    let Some(tuned) = tuned.await? else {
        let hint = "it is built from 1,000 vectors up: `districts run`, or `districts index build`";
        return Err(Fault::new("Failed to tune: there is no vector index", hint).into());
    };
    let kind = present(database).await?.map(|ready| ready.shape.kind).unwrap_or_default();
    tell(common, &tuned, target, kind);
    Ok(if tuned.chosen.is_some() { Verdict::Good } else { Verdict::ExpectationsMissed })
}

fn tell(common: &Common, tuned: &Tuned, target: f64, kind: Kind) {
    if common.json {
        println!("{}", json!(tuned));
        return;
    }
    let exact = tuned.exact_milliseconds;
    match tuned.chosen {
        Some(step) => println!(
            "stored: {} reaches {target} on {} queries, {:.1} times as fast as reading every vector ({exact:.1} ms)",
            step.probes,
            tuned.queries,
            exact / step.milliseconds.max(1e-9)
        ),
        None => {
            let cure = match kind {
                Kind::IvfFlat => "`districts index build --kind hnsw` finds more",
                // Its lists are all the vectors; a graph is left early.
                Kind::Hnsw => "`districts index build --kind ivfflat` finds all at its last setting",
            };
            println!("nothing stored: no setting reaches {target} and fills every page; {cure}");
        }
    }
}
