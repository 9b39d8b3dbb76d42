//! `districts model`: weights, calibration and thresholds, estimated.

use anyhow::Context as _;
use matcher::evaluation::{Score, Setting};
use matcher::training::{Labelled, Plan, train};
use serde_json::json;

use super::World;
use super::arguments::{Common, ModelCommand};
use super::evaluate::{print_head, print_line};
use super::labels::{all_leas, by_file, by_ids};
use crate::database::Database;
use crate::run::Verdict;

pub(super) async fn model(common: &Common, command: &ModelCommand) -> anyhow::Result<Verdict> {
    let world = World::of(common)?;
    match command {
        ModelCommand::Show => {
            println!("{}", world.project.model()?.to_toml()?.trim_end());
            Ok(Verdict::Good)
        }
        ModelCommand::Train { .. } => {
            let database = Database::open(&world.target, &world.project).await?;
            let outcome = trained(common, command, &database).await;
            database.close().await;
            outcome
        }
    }
}

async fn trained(common: &Common, command: &ModelCommand, database: &Database) -> anyhow::Result<Verdict> {
    let ModelCommand::Train { truth, version, out, folds, precision, by_state, by_list } = command else {
        return Ok(Verdict::Good);
    };
    let leas = all_leas(&database.pool, None).await?;
    let ids = by_ids(&database.pool, &leas).await?;
    ids.left_out.iter().for_each(|words| eprintln!("left out: {words}"));
    let mut labelled = vec![Labelled {
        records: ids.records,
        truth: ids.truth,
        settings: Setting::standard(),
        drill: Setting::for_training(),
        is_sure: true,
    }];
    for path in truth {
        let labels = by_file(path, &leas)?;
        labels.left_out.iter().for_each(|words| eprintln!("left out: {words}"));
        let setting = |name: &str, drops: f64| Setting { name: name.to_owned(), hides_ids: true, fields: None, drops };
        let settings = vec![setting("labelled names", 0.0), setting("labelled names, partner missing", 0.1)];
        labelled.push(Labelled {
            records: labels.records,
            truth: labels.truth,
            settings,
            drill: Vec::new(),
            is_sure: false,
        });
    }
    let plan = Plan { version: version.clone(), folds: (*folds).max(2), target_precision: *precision };
    let trained =
        tokio::task::spawn_blocking(move || train(&plan, &labelled, &leas, &mut |words| eprintln!("{words}"))).await?;
    std::fs::write(out, format!("{HEAD}{}", trained.model.to_toml()?))
        .with_context(|| format!("Failed to write `{}`", out.display()))?;
    if common.json {
        for (setting, judged) in &trained.unseen {
            println!("{}", json!({ "setting": setting, "score": Score::of(judged) }));
        }
        return Ok(Verdict::Good);
    }
    println!("wrote {}; on states that the weights had not seen, at accept = {}:", out.display(), trained.model.accept);
    print_head("setting");
    for (setting, judged) in &trained.unseen {
        print_line(setting, &Score::of(judged));
        let lists = by_list.then(|| Score::by(judged, |one| &one.list));
        let states = by_state.then(|| Score::by(judged, |one| &one.state));
        let parts = lists.into_iter().chain(states).flatten();
        parts.for_each(|(part, score)| print_line(&format!("  {part}"), &score));
    }
    Ok(Verdict::Good)
}

const HEAD: &str = "# Written by `districts model train`. What a level adds to the log-odds is base + slope × information; information is the
# natural logarithm of how surprising the finding is by chance (ln(m/u), m learned from the list itself, u counted in
# the state). Calibration: log-odds of the uncalibrated probability to the share that was right on unseen states.

";
