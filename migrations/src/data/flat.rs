//! A flat file, checked against its SHA-256 and set ready as a temporary table.

use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, PgConnection};

use super::DataError;
use super::steps::{DataStep, Home};

/// Gets what lies behind an address such as `https://…`. The network is the caller's.
pub type Fetch<'a> = &'a (dyn Fn(&str) -> Result<Vec<u8>, String> + Sync);

/// `-- file: states.csv (usps, name) sha256:…`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlatFile {
    /// Its name below the schema's `files`, or its address.
    pub place: String,
    /// Its columns, in order; none for JSON.
    pub columns: Vec<String>,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
}

impl FlatFile {
    /// The files that a step's header names.
    pub fn all_of(step: &DataStep) -> Result<Vec<Self>, DataError> {
        let comments = step.up.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with("--"));
        let named = comments.filter_map(|line| line.strip_prefix("--")?.trim().strip_prefix("file:"));
        named
            .map(|text| {
                let why = format!("`{}` does not say which file, which columns and which sha256", text.trim());
                Self::parse(text.trim()).ok_or_else(|| DataError::Header { name: step.name.clone(), why })
            })
            .collect()
    }

    fn parse(text: &str) -> Option<Self> {
        let (front, sha256) = text.rsplit_once("sha256:")?;
        let (place, columns) = match front.trim().strip_suffix(')') {
            Some(front) => front.split_once('(')?,
            None => (front, ""),
        };
        let columns: Vec<String> =
            columns.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let sha256 = sha256.trim().to_lowercase();
        let is_hex = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        let file = Self { place: place.trim().to_owned(), columns, sha256 };
        let is_plain =
            |name: &String| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        let has_columns = file.is_json() == file.columns.is_empty();
        (is_hex && has_columns && file.columns.iter().all(is_plain) && is_plain(&file.table())).then_some(file)
    }

    fn is_json(&self) -> bool {
        self.place.ends_with(".json")
    }

    /// The temporary table: the file's name without folder and ending.
    fn table(&self) -> String {
        let name = self.place.rsplit('/').next().unwrap_or_default();
        name.split('.').next().unwrap_or_default().to_owned()
    }

    /// Loads it, or says why not.
    pub(super) async fn load(
        &self,
        step: &DataStep,
        fetch: Fetch<'_>,
        connection: &mut PgConnection,
    ) -> Result<(), DataError> {
        let wrong = |why: String| DataError::File { name: step.name.clone(), file: self.place.clone(), why };
        let bytes = self.bytes(&step.home, fetch).map_err(wrong)?;
        let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        if found != self.sha256 {
            return Err(wrong(format!("its SHA-256 is {found}, not {}", self.sha256)));
        }
        let loaded = if self.is_json() {
            self.load_json(&bytes, connection).await
        } else {
            self.load_csv(bytes, connection).await
        };
        loaded.map_err(|error| {
            wrong(error.as_database_error().map_or_else(|| error.to_string(), |error| error.message().to_owned()))
        })
    }

    fn bytes(&self, home: &Home, fetch: Fetch<'_>) -> Result<Vec<u8>, String> {
        if self.place.contains("://") {
            return fetch(&self.place);
        }
        match home {
            Home::Program(files) => {
                let file = files.iter().find(|(name, _)| *name == self.place);
                file.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| "it is not in the program".to_owned())
            }
            Home::Folder(folder) => {
                let is_below = std::path::Path::new(&self.place)
                    .components()
                    .all(|part| matches!(part, std::path::Component::Normal(_)));
                if !is_below {
                    return Err("the path leaves the schema's folder `files`".to_owned());
                }
                let path = folder.join(&self.place);
                std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))
            }
        }
    }

    async fn load_csv(&self, bytes: Vec<u8>, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let (table, columns) = (self.table(), self.columns.join(", "));
        let typed: Vec<String> = self.columns.iter().map(|column| format!("{column} text")).collect();
        // Names are lower-case letters, digits and underscores.
        let make = format!("drop table if exists pg_temp.{table}; create temp table {table} ({})", typed.join(", "));
        sqlx::raw_sql(AssertSqlSafe(make)).execute(&mut *connection).await?;
        // `match`: a file whose columns are others is refused.
        let copy = format!("copy pg_temp.{table} ({columns}) from stdin (format csv, header match)");
        let mut copy = connection.copy_in_raw(&copy).await?;
        copy.send(bytes).await?;
        copy.finish().await.map(drop)
    }

    async fn load_json(&self, bytes: &[u8], connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let table = self.table();
        let make = format!("drop table if exists pg_temp.{table}; create temp table {table} (document jsonb)");
        sqlx::raw_sql(AssertSqlSafe(make)).execute(&mut *connection).await?;
        sqlx::query(AssertSqlSafe(format!("insert into pg_temp.{table} values ($1::text::jsonb)")))
            .bind(String::from_utf8_lossy(bytes).into_owned())
            .execute(connection)
            .await
            .map(drop)
    }
}
