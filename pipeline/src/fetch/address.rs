//! A path or an address.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer};
use url::Url;

/// Where a source is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file, relative to `districts.toml`.
    Path(PathBuf),
    /// An address: https, http or file.
    Url(Url),
}

impl Location {
    /// Of what a person wrote.
    pub fn parse(text: &str) -> Self {
        const SCHEMES: &[&str] = &["http", "https", "file"];
        match Url::parse(text) {
            Ok(url) if SCHEMES.contains(&url.scheme()) => Self::Url(url),
            _ => Self::Path(PathBuf::from(text)),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(out, "{}", path.display()),
            Self::Url(url) => out.write_str(&shown(url)),
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}

impl<'de> Deserialize<'de> for Location {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        String::deserialize(source).map(|text| Self::parse(&text))
    }
}

/// The address without what opens doors: user, password and the values of a query's keys.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    if pairs.iter().any(|(key, _)| is_secret(key)) {
        let mut masked = url.query_pairs_mut();
        masked.clear();
        for (key, value) in &pairs {
            masked.append_pair(key, if is_secret(key) { "hidden" } else { value });
        }
        drop(masked);
    }
    url.to_string()
}

fn is_secret(key: &str) -> bool {
    const WORDS: &[&str] = &["key", "token", "secret", "sig", "password", "credential", "auth"];
    let key = key.to_ascii_lowercase();
    WORDS.iter().any(|word| key.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_an_address_are_not_shown() {
        let url = Url::parse("https://user:pass@example.org/a.csv?rid=dl2&api_key=abc&X-Amz-Signature=f").unwrap();
        assert_eq!(shown(&url), "https://example.org/a.csv?rid=dl2&api_key=hidden&X-Amz-Signature=hidden");
        assert!(!format!("{:?}", Location::Url(url)).contains("pass"));
    }

    #[test]
    fn a_drive_letter_is_no_scheme() {
        assert_eq!(Location::parse("files/ca.txt"), Location::Path("files/ca.txt".into()));
        assert_eq!(Location::parse("C:\\files\\ca.txt"), Location::Path("C:\\files\\ca.txt".into()));
        assert!(matches!(Location::parse("file:///tmp/ca.txt"), Location::Url(_)));
    }
}
