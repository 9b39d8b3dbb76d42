//! One district's website: the ladder up to an address that answers, then the links that matter, best first.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::Duration;

use loaders::document::text::recoded;
use tokio::sync::Semaphore;
use url::Url;

use super::address::{document, site_of};
use super::client::{Answer, Polite};
use super::ladder::rungs;
use super::outcome::Trouble;
use super::rank::{Ranked, ranked};
use super::record::{Line, Record};
use crate::extract::{self, Read};
use crate::score::Taxonomy;

/// Pages below the first one.
const DEEPEST: i32 = 2;

/// What all visits share.
pub struct Guide<'a> {
    pub polite: &'a Polite,
    pub taxonomy: &'a Taxonomy,
    /// Most pages and most documents asked for, of a district.
    pub most: (usize, usize),
    /// Where files lie while they are read.
    pub scratch: &'a Path,
    /// Readers at a time.
    pub readers: &'a Semaphore,
}

/// A district and what leads to it.
#[derive(Debug, Clone)]
pub struct District {
    pub nces_id: String,
    pub name: String,
    pub websites: Vec<String>,
    pub mails: Vec<String>,
    /// Documents that somebody found; instead of a website.
    pub addresses: Vec<String>,
}

/// What came of visits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub answered: usize,
    pub unreachable: usize,
    pub pages: usize,
    pub documents: usize,
    /// Attempts by kind of answer.
    pub outcomes: BTreeMap<&'static str, usize>,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        self.answered += other.answered;
        self.unreachable += other.unreachable;
        self.pages += other.pages;
        self.documents += other.documents;
        for (class, count) in &other.outcomes {
            *self.outcomes.entry(class).or_default() += count;
        }
    }
}

/// A visit under way.
pub struct Visit<'a> {
    pub guide: &'a Guide<'a>,
    pub record: Record<'a>,
    pub tally: Tally,
}

