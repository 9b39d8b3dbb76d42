//! `districts evaluate`: how right links are, setting by setting, state by state.

mod plot;

use anyhow::Context as _;
use matcher::evaluation::{Blocking, Judged, Score, Setting, judge};
use matcher::{Agency, Candidate, Model, Outcome, link_all};
use serde_json::json;

use super::World;
use super::arguments::{Common, EvaluateOptions};
use super::labels::{Labels, all_leas, by_file, by_ids};
use crate::database::Database;
use crate::fault::Fault;
use crate::run::Verdict;

pub(super) async fn evaluate(common: &Common, options: &EvaluateOptions) -> anyhow::Result<Verdict> {
    let settings = settings(options)?;
    let world = World::of(common)?;
    let model = match &options.model {
        None => world.project.model()?,
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("Failed to open `{}`", path.display()))?;
            Model::parse(&text).with_context(|| format!("Failed to use `{}`", path.display()))?
        }
    };
    let database = Database::open(&world.target, &world.project).await?;
    let found = read(&database, options).await;
    database.close().await;
    let (labels, leas) = found?;
    labels.left_out.iter().for_each(|words| eprintln!("left out: {words}"));
    if labels.records.is_empty() {
        let hint = "load registries with ids first (`districts run`), or give --truth a CSV with name and nces_id";
        return Err(Fault::new("Failed to evaluate: there is no record whose truth is known", hint).into());
    }
    if !common.json {
        println!("model {}, {} records of known truth, {} LEAs", model.version, labels.records.len(), leas.len());
        print_head("setting");
    }
    let mut curves = Vec::new();
    for setting in &settings {
        let score = measure(common, options, &model, setting, &labels, &leas);
        curves.push((setting.name.clone(), score));
    }
    if let Some(path) = &options.plot {
        plot::calibration(path, &curves)?;
        eprintln!("wrote {}", path.display());
    }
    Ok(Verdict::Good)
}

fn settings(options: &EvaluateOptions) -> Result<Vec<Setting>, Fault> {
    if let Some(unknown) = options
        .fields
        .iter()
        .flatten()
        .find(|field| field.as_str() != "name" && !matcher::evaluation::FIELDS.contains(&field.as_str()))
    {
        let hint = format!("fields are name, {}", matcher::evaluation::FIELDS.join(", "));
        return Err(Fault::new(format!("Failed to hide all but `{unknown}`: it is no field"), hint));
    }
    let is_standard = options.fields.is_none() && options.drop_partners.is_none() && !options.with_ids;
    if is_standard && options.truth.is_none() {
        return Ok(Setting::standard());
    }
    let shown = options.fields.as_ref().map_or("all fields".to_owned(), |fields| fields.join(", "));
    let drops = options.drop_partners.unwrap_or(0.0);
    let ids = if options.with_ids { ", with ids" } else { "" };
    let missing = if drops > 0.0 { format!(", {:.0} % of the partners missing", drops * 100.0) } else { String::new() };
    Ok(vec![Setting {
        name: format!("{shown}{ids}{missing}"),
        hides_ids: !options.with_ids,
        fields: options.fields.clone(),
        drops,
    }])
}

async fn read(database: &Database, options: &EvaluateOptions) -> anyhow::Result<(Labels, Vec<Agency>)> {
    let states: Option<Vec<String>> =
        options.states.as_ref().map(|states| states.iter().map(|state| state.to_uppercase()).collect());
    let leas = all_leas(&database.pool, states.as_deref()).await?;
    let labels = match &options.truth {
        Some(path) => by_file(path, &leas)?,
        None => by_ids(&database.pool, &leas).await?,
    };
    Ok((labels, leas))
}

fn measure(
    common: &Common,
    options: &EvaluateOptions,
    model: &Model,
    setting: &Setting,
    labels: &Labels,
    leas: &[Agency],
) -> Score {
    let (records, list) = (setting.mask(&labels.records), setting.thin(leas));
    let outcomes = link_all(model, &records, &list);
    let judged = judge(&records, &list, &labels.truth, &outcomes);
    let score = Score::of(&judged);
    let (by_state, by_list) = (Score::by(&judged, |one| &one.state), Score::by(&judged, |one| &one.list));
    let blocking = Blocking::of(model, &records, &list, &labels.truth);
    if common.json {
        let blocking = json!({
            "counts": blocking,
            "pairs_completeness": blocking.pairs_completeness(),
            "completeness_of_rules": blocking.completeness_of_rules(),
            "reduction_ratio": blocking.reduction_ratio(),
        });
        println!(
            "{}",
            json!({ "setting": setting.name, "pooled": score, "states": by_state, "lists": by_list, "blocking": blocking })
        );
        return score;
    }
    print_line(&setting.name, &score);
    println!(
        "  blocking: pairs completeness {:.4} ({:.4} before what is left over), reduction ratio {:.4} ({:.1} candidates a record)",
        blocking.pairs_completeness(),
        blocking.completeness_of_rules(),
        blocking.reduction_ratio(),
        blocking.compared as f64 / records.len().max(1) as f64
    );
    if options.by_list {
        by_list.iter().for_each(|(list, score)| print_line(&format!("  {list}"), score));
    }
    if options.by_state {
        by_state.iter().for_each(|(state, score)| print_line(&format!("  {state}"), score));
        print_reliability(&score);
    }
    print_errors(options.errors, &records, &list, &labels.truth, &outcomes, &judged);
    score
}

