//! New or changed documents into vectors.

use std::sync::Arc;
use std::time::Duration;

use embedder::EmbedError;
use embedder::chunk::Chunker;
use embedder::estimate::estimate;
use embedder::index::{build, set_aside};
use embedder::model::http::Limits;
use embedder::model::{Embedder, Hashing, Http, HttpSettings, Secret};
use embedder::queue::{account, enqueue};
use embedder::work::{Plan, plan};
use embedder::worker::{Crew, Done, work};

use crate::context::{Context, Missed, StageReport};
use crate::fault::Fault;
use crate::progress::Progress;
use crate::settings::{EmbedSettings, Project};

pub(super) async fn run(context: &Context<'_>, progress: &Progress) -> anyhow::Result<StageReport> {
    let settings = &context.project.settings.embed;
    let (model, chunker) = (model(context.project)?, chunker(settings));
    let plan = plan(&context.pool, model.name(), chunker).await?;
    let current = plan.documents - plan.pending.len();
    if plan.documents == 0 {
        return Ok(StageReport::skipped("there are no documents"));
    }
    if !context.is_dry {
        enqueue(&context.pool, &plan, model.name()).await?;
    }
    if plan.pending.is_empty() {
        return Ok(StageReport {
            rows_skipped: current as u64,
            ..StageReport::skipped(format!("{current} documents have their vectors"))
        });
    }
    let mut report =
        StageReport { rows_in: plan.pending.len() as u64, rows_skipped: current as u64, ..StageReport::default() };
    if context.is_dry {
        report.note = foresee(context, &plan, &model, chunker).await?;
        return Ok(report);
    }
    progress.step(&format!("embedding {} documents with {}", plan.pending.len(), model.name()));
    progress.total(plan.pending.len() as u64);
    let heard = |done: Done| progress.advance((done.documents + done.dead) as u64);
    let is_set_aside = set_aside(&context.pool, &plan, &model).await?;
    let done = work(&context.pool, &model, chunker, Crew::of(settings.workers), heard).await;
    if is_set_aside {
        progress.step("building the vector index that the load went without");
        // What ended the load says more than what that does to the index; the next run builds it.
        let built = build(&context.pool).await;
        if done.is_ok() {
            built?;
        }
    }
    let done = done?;
    let account = account(&context.pool).await?;
    report.rows_out = done.chunks as u64;
    report.note = format!(
        "{} documents into {} chunks by {}, {current} unchanged{}",
        done.documents,
        done.chunks,
        model.name(),
        words_of_cost(&model, &done)
    );
    report.figures = [
        ("model", model.name().into()),
        ("chunks", report.rows_out.into()),
        ("sent", done.sent.into()),
        ("pending", account.pending.into()),
        ("dead", account.dead.into()),
    ]
    .into();
    if account.dead > 0 {
        report.missed.push(Missed {
            what: format!("{} documents cannot be embedded", account.dead),
            cure: Some("`districts embed dead` says why, `districts embed retry` tries them again".to_owned()),
        });
    }
    Ok(report)
}

async fn foresee(context: &Context<'_>, plan: &Plan, model: &Embedder, chunker: Chunker) -> Result<String, EmbedError> {
    let remote = if let Embedder::Remote(http) = model { Some(http) } else { None };
    let foreseen = estimate(&context.pool, plan, chunker, remote.map(|http| http.name())).await?;
    let mut words = format!(
        "{} of {} documents would be embedded by {}: {} chunks",
        foreseen.documents,
        plan.documents,
        model.name(),
        foreseen.chunks
    );
    if remote.is_some() {
        words.push_str(&format!(", {} texts sent", foreseen.texts));
    }
    words.push_str(&format!(", {} tokens", foreseen.tokens));
    if let Some(http) = remote {
        words.push_str(&format!(", ${:.4}", http.cost(foreseen.tokens)));
        match http.minutes(foreseen.tokens) {
            Some(minutes) => words.push_str(&format!(", {minutes:.1} minutes at the limit")),
            None => words.push_str(", no `tokens_per_minute` is set"),
        }
    }
    Ok(words)
}

fn words_of_cost(model: &Embedder, done: &Done) -> String {
    match model {
        Embedder::Local(_) => String::new(),
        Embedder::Remote(http) => {
            let tokens = http.billed_tokens();
            format!("; {} texts sent, {tokens} tokens, ${:.4}", done.sent, http.cost(tokens))
        }
    }
}

/// The configured model.
pub fn model(project: &Project) -> Result<Embedder, Fault> {
    let settings = &project.settings.embed;
    match settings.model.as_str() {
        "hashing" | Hashing::NAME => Ok(Embedder::hashing()),
        "http" => {
            let http = Http::new(http_settings(project)?)
                .map_err(|error| Fault::new(error.to_string(), error.hint().unwrap_or_default()))?;
            Ok(Embedder::Remote(Arc::new(http)))
        }
        other => Err(Fault::new(
            format!("Failed to find a model `{other}`"),
            "`hashing` is the offline model; `http` asks a server, named by `url` and `name` under [embed]",
        )),
    }
}

fn http_settings(project: &Project) -> Result<HttpSettings, Fault> {
    let settings = &project.settings.embed;
    let required = |value: &Option<String>, name: &str| {
        let missing = || {
            Fault::new(
                format!("Failed to use the http model: `[embed] {name}` is not set"),
                "such as url = \"https://api.openai.com/v1\", name = \"text-embedding-3-small\"",
            )
        };
        value.clone().ok_or_else(missing)
    };
    let limits = Limits { requests: settings.requests_per_minute, tokens: settings.tokens_per_minute };
    Ok(HttpSettings {
        url: required(&settings.url, "url")?,
        name: required(&settings.name, "name")?,
        key: key(project)?,
        key_header: settings.key_header.clone(),
        dimensions: settings.dimensions,
        prefix: settings.prefix.clone(),
        pads: settings.pad,
        max_inputs: settings.max_inputs,
        concurrency: settings.concurrency,
        limits,
        ramps: settings.ramp,
        timeout: Duration::from_secs(settings.timeout_seconds),
        patience: Duration::from_secs(settings.patience_seconds),
        price: settings.price_per_million,
        max_cost: settings.max_cost,
    })
}

/// The key, from a variable or a file; the settings never hold it.
fn key(project: &Project) -> Result<Option<Secret>, Fault> {
    let settings = &project.settings.embed;
    if let Some(name) = &settings.key_env {
        let wrong = |_| {
            Fault::new(
                format!("Failed to read the key: the variable {name} is not set"),
                "export it, or name a file by `[embed] key_file`",
            )
        };
        return std::env::var(name).map(|key| Some(Secret::new(&key))).map_err(wrong);
    }
    let Some(file) = &settings.key_file else { return Ok(None) };
    let path = project.path(file);
    let wrong = |error| {
        Fault::new(format!("Failed to read the key from `{}`: {error}", path.display()), "one line with the key in it")
    };
    std::fs::read_to_string(&path).map(|key| Some(Secret::new(&key))).map_err(wrong)
}

/// The configured way of cutting.
pub fn chunker(settings: &EmbedSettings) -> Chunker {
    Chunker { max_tokens: settings.chunk_tokens, overlap_tokens: settings.overlap_tokens }
}
