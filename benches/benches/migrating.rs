//! Migrations as whole processes, beside psql on the same server: an up-to-date database asked again, a fresh one brought
//! to the current schema; and a thousand files judged. Runs alternate, so that both see the same machine.
#![allow(missing_docs)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use migrations::history::HISTORY;
use migrations::local::find_or_install;
use migrations::testing::TestDatabase;
use nix::sys::resource::{UsageWho, getrusage};

type Outcome<T> = Result<T, Box<dyn Error>>;

const RUNS: usize = 21;
const LINTED: usize = 1000;

fn main() -> Outcome<()> {
    let program = benches::program()?;
    let psql = find_or_install(&|_| {})?.program("psql");
    let runtime = tokio::runtime::Runtime::new()?;
    // While one test database is there, the server is up.
    let current = runtime.block_on(TestDatabase::new());
    run(Command::new(&program).args(["migrate", "up", "--database-url", &current.url()]))?;
    nothing_to_do(&program, &psql, &current)?;
    fresh(&program, &psql, &runtime)?;
    lint(&program)
}

fn nothing_to_do(program: &Path, psql: &Path, database: &TestDatabase) -> Outcome<()> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        ours.push(run(Command::new(program).args(["migrate", "up", "--database-url", &database.url()]))?);
        theirs.push(run(Command::new(psql).args([&database.url(), "-qAtc", "select 1"]))?);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!(
        "up, nothing to do: {:.1} ms; psql -c 'select 1': {:.1} ms; {:.1} ms beyond 1.5 times psql (goal: 50)",
        ours * 1e3,
        theirs * 1e3,
        (ours - 1.5 * theirs) * 1e3
    );
    Ok(())
}

fn fresh(program: &Path, psql: &Path, runtime: &tokio::runtime::Runtime) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let files: Vec<PathBuf> = HISTORY.iter().map(|step| folder.path().join(format!("{}.up.sql", step.name))).collect();
    for (step, path) in HISTORY.iter().zip(&files) {
        std::fs::write(path, step.up)?;
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let one = runtime.block_on(TestDatabase::bare());
        ours.push(run(Command::new(program).args(["migrate", "up", "--database-url", &one.url()]))?);
        let other = runtime.block_on(TestDatabase::bare());
        // The runner has made the schema of its own table by then.
        let made = "create schema ops; create table ops.schema_migrations (version bigint primary key)";
        run(Command::new(psql).args([&other.url(), "-qc", made]))?;
        let mut command = Command::new(psql);
        command.args([&other.url(), "-q", "-v", "ON_ERROR_STOP=1"]);
        for file in &files {
            command.arg("-f").arg(file);
        }
        theirs.push(run(&mut command)?);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!(
        "fresh database to version {}: {:.1} ms; psql with the same files: {:.1} ms; ratio {:.2} (goal: 1.3)",
        HISTORY.len(),
        ours * 1e3,
        theirs * 1e3,
        ours / theirs
    );
    Ok(())
}

fn lint(program: &Path) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let mut files = Vec::new();
    for number in 0..LINTED {
        let step = HISTORY[number % HISTORY.len()];
        let path = folder.path().join(format!("{number:04}_words.up.sql"));
        std::fs::write(&path, step.up)?;
        std::fs::write(path.with_file_name(format!("{number:04}_words.down.sql")), step.down)?;
        files.push(path);
    }
    let bytes: usize = (0..LINTED).map(|number| HISTORY[number % HISTORY.len()].up.len()).sum();
    let before = children_seconds()?;
    Command::new(program).args(["migrate", "lint"]).args(&files).stdout(Stdio::null()).status()?;
    println!(
        "lint of {LINTED} files, {:.1} MB: {:.2} CPU s (goal: 2)",
        bytes as f64 / 1e6,
        children_seconds()? - before
    );
    Ok(())
}

/// Seconds of a run that succeeds.
fn run(command: &mut Command) -> Outcome<f64> {
    let begun = Instant::now();
    let ran = command.stdin(Stdio::null()).output()?;
    let seconds = begun.elapsed().as_secs_f64();
    match ran.status.success() {
        true => Ok(seconds),
        false => Err(String::from_utf8_lossy(&ran.stderr).into_owned().into()),
    }
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

fn children_seconds() -> Outcome<f64> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let of = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    Ok(of(usage.user_time()) + of(usage.system_time()))
}
