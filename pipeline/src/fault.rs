//! Errors as a person reads them: what failed, why, and on its own line what to do.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;
use std::sync::Arc;

use embedder::EmbedError;
use loaders::LoadError;
use matcher::ModelError;
use migrations::data::DataError;
use migrations::generate::GenerateError;
use migrations::history::folder::Disorder;
use migrations::lint::Refused;
use migrations::local::LocalError;
use migrations::runner::MigrateError;
use sqlx::error::DatabaseError;

/// An error of the program itself, with its cure.
#[derive(Debug)]
pub struct Fault {
    message: String,
    hint: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Fault {
    /// `message` says what failed; `hint` what to do.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: Some(hint.into()), source: None }
    }

    /// The same, of an error that stays its cause.
    pub fn with_source(
        message: impl Into<String>,
        hint: impl Into<String>,
        source: impl Error + Send + Sync + 'static,
    ) -> Self {
        Self { source: Some(Box::new(source)), ..Self::new(message, hint) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

/// A source that was refused; the others go on.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub Fault);

/// The run was told to stop.
#[derive(Debug, thiserror::Error)]
#[error("Interrupted: everything committed so far is kept")]
pub struct Interrupted;

/// Prints the error and gives the exit code.
pub fn report(error: &anyhow::Error) -> ExitCode {
    print(error);
    ExitCode::from(2)
}

/// Prints the error and its cure.
pub fn print(error: &anyhow::Error) {
    eprintln!("error: {}", chain(error));
    if let Some(hint) = hint(error) {
        eprintln!("hint: {hint}");
    }
}

/// The error and its causes on one line, without repeating what a cause said already.
pub fn chain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let words = words(cause);
        if text.is_empty() {
            text = words;
        } else if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
    }
    text
}

/// What a cause says, without sqlx's packaging around the server's words.
fn words(cause: &(dyn Error + 'static)) -> String {
    use sqlx::migrate::MigrateError as Sqlx;
    let of_server = database_error(cause).and_then(sqlx::Error::as_database_error);
    let of_server = of_server.map(|error| error.message());
    let of_server = of_server.or_else(|| cause.downcast_ref::<Box<dyn DatabaseError>>().map(|error| error.message()));
    let migrating = cause.downcast_ref::<Sqlx>().or_else(|| cause.downcast_ref::<Box<Sqlx>>().map(Box::as_ref));
    match (of_server, migrating) {
        (Some(words), _) => words.to_owned(),
        (None, Some(Sqlx::Execute(error) | Sqlx::ExecuteMigration(error, _))) => words(error),
        _ => cause.to_string(),
    }
}

/// The cure nearest to the cause, unless somebody who looked at the cause said a better one.
pub fn hint(error: &anyhow::Error) -> Option<String> {
    let looked_at = error.chain().find_map(|cause| cause.downcast_ref::<Fault>());
    if let Some(fault) = looked_at.filter(|fault| fault.source.is_some()) {
        return fault.hint.clone();
    }
    error.chain().filter_map(hint_of).last()
}

/// The server went away: it was stopped, it crashed, or the network did.
fn is_lost(error: &sqlx::Error) -> bool {
    const SHUTDOWN: &[&str] = &["57P01", "57P02", "57P03"];
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| SHUTDOWN.contains(&code.as_ref())),
        _ => false,
    }
}

/// What is asked for is not in the schema: a table, a column, the schema itself.
fn is_other_schema(error: &sqlx::Error) -> bool {
    const UNDEFINED: &[&str] = &["42P01", "42703", "3F000"];
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| UNDEFINED.contains(&code.as_ref()))
}

fn is_read_only(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "25006")
}

fn is_forbidden(error: &sqlx::Error) -> bool {
    // An extension wants a superuser, as the migration that makes it says.
    let is_one = |error: &dyn DatabaseError| {
        error.code().is_some_and(|code| code == "42501") && !error.message().contains("extension")
    };
    error.as_database_error().is_some_and(is_one)
}

/// Some errors share theirs.
fn database_error<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a sqlx::Error> {
    cause.downcast_ref::<sqlx::Error>().or_else(|| cause.downcast_ref::<Arc<sqlx::Error>>().map(Arc::as_ref))
}

fn hint_of_database(error: &sqlx::Error) -> Option<&'static str> {
    match error {
        error if is_lost(error) => Some(
            "the connection to the database was lost; what was committed is kept: once the server answers, run again",
        ),
        error if is_other_schema(error) => Some(
            "the database is not at this program's schema: `districts migrate up` brings it there, `districts run` fills it",
        ),
        error if is_read_only(error) => Some(
            "only reading is allowed there: name the primary server, or `alter database NAME reset default_transaction_read_only`",
        ),
        error if is_forbidden(error) => {
            Some("this role may not do that: connect as the owner of the database's tables, who may everything here")
        }
        _ => None,
    }
}

fn hint_of(cause: &(dyn Error + 'static)) -> Option<String> {
    if let Some(fault) = cause.downcast_ref::<Fault>() {
        return fault.hint.clone();
    }
    if let Some(Refusal(fault)) = cause.downcast_ref::<Refusal>() {
        return fault.hint.clone();
    }
    if let Some(error) = cause.downcast_ref::<LoadError>() {
        return error.hint();
    }
    if let Some(error) = cause.downcast_ref::<LocalError>() {
        return error.hint();
    }
    if let Some(error) = cause.downcast_ref::<MigrateError>() {
        return error.hint();
    }
    if let Some(error) = cause.downcast_ref::<DataError>() {
        return Some(error.hint());
    }
    if let Some(error) = cause.downcast_ref::<GenerateError>() {
        return Some(error.hint());
    }
    if let Some(error) = cause.downcast_ref::<Disorder>() {
        return error.hint();
    }
    if let Some(error) = cause.downcast_ref::<Refused>() {
        return error.hint();
    }
    if let Some(error) = cause.downcast_ref::<EmbedError>() {
        return error.hint();
    }
    if let Some(error) = cause.downcast_ref::<ModelError>() {
        return error.hint();
    }
    if let Some(words) = database_error(cause).and_then(hint_of_database) {
        return Some(words.to_owned());
    }
    cause.downcast_ref::<Interrupted>().map(|_| "run the same command again: it goes on where it stopped".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_connection_has_its_cure_wherever_the_error_was_wrapped() {
        let lost = Arc::new(sqlx::Error::PoolTimedOut);
        let error: anyhow::Error = EmbedError::Database { action: "store vectors", source: lost }.into();
        assert!(hint(&error).unwrap().contains("once the server answers, run again"));
        assert!(hint(&sqlx::Error::WorkerCrashed.into()).unwrap().contains("once the server answers, run again"));
    }
}
