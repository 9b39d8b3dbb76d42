//! Which data migrations there are: those in the program, or a folder's.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::DataError;
use crate::history::folder;

/// Where a step's flat files lie.
#[derive(Debug, Clone)]
pub enum Home {
    /// In the program: name and text.
    Program(&'static [(&'static str, &'static str)]),
    /// In a folder.
    Folder(PathBuf),
}

/// One data migration.
#[derive(Debug, Clone)]
pub struct DataStep {
    /// The PostgreSQL schema whose rows it moves.
    pub schema: String,
    /// The number in front of the file name.
    pub version: i64,
    /// Schema and file name: `reference/0001_states`.
    pub name: String,
    /// The way there.
    pub up: String,
    /// The way back.
    pub down: String,
    /// Where its flat files lie.
    pub home: Home,
}

impl DataStep {
    /// What the database remembers of the file.
    pub(super) fn checksum(&self) -> Vec<u8> {
        Sha256::digest(self.up.as_bytes()).to_vec()
    }
}

macro_rules! shipped {
    ($version:literal, $schema:literal, $name:literal, [$($file:literal),*]) => {
        DataStep {
            schema: $schema.to_owned(),
            version: $version,
            name: concat!($schema, "/", $name).to_owned(),
            up: include_str!(concat!("../../data/", $schema, "/", $name, ".up.sql")).to_owned(),
            down: include_str!(concat!("../../data/", $schema, "/", $name, ".down.sql")).to_owned(),
            home: Home::Program(&[$(($file, include_str!(concat!("../../data/", $schema, "/files/", $file)))),*]),
        }
    };
}

/// Those in the program, in the order in which they are applied.
pub fn shipped() -> Vec<DataStep> {
    vec![
        shipped!(1, "reference", "0001_states", ["states.csv"]),
        shipped!(2, "reference", "0002_keyword_taxonomy", ["keyword_taxonomy.csv"]),
        shipped!(3, "reference", "0003_more_synonyms", ["keyword_taxonomy_2.csv"]),
    ]
}

/// Reads `folder/<schema>/NNNN_words.{up,down}.sql`; a schema's flat files lie in `folder/<schema>/files`. Schemas are
/// applied in the order of their names.
pub fn read(folder: &Path) -> Result<Vec<DataStep>, DataError> {
    let mut steps = Vec::new();
    for schema in folder::names(folder).map_err(|fault| wrong("", vec![fault]))? {
        let home = folder.join(&schema);
        let read = folder::read_beside(&home, "files").map_err(|faults| wrong(&schema, faults))?;
        steps.extend(read.into_iter().map(|step| DataStep {
            name: format!("{schema}/{}", step.name),
            schema: schema.clone(),
            version: step.version,
            up: step.up.to_owned(),
            down: step.down.to_owned(),
            home: Home::Folder(home.join("files")),
        }));
    }
    Ok(steps)
}

fn wrong(schema: &str, faults: Vec<folder::FolderFault>) -> DataError {
    DataError::Folder { schema: schema.to_owned(), faults }
}
