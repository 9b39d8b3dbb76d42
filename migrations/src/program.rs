//! PostgreSQL's own programs, run against a database named by its URL. The password goes by environment: an argument
//! could be read by everybody on the machine.

use std::path::Path;
use std::process::Command;

use percent_encoding::percent_decode_str;
use url::Url;

/// A command whose database is the one behind `url`.
pub(crate) fn on(program: &Path, url: &str) -> Command {
    let (plain, password) = apart(url);
    let mut command = Command::new(program);
    command.arg(format!("--dbname={plain}")).env("PGAPPNAME", "districts migrate").env("PGPASSWORD", password);
    command
}

/// What it printed, or the first line of what it complained about.
pub(crate) fn output(mut command: Command) -> Result<Vec<u8>, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(words.lines().next().unwrap_or("it failed without a word").to_owned())
}

/// The URL without its password, and the password.
fn apart(url: &str) -> (String, String) {
    let Ok(mut parsed) = Url::parse(url) else { return (url.to_owned(), String::new()) };
    let password = percent_decode_str(parsed.password().unwrap_or_default()).decode_utf8_lossy().into_owned();
    // Only a URL without a host refuses, and that has none.
    match parsed.password().is_some() && parsed.set_password(None).is_ok() {
        true => (parsed.into(), password),
        false => (url.to_owned(), password),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_no_argument() {
        let url = "postgresql://me:se%40cret@db.example.org:5432/x?sslmode=require";
        let plain = "postgresql://me@db.example.org:5432/x?sslmode=require".to_owned();
        assert_eq!(apart(url), (plain, "se@cret".to_owned()));
        let local = "postgresql:///x?host=/tmp";
        assert_eq!(apart(local), (local.to_owned(), String::new()));
    }
}
