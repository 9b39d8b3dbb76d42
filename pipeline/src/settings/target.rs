//! Which database: the one named, or the embedded one.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

use super::Project;
use crate::fault::Fault;

/// Database of the user's data in the embedded server.
const USER_DATABASE: &str = "districts";
/// Database of the sample in the embedded server.
const SAMPLE_DATABASE: &str = "sample";
/// Database of the sample on any other server.
const SAMPLE_DATABASE_ELSEWHERE: &str = "districts_sample";

/// A database to work on.
#[derive(Debug, Clone)]
pub enum Target {
    /// The program's own server.
    Embedded {
        /// Which of its databases.
        database: &'static str,
    },
    /// Somebody else's server.
    Given {
        /// Where, and the password.
        url: Box<DatabaseUrl>,
        /// Whether the sample's database beside it is meant.
        is_sample: bool,
    },
}

/// A URL with a password in it, and where it was found. Neither `Debug` nor `Display` shows it.
#[derive(Clone)]
pub struct DatabaseUrl {
    options: PgConnectOptions,
    origin: &'static str,
    /// As written; programs of PostgreSQL's own want it.
    text: String,
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "DatabaseUrl {{ from: {} }}", self.origin)
    }
}

impl Target {
    /// Flag, environment, `.env`, `districts.toml`, embedded: the first that is set.
    pub fn choose(flag: Option<&str>, project: &Project, start: &Path, is_sample: bool) -> anyhow::Result<Self> {
        let environment = std::env::var("DATABASE_URL").ok();
        let dotenv = dotenv_url(start)?;
        let found = [
            (flag.map(str::to_owned), "--database-url"),
            (environment, "DATABASE_URL"),
            (dotenv, "DATABASE_URL in .env"),
            (project.settings.database.url.clone(), "[database] url in districts.toml"),
        ];
        let given = found
            .into_iter()
            .find_map(|(url, origin)| url.filter(|url| !url.trim().is_empty()).map(|url| (url, origin)));
        match given {
            Some((url, origin)) => Ok(Self::Given { url: Box::new(DatabaseUrl::parse(&url, origin)?), is_sample }),
            None => Ok(Self::Embedded { database: if is_sample { SAMPLE_DATABASE } else { USER_DATABASE } }),
        }
    }
}

impl DatabaseUrl {
    fn parse(url: &str, origin: &'static str) -> Result<Self, Fault> {
        let hint = "a PostgreSQL URL looks like postgresql://user:password@host:5432/database; marks in a password are written %40 for @, %2F for /";
        let has_scheme = ["postgres://", "postgresql://"].iter().any(|scheme| url.trim().starts_with(scheme));
        let options = PgConnectOptions::from_str(url.trim()).ok().filter(|_| has_scheme);
        let options = options.ok_or_else(|| {
            Fault::new(format!("Failed to read the database URL from {origin}: it is not a PostgreSQL URL"), hint)
        })?;
        Ok(Self { options, origin, text: url.trim().to_owned() })
    }

    /// How to connect.
    pub fn options(&self, is_sample: bool) -> PgConnectOptions {
        if is_sample { self.options.clone().database(SAMPLE_DATABASE_ELSEWHERE) } else { self.options.clone() }
    }

    /// The URL with its password, for pg_dump alone: never to be printed.
    pub fn secret(&self, is_sample: bool) -> String {
        if !is_sample {
            return self.text.clone();
        }
        let (head, query) =
            self.text.split_once('?').map_or((self.text.as_str(), None), |(head, query)| (head, Some(query)));
        let server = head.find("://").map_or(head, |at| {
            let path = head[at + 3..].find('/').map_or(head.len(), |slash| at + 3 + slash);
            &head[..path]
        });
        let query = query.map_or(String::new(), |query| format!("?{query}"));
        format!("{server}/{SAMPLE_DATABASE_ELSEWHERE}{query}")
    }

    /// Name of the sample's database.
    pub fn sample_database() -> &'static str {
        SAMPLE_DATABASE_ELSEWHERE
    }

    /// `host:port/database`, without user and password.
    pub fn label(&self, is_sample: bool) -> String {
        let options = self.options(is_sample);
        let database = options.get_database().unwrap_or(options.get_username()).to_owned();
        match options.get_socket() {
            Some(socket) => format!("{}/{database}", socket.display()),
            None => format!("{}:{}/{database}", options.get_host(), options.get_port()),
        }
    }

    /// Where it was found, for messages.
    pub fn origin(&self) -> &'static str {
        self.origin
    }
}

/// `DATABASE_URL` from the nearest `.env` in `start` or above; nothing else of the file is used.
fn dotenv_url(start: &Path) -> Result<Option<String>, Fault> {
    let Some(path) = start.ancestors().map(|folder| folder.join(".env")).find(|path| path.is_file()) else {
        return Ok(None);
    };
    let broken = |what: String| {
        Fault::new(
            format!("Failed to read `{}`: {what}", path.display()),
            "each line is NAME=value; quote values with blanks or `#`",
        )
    };
    let entries = dotenvy::from_path_iter(&path).map_err(|error| broken(error.to_string()))?;
    for entry in entries {
        // The parser's own words repeat the line, which may be a secret.
        let (name, value) = entry.map_err(|_| broken("a line of it is not NAME=value".to_owned()))?;
        if name == "DATABASE_URL" {
            return Ok(Some(value));
        }
    }
    Ok(None)
}
