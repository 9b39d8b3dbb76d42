//! A project folder with a database of its own, and the program run in it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use migrations::testing::TestDatabase;

/// A sample project on a test database.
pub struct TestProject {
    pub folder: tempfile::TempDir,
    pub database: TestDatabase,
}

impl TestProject {
    /// The demo sample, not run yet.
    pub async fn sample() -> Self {
        let project = Self::empty().await;
        loaders::sample::write(project.folder.path(), loaders::sample::Scale::Demo).unwrap();
        project
    }

    /// A folder without settings.
    pub async fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), database: TestDatabase::bare().await }
    }

    /// The program with these arguments, in the folder, on the database.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(self.folder.path(), arguments);
        command.env("DATABASE_URL", self.database.url());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.command(arguments).output().unwrap())
    }

    /// Starts it and goes on.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Everything the stages own, without ids and times: one line per table.
    pub async fn state(&self) -> Vec<(String, i64, String)> {
        sqlx::query_as(include_str!("state.sql")).fetch_all(&self.database.pool).await.unwrap()
    }

    /// How many rows of the stages' tables were written by transactions after `since`.
    pub async fn rows_written_after(&self, since: i64) -> i64 {
        sqlx::query_scalar(include_str!("rows_written.sql")).bind(since).fetch_one(&self.database.pool).await.unwrap()
    }

    /// The number of the newest transaction.
    pub async fn now(&self) -> i64 {
        sqlx::query_scalar("select txid_current()").fetch_one(&self.database.pool).await.unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// The program, without the settings of whoever runs the tests.
pub fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_districts"));
    command.args(arguments).current_dir(folder).env_remove("DATABASE_URL").env_remove("RUST_LOG").stdin(Stdio::null());
    command
}

/// What a run left.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// The JSON object of the last line.
    pub fn json(&self) -> serde_json::Value {
        let line = self.stdout.lines().last().unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }
}
