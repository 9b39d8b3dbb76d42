//! What came of asking for an address, and of what kind a failure is.

use std::error::Error;
use std::fmt;

/// Why there is nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The name is unknown.
    Dns,
    /// Nobody listens, or the line broke.
    Connection(String),
    /// The certificate is wrong, or the handshake failed.
    Tls(String),
    /// It took too long.
    Timeout,
    /// The server says no.
    Status(u16),
    /// robots.txt says no.
    Robots(&'static str),
    /// It lies on this machine or this network.
    Private,
    /// It leads to another site.
    Elsewhere(String),
    /// It leads on and on.
    Redirects,
    /// It is larger than what is taken.
    TooLarge(u64),
    /// It is no web page, where one was wanted.
    NotHtml(String),
}

impl Trouble {
    /// Of an error of the HTTP client.
    pub fn of(error: &reqwest::Error) -> Self {
        let mut words = Vec::new();
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(error) = cause {
            if error.is::<PrivateAddress>() {
                return Self::Private;
            }
            words.push(error.to_string());
            cause = error.source();
        }
        let all = words.join(": ").to_lowercase();
        let last = words.last().cloned().unwrap_or_default();
        let speaks_of = |parts: &[&str]| parts.iter().any(|part| all.contains(part));
        match () {
            () if error.is_timeout() => Self::Timeout,
            () if speaks_of(&["private or loopback"]) => Self::Private,
            () if speaks_of(&["dns error", "failed to lookup address", "no record found"]) => Self::Dns,
            () if speaks_of(&["certificate", "tls", "handshake", "invalidcontenttype", "corrupt message"]) => {
                Self::Tls(last)
            }
            () => Self::Connection(last),
        }
    }

    /// One word for counting.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connection(_) => "connection",
            Self::Tls(_) => "tls",
            Self::Timeout => "timeout",
            Self::Status(403 | 401) => "403",
            Self::Status(404 | 410) => "404",
            Self::Status(_) => "status",
            Self::Robots(_) => "robots",
            Self::Private => "private",
            Self::Elsewhere(_) => "elsewhere",
            Self::Redirects => "redirects",
            Self::TooLarge(_) => "too_large",
            Self::NotHtml(_) => "not_html",
        }
    }

    /// `document_crawl_log.status`.
    pub fn status(&self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Robots(_) | Self::Private | Self::Elsewhere(_) => "skipped",
            _ => "failure",
        }
    }

    /// The status code, where there was an answer.
    pub fn http_status(&self) -> Option<i32> {
        if let Self::Status(code) = self { Some(i32::from(*code)) } else { None }
    }

    /// Whether the twin of an address may do better: the server did not say no, it was not found.
    pub fn is_worth_a_twin(&self) -> bool {
        matches!(
            self,
            Self::Dns
                | Self::Connection(_)
                | Self::Tls(_)
                | Self::Timeout
                | Self::Status(404 | 410)
                | Self::Redirects
                | Self::Elsewhere(_)
        )
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: ", self.class())?;
        match self {
            Self::Dns => out.write_str("the name of the host is unknown"),
            Self::Connection(words) | Self::Tls(words) => out.write_str(words),
            Self::Timeout => out.write_str("no answer in time"),
            Self::Status(code) => write!(out, "HTTP {code}"),
            Self::Robots(words) => out.write_str(words),
            Self::Private => out.write_str("it lies on a private or loopback address"),
            Self::Elsewhere(site) => write!(out, "it leads to another site, {site}"),
            Self::Redirects => out.write_str("it leads to itself, or on more than 5 times"),
            Self::TooLarge(most) if *most < 1 << 20 => write!(out, "it is larger than {} kB", most >> 10),
            Self::TooLarge(most) => write!(out, "it is larger than {} MB", most >> 20),
            Self::NotHtml(kind) => write!(out, "it is {kind}, not a web page"),
        }
    }
}

/// Told by the resolver.
#[derive(Debug, thiserror::Error)]
#[error("every address of the host is private or loopback")]
pub struct PrivateAddress;