impl Visit<'_> {
    pub async fn run(mut self, district: &District) -> anyhow::Result<Tally> {
        if !district.addresses.is_empty() {
            for text in &district.addresses {
                self.listed(text).await?;
            }
            return Ok(self.tally);
        }
        match self.climb(district).await? {
            Ok((home, links)) => {
                self.tally.answered += 1;
                self.follow(&home, links).await?;
                self.record.ended(Some(&home), "answered").await?;
            }
            Err(class) => {
                self.tally.unreachable += 1;
                self.record.ended(None, class).await?;
            }
        }
        Ok(self.tally)
    }

    /// A document of a list; what is no address is a line of the log too.
    async fn listed(&mut self, text: &str) -> anyhow::Result<()> {
        if let Some(url) = document(text) {
            let _ = self.get(&url, "document", 0).await?;
            return Ok(());
        }
        *self.tally.outcomes.entry("no_address").or_default() += 1;
        let message = Some("no_address: it is no http or https address".to_owned());
        let line = Line { url: text, url_type: "document", status: "failure", message, ..Line::default() };
        Ok(self.record.log(line).await?)
    }

    /// The first address that answers with a page, and its links; or how the last failed.
    async fn climb(&mut self, district: &District) -> anyhow::Result<Result<(Url, Vec<Ranked>), &'static str>> {
        let (mut refused, mut last) = (HashSet::new(), "no address");
        for rung in rungs(&district.websites, &district.mails) {
            if refused.contains(&site_of(&rung.url)) {
                continue;
            }
            match self.get(&rung.url, "home", 0).await? {
                Ok(links) => return Ok(Ok((rung.url, links))),
                Err(trouble) => {
                    last = trouble.class();
                    if !trouble.is_worth_a_twin() {
                        refused.insert(site_of(&rung.url));
                    }
                }
            }
        }
        Ok(Err(last))
    }

    /// The best link first, wherever it was found, within the bounds.
    async fn follow(&mut self, home: &Url, links: Vec<Ranked>) -> anyhow::Result<()> {
        let mut seen: HashSet<String> = HashSet::from([home.to_string()]);
        let mut waiting: Vec<(Ranked, i32)> = links.into_iter().map(|link| (link, 1)).collect();
        let (mut pages, mut documents) = (1, 0);
        loop {
            let (most_pages, most_documents) = self.guide.most;
            waiting.retain(|(link, depth)| {
                let has_room = if link.is_document { documents < most_documents } else { pages < most_pages };
                has_room && *depth <= DEEPEST + i32::from(link.is_document) && !seen.contains(&link.url)
            });
            let best = (0..waiting.len()).max_by(|a, b| waiting[*a].0.rank.total_cmp(&waiting[*b].0.rank));
            let Some((link, depth)) = best.map(|at| waiting.swap_remove(at)) else { return Ok(()) };
            seen.insert(link.url.clone());
            let Ok(url) = Url::parse(&link.url) else { continue };
            let kind = if link.is_document { "document" } else { "page" };
            *if link.is_document { &mut documents } else { &mut pages } += 1;
            if let Ok(links) = self.get(&url, kind, depth).await? {
                waiting.extend(links.into_iter().map(|link| (link, depth + 1)));
            }
        }
    }

    /// Asks for one address, stores what matters, writes the attempt down, and says where it leads.
    async fn get(&mut self, url: &Url, kind: &'static str, depth: i32) -> anyhow::Result<Result<Vec<Ranked>, Trouble>> {
        let (version, known_links) = self.record.known(url).await?;
        let mut wait = Duration::ZERO;
        let answer = self.guide.polite.ask(url, &version, &mut wait).await;
        let milliseconds = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
        let mut answer = match answer {
            Ok(answer) => answer,
            Err(trouble) => return self.failed(url, kind, trouble, milliseconds).await,
        };
        let Some(body) = answer.body.take() else {
            self.unchanged(url, kind, &answer, milliseconds).await?;
            return Ok(Ok(known_links));
        };
        let read = self.read(body, answer.content_type.as_deref()).await?;
        let is_page = read.text.as_ref().is_ok_and(|text| text.kind == "html") || !read.links.is_empty();
        if kind == "home" && !is_page {
            let what = read.text.as_ref().map_or_else(Clone::clone, |text| text.kind.clone());
            return self.failed(url, kind, Trouble::NotHtml(what), milliseconds).await;
        }
        let links = ranked(&answer.url, read.base.as_deref(), &read.links, self.guide.taxonomy);
        self.keep(url, kind, depth, &answer, &read, milliseconds).await?;
        self.record.know(url, &answer.version, &links).await?;
        Ok(Ok(links))
    }

    async fn failed(
        &mut self,
        url: &Url,
        kind: &'static str,
        trouble: Trouble,
        milliseconds: i32,
    ) -> anyhow::Result<Result<Vec<Ranked>, Trouble>> {
        *self.tally.outcomes.entry(trouble.class()).or_default() += 1;
        self.record.failed(url, kind, &trouble, milliseconds).await?;
        Ok(Err(trouble))
    }

    async fn unchanged(&mut self, url: &Url, kind: &str, answer: &Answer, milliseconds: i32) -> anyhow::Result<()> {
        *self.tally.outcomes.entry("unchanged").or_default() += 1;
        let document = self.record.seen_again(&answer.url).await?;
        let line = Line {
            url: url.as_str(),
            url_type: kind,
            status: "success",
            http_status: Some(i32::from(answer.status)),
            message: Some("not changed since it was read".to_owned()),
            document,
            milliseconds,
            ..Line::default()
        };
        Ok(self.record.log(line).await?)
    }

    /// A document always, a page if it speaks of anything in the taxonomy.
    async fn keep(
        &mut self,
        url: &Url,
        kind: &'static str,
        depth: i32,
        answer: &Answer,
        read: &Read,
        milliseconds: i32,
    ) -> anyhow::Result<()> {
        let taxonomy = self.guide.taxonomy;
        let keywords: Vec<String> = match &read.text {
            Ok(text) => {
                taxonomy.phrases_in(&text.text).iter().map(|hit| taxonomy.phrases[hit.phrase].is.clone()).collect()
            }
            Err(_) => Vec::new(),
        };
        let document = match &read.text {
            Ok(text) if kind == "document" || text.kind != "html" || !keywords.is_empty() => {
                Some(self.record.document(answer, depth, text, taxonomy).await?)
            }
            _ => None,
        };
        let is_document = read.text.as_ref().is_ok_and(|text| text.kind != "html") || kind == "document";
        match is_document {
            true => self.tally.documents += usize::from(document.is_some()),
            false => self.tally.pages += 1,
        }
        let class = if read.text.is_ok() { "read" } else { "no_text" };
        *self.tally.outcomes.entry(class).or_default() += 1;
        let line = Line {
            url: url.as_str(),
            url_type: kind,
            status: if read.text.is_err() && is_document { "failure" } else { "success" },
            http_status: Some(i32::from(answer.status)),
            message: read.text.as_ref().err().map(|reason| format!("no_text: {reason}")),
            content_type: answer.content_type.as_deref(),
            document,
            is_extracted: Some(read.text.is_ok()),
            keywords: Some(keywords),
            milliseconds,
        };
        Ok(self.record.log(line).await?)
    }

    /// What a body says, read by a process with limits.
    async fn read(&self, body: Vec<u8>, content_type: Option<&str>) -> anyhow::Result<Read> {
        let charset = content_type
            .and_then(|text| text.to_ascii_lowercase().split_once("charset=").map(|(_, rest)| rest.to_owned()));
        let charset = charset.unwrap_or_default();
        let charset = charset.split(';').next().unwrap_or_default().trim_matches([' ', '"', '\'']).to_owned();
        let path = self.guide.scratch.join(uuid::Uuid::new_v4().to_string());
        let _turn = self.guide.readers.acquire().await?;
        let read = tokio::task::spawn_blocking(move || {
            std::fs::write(&path, recoded(body, &charset))?;
            let read = extract::read_apart(&path);
            std::fs::remove_file(&path)?;
            Ok::<_, std::io::Error>(read)
        });
        Ok(read.await??.unwrap_or_else(|reason| Read { text: Err(reason), links: Vec::new(), base: None }))
    }
}