pub(super) fn print_head(first: &str) {
    println!(
        "{first:<34} {:>7} {:>9} {:>5} {:>9} {:>19} {:>7} {:>7} {:>9} {:>6} {:>6}",
        "records", "precision", "wrong", "recall", "95 % interval", "unique", "review", "R@P=.999", "ECE", "Brier"
    );
}

pub(super) fn print_line(name: &str, score: &Score) {
    println!(
        "{name:<34} {:>7} {:>9.4} {:>5} {:>9.4} {:>19} {:>7.4} {:>6.2}% {:>9.4} {:>6.4} {:>6.4}",
        score.records,
        score.precision,
        score.wrong,
        score.recall,
        format!("{:.4} to {:.4}", score.recall_interval.0, score.recall_interval.1),
        score.recall_of_unique,
        100.0 * score.review as f64 / score.records.max(1) as f64,
        score.recall_at_999,
        score.ece,
        score.brier
    );
}

fn print_reliability(score: &Score) {
    println!("  confidence  proposals  mean    right");
    for (bin, (count, mean, share)) in score.reliability.iter().enumerate().filter(|(_, (count, _, _))| *count > 0) {
        println!("  {:.1} to {:.1}  {count:>9}  {mean:.4}  {share:.4}", bin as f64 / 10.0, (bin + 1) as f64 / 10.0);
    }
}

/// Wrong links first, the surest of them on top; then partners that were missed.
fn print_errors(
    count: usize,
    records: &[Agency],
    leas: &[Agency],
    truth: &[String],
    outcomes: &[Outcome],
    judged: &[Judged],
) {
    let mut errors: Vec<(&Outcome, &Judged)> = outcomes
        .iter()
        .zip(judged)
        .filter(|(_, one)| (one.is_accepted && !one.is_right) || (one.has_partner && !one.is_accepted))
        .collect();
    let sureness = |one: &Judged| one.proposed.map_or(0.0, |(probability, _)| probability);
    errors.sort_by(|(_, a), (_, b)| {
        let key = |one: &Judged| (one.is_accepted, !one.is_right);
        key(b).cmp(&key(a)).then(sureness(b).total_cmp(&sureness(a)))
    });
    for (outcome, one) in errors.into_iter().take(count) {
        let record = &records[outcome.record];
        let name_of =
            |id: &str| leas.iter().find(|lea| lea.nces_id.as_deref() == Some(id)).map_or("(gone)", |lea| &lea.name);
        let true_id = &truth[outcome.record];
        let verdict = match (one.is_accepted, one.is_right) {
            (true, _) => "WRONG LINK",
            (false, true) => "right, to review",
            (false, false) => "missed",
        };
        println!("  {verdict}: {} `{}` is {true_id} `{}`", record.state, record.name, name_of(true_id));
        if let Some(best) = &outcome.best {
            println!("    prior {:+.1}", best.prior);
        }
        let shown = [("proposed", &outcome.best), ("against", &outcome.runner_up)];
        shown.iter().filter_map(|(title, one)| Some((title, one.as_ref()?))).for_each(|(title, one)| {
            print_candidate(title, one, &leas[one.lea]);
        });
    }
}

fn print_candidate(title: &str, candidate: &Candidate, lea: &Agency) {
    println!(
        "    {title} {} `{}`, probability {:.4}, confidence {:.4}",
        lea.nces_id.as_deref().unwrap_or(""),
        lea.name,
        candidate.probability,
        candidate.confidence
    );
    let words =
        candidate.evidence.iter().map(|item| format!("{}: {} {:+.1}", item.comparison, item.level, item.weight));
    println!("      {}", words.collect::<Vec<_>>().join("; "));
}
