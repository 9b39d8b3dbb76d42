//! `RECIPES.md`, executed: what a reader copies has been judged, applied, reverted and applied again.

use std::collections::BTreeMap;
use std::path::Path;

use migrations::data;
use migrations::history::{Step, folder, header};
use migrations::lint::{File, Severity, lint_after};
use migrations::runner::{Manner, down_through, up_through};
use migrations::testing::TestDatabase;
use sqlx::{AssertSqlSafe, Executor as _};

const RECIPES: &str = include_str!("../../RECIPES.md");

/// The blocks below one heading.
#[derive(Debug, Default)]
struct Recipe {
    files: BTreeMap<String, String>,
    data: BTreeMap<String, String>,
    checks: Vec<String>,
}

fn recipes() -> Vec<(String, Recipe)> {
    let mut recipes: Vec<(String, Recipe)> = Vec::new();
    let mut lines = RECIPES.lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            recipes.push((title.to_owned(), Recipe::default()));
        }
        let Some(kind) = line.strip_prefix("```sql ") else { continue };
        let text: String = lines.by_ref().take_while(|line| *line != "```").flat_map(|line| [line, "\n"]).collect();
        let (_, recipe) = recipes.last_mut().expect("a block stands below a heading");
        match kind.split_once('=') {
            Some(("file", name)) => drop(recipe.files.insert(name.to_owned(), text)),
            Some(("data", name)) => drop(recipe.data.insert(name.to_owned(), text)),
            _ => recipe.checks.push(text),
        }
    }
    recipes
}

fn write(folder: &Path, files: &BTreeMap<String, String>) {
    std::fs::create_dir_all(folder).unwrap();
    files.iter().for_each(|(name, text)| std::fs::write(folder.join(name), text).unwrap());
}

fn judge(title: &str, steps: &[Step]) {
    for (position, step) in steps.iter().enumerate().skip(1) {
        let earlier: Vec<&str> = steps[..position].iter().map(|step| step.up).collect();
        for (side, sql) in [("up", step.up), ("down", step.down)] {
            let name = format!("{}.{side}.sql", step.name);
            let mut found = lint_after(&earlier, File { name: &name, sql, has_down: true });
            found.retain(|finding| finding.severity > Severity::Note);
            assert!(found.is_empty(), "{title}: {found:#?}");
        }
    }
}

async fn follow(title: &str, recipe: &Recipe, start: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (history, moves) = (folder.path().join("history"), folder.path().join("data"));
    write(&history, &recipe.files);
    write(&history, &[("0001_start.up.sql".to_owned(), start.to_owned())].into());
    write(&history, &[("0001_start.down.sql".to_owned(), "-- irreversible: the start\n".to_owned())].into());
    let steps = folder::steps(&history).unwrap_or_else(|disorder| panic!("{title}: {disorder}"));
    judge(title, &steps);
    let database = TestDatabase::bare().await;
    let options = database.options();
    if recipe.data.is_empty() {
        up_through(&options, &steps, Manner::default(), |_| {})
            .await
            .unwrap_or_else(|error| panic!("{title}: {error}"));
    } else {
        // The column, then its rows, then what they prove.
        up_through(&options, &steps[..2], Manner::default(), |_| {}).await.unwrap();
        write(&moves.join("public"), &recipe.data);
        let moved = data::read(&moves).unwrap_or_else(|error| panic!("{title}: {error}"));
        data::up(&options, &moved, &[], &|_| Err(String::new()), |_, _| {}).await.unwrap();
        up_through(&options, &steps, Manner::default(), |_| {})
            .await
            .unwrap_or_else(|error| panic!("{title}: {error}"));
    }
    for check in &recipe.checks {
        let holds: bool = sqlx::query_scalar(AssertSqlSafe(check.clone())).fetch_one(&database.pool).await.unwrap();
        assert!(holds, "{title}: {check}");
    }
    let floor = steps.iter().filter(|step| header(step.down, "irreversible").is_some()).map(|step| step.version).max();
    if !recipe.data.is_empty() {
        return;
    }
    down_through(&options, &steps, floor.unwrap(), |_| {}).await.unwrap_or_else(|error| panic!("{title}: {error}"));
    up_through(&options, &steps, Manner::default(), |_| {}).await.unwrap_or_else(|error| panic!("{title}: {error}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_recipe_is_judged_applied_reverted_and_applied_again() {
    let recipes = recipes();
    let start = recipes[0].1.files["0001_start.up.sql"].clone();
    let executed = recipes[1..].iter().filter(|(_, recipe)| !recipe.files.is_empty());
    let mut count = 0;
    for (title, recipe) in executed {
        follow(title, recipe, &start).await;
        count += 1;
    }
    assert_eq!(count, 10, "{:?}", recipes.iter().map(|(title, _)| title).collect::<Vec<_>>());
}

/// A column that two names share for a release: whichever a program writes, both have it.
#[tokio::test]
async fn a_renamed_column_has_what_either_program_writes() {
    let recipes = recipes();
    let of = |title: &str, file: &str| recipes.iter().find(|(name, _)| name == title).unwrap().1.files[file].clone();
    let database = TestDatabase::bare().await;
    for sql in [of("The table at the start", "0001_start.up.sql"), of("Rename a column", "0002_school_title.up.sql")] {
        database.pool.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    }
    let written = "insert into schools (name, size) values ('old program', 'a');
        insert into schools (title, size) values ('new program', 'b');
        update schools set name = 'old again' where size = 'a';
        update schools set title = 'new again' where size = 'b'";
    database.pool.execute(sqlx::raw_sql(written)).await.unwrap();
    let rows: Vec<(String, String)> =
        sqlx::query_as("select name, title from schools where size in ('a', 'b') order by size")
            .fetch_all(&database.pool)
            .await
            .unwrap();
    let both = |words: &str| (words.to_owned(), words.to_owned());
    assert_eq!(rows, [both("old again"), both("new again")]);
}
