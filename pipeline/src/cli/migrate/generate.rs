//! `districts migrate generate` and `push`: from the declared schema to files, or straight to a `dev` database.

use std::path::Path;

use anyhow::Context as _;
use migrations::generate::{self, Draft};
use migrations::schema;
use serde_json::json;
use sqlx::AssertSqlSafe;

use super::arguments::GenerateOptions;
use super::keep;
use crate::cli::arguments::Common;
use crate::database::Database;
use crate::fault::Fault;
use crate::run::Verdict;

pub(super) async fn generate(
    common: &Common,
    options: &GenerateOptions,
    history: Option<&Path>,
) -> anyhow::Result<Verdict> {
    let history = history.unwrap_or(Path::new("migrations/history"));
    let drafts = match options.empty {
        true => vec![generate::empty(history, &options.name)?],
        false => generate::generate(&options.declared, history, &options.name).await?,
    };
    if drafts.is_empty() {
        match common.json {
            true => println!("{}", json!({ "generated": [] })),
            false => println!(
                "no schema changes detected: {} makes what {} declares\n  hint: was the file saved, is it in a folder named after its schema, and is --declared the right folder?",
                history.display(),
                options.declared.display()
            ),
        }
        return Ok(Verdict::Good);
    }
    for draft in &drafts {
        write(history, draft)?;
    }
    if common.json {
        let names: Vec<&str> = drafts.iter().map(|draft| draft.name.as_str()).collect();
        println!("{}", json!({ "generated": names, "losses": drafts[0].losses }));
        return Ok(Verdict::Good);
    }
    for draft in &drafts {
        println!("Generated migration: {}.up.sql, {}.down.sql", draft.name, draft.name);
    }
    drafts[0].losses.iter().for_each(|loss| println!("  destructive: {loss}"));
    if !options.empty {
        println!("  proved: up ends at the declared schema, down ends where it began");
    }
    println!("  next: read them, then list each in migrations/src/history/mod.rs");
    Ok(Verdict::Good)
}

/// Never over a file that is there.
fn write(folder: &Path, draft: &Draft) -> anyhow::Result<()> {
    for (side, text) in [("up", &draft.up), ("down", &draft.down)] {
        let path = folder.join(format!("{}.{side}.sql", draft.name));
        let mut file =
            std::fs::File::create_new(&path).with_context(|| format!("Failed to write `{}`", path.display()))?;
        std::io::Write::write_all(&mut file, text.as_bytes())?;
    }
    Ok(())
}

pub(super) async fn push(common: &Common, database: &Database, declared: &Path, is_dry: bool) -> anyhow::Result<()> {
    keep::only_dev(database, "push").await?;
    let (program, url) = (keep::program("pg_dump").await?, database.secret_url().to_owned());
    let present =
        tokio::task::spawn_blocking(move || schema::dump(&program, &url, &schema::schemas_of_others(&program, &url)?))
            .await??;
    let (statements, losses) = generate::push_plan(declared, &present).await?;
    losses.iter().for_each(|loss| eprintln!("warning: {loss}"));
    if is_dry {
        statements.iter().for_each(|statement| println!("{statement}"));
        return Ok(());
    }
    let mut transaction = database.pool.begin().await?;
    for statement in &statements {
        let outcome = sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(&mut *transaction).await;
        outcome
            .map_err(|error| Fault::new(format!("Failed to push: {error}, in `{statement}`"), "nothing was changed"))?;
    }
    transaction.commit().await?;
    match common.json {
        true => println!("{}", json!({ "statements": statements.len(), "losses": losses })),
        false => println!("{} statements; the history knows nothing of them", statements.len()),
    }
    Ok(())
}
