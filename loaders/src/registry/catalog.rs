//! Which sources there are: the built-in ones, and a user's `registries/*.toml`, which add or
//! override.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::declaration::Declaration;
use crate::LoadError;

macro_rules! builtin {
    ($($key:literal),* $(,)?) => {
        &[$(($key, include_str!(concat!("../../registries/", $key, ".toml")))),*]
    };
}

/// The built-in declarations. A test proves that none in the folder is missing here.
const BUILTIN: &[(&str, &str)] = builtin![
    "ca",
    "co",
    "ct",
    "ct_edsight",
    "ia",
    "mi",
    "mt",
    "nc",
    "nh",
    "nj",
    "ny",
    "ny_superintendents",
    "oh",
    "pa",
    "tx",
    "tx_askted",
    "wa",
];

/// Keys of the built-in declarations.
pub fn builtin_keys() -> impl Iterator<Item = &'static str> {
    BUILTIN.iter().map(|(key, _)| *key)
}

/// The text of a built-in declaration.
pub fn builtin_text(key: &str) -> Option<&'static str> {
    BUILTIN.iter().find(|(known, _)| *known == key).map(|(_, text)| *text)
}

/// All declarations by key.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    declarations: BTreeMap<String, Declaration>,
}

impl Catalog {
    /// The built-in declarations, and over them those of a folder, if it exists.
    pub fn load(folder: Option<&Path>) -> Result<Self, LoadError> {
        let mut catalog = Self::default();
        for (key, text) in BUILTIN {
            catalog.add(Declaration::parse(key, text, Path::new(&format!("built-in {key}.toml")))?);
        }
        for path in folder.map_or_else(|| Ok(Vec::new()), toml_files)? {
            let key = path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
            let text = fs::read_to_string(&path).map_err(|source| LoadError::Open { path: path.clone(), source })?;
            catalog.add(Declaration::parse(&key, &text, &path)?);
        }
        Ok(catalog)
    }

    /// Adds a declaration, over one of the same key.
    pub fn add(&mut self, declaration: Declaration) {
        self.declarations.insert(declaration.key.clone(), declaration);
    }

    /// The declaration with that key.
    pub fn get(&self, key: &str) -> Option<&Declaration> {
        self.declarations.get(key)
    }

    /// Every declaration, by key.
    pub fn iter(&self) -> impl Iterator<Item = &Declaration> {
        self.declarations.values()
    }

    /// Every key, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.declarations.keys().map(String::as_str)
    }
}

fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(|source| LoadError::Open { path: folder.to_owned(), source })?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_declaration_in_the_folder_is_listed_and_parses() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("registries");
        let in_folder: Vec<String> = toml_files(&folder)
            .unwrap()
            .iter()
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        let listed: Vec<&str> = builtin_keys().collect();
        assert_eq!(in_folder, listed);
        assert_eq!(Catalog::load(None).unwrap().keys().count(), listed.len());
    }
}
