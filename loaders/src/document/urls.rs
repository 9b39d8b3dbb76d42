//! A CSV of `nces_id` and `url`: documents that somebody found, to be fetched.

use std::path::Path;

use super::checked_nces_id;
use crate::fault::Spot;
use crate::{BadRow, LoadError};

/// An address of a district's document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// NCES id, 7 digits.
    pub nces_id: String,
    /// The address as it is written.
    pub url: String,
}

/// The most addresses of one file.
const MOST: usize = 1_000_000;

/// Reads the list.
pub fn read_urls(path: &Path) -> Result<(Vec<Address>, Vec<BadRow>), LoadError> {
    let bytes = std::fs::read(path).map_err(|source| LoadError::Open { path: path.to_owned(), source })?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(&bytes[..]);
    let heads: Vec<String> = reader
        .headers()
        .map(|row| row.iter().map(|head| head.trim_start_matches('\u{feff}').to_lowercase()).collect())
        .unwrap_or_default();
    let at = |name: &str| heads.iter().position(|head| head == name);
    let (Some(id), Some(url)) = (at("nces_id"), at("url")) else {
        return Err(LoadError::MissingColumn {
            spot: Spot::of(path),
            column: "nces_id` and `url".to_owned(),
            nearest: format!("the columns are: {}", heads.join(", ")),
        });
    };
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (row, record) in (2..).zip(reader.records().take(MOST)) {
        let cell = |at: usize| record.as_ref().ok().and_then(|record| record.get(at)).unwrap_or_default().to_owned();
        let (id, url) = (cell(id), cell(url));
        let checked = match &record {
            Err(error) => Err(error.to_string()),
            Ok(_) if url.is_empty() => Err("there is no address".to_owned()),
            Ok(_) => checked_nces_id(&id).map_err(str::to_owned),
        };
        match checked {
            Ok(nces_id) => good.push(Address { nces_id, url }),
            Err(reason) => bad.push(BadRow { row, column: url, value: id, reason }),
        }
    }
    Ok((good, bad))
}
