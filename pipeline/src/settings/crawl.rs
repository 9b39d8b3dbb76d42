//! `[crawl]`: how districts' websites are read.

use serde::Deserialize;

/// `[crawl]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CrawlSettings {
    /// Pause between two requests to a site.
    pub delay_seconds: f64,
    /// Sites at a time.
    pub concurrency: usize,
    /// How long one request may take, its body included.
    pub timeout_seconds: f64,
    /// The largest page or document taken.
    pub max_bytes: u64,
    /// Most pages asked for, of a district.
    pub pages: usize,
    /// Most PDFs and other documents asked for, of a district.
    pub documents: usize,
    /// A district that was read to its end is left alone so long.
    pub again_after_days: i32,
    /// Whether private and loopback addresses may be asked: for tests.
    pub allow_private: bool,
}

impl Default for CrawlSettings {
    fn default() -> Self {
        Self {
            delay_seconds: 1.0,
            concurrency: 8,
            timeout_seconds: 30.0,
            max_bytes: 50_000_000,
            pages: 10,
            documents: 10,
            again_after_days: 30,
            allow_private: false,
        }
    }
}
