//! One polite request: robots.txt first, the site's turn, redirects within the site only, bounded in time and size.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION};
use reqwest::{Client, StatusCode};
use texting_robots::Robot;
use url::{Host, Url};

use super::address::{bare, is_public, site_of};
use super::gate::Gates;
use super::outcome::{PrivateAddress, Trouble};

/// The name that robots.txt may use for us.
pub const AGENT: &str = "districts";
const MOST_REDIRECTS: usize = 5;
/// RFC 9309 asks for 500 kibibytes at least.
const MOST_ROBOTS: u64 = 512 << 10;
/// The longest Crawl-delay that is waited for.
const LONGEST_DELAY: f32 = 30.0;

/// How we behave.
#[derive(Debug, Clone)]
pub struct Manners {
    /// Pause between two requests to a site.
    pub delay: Duration,
    /// How long a request may take, its body included.
    pub timeout: Duration,
    /// The largest body taken.
    pub most_bytes: u64,
    /// Whether private and loopback addresses may be asked: for tests.
    pub allows_private: bool,
    /// An address that webmasters can write to.
    pub contact: Option<String>,
}

/// What an earlier answer said of its version.
#[derive(Debug, Clone, Default)]
pub struct Version {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// A good answer.
#[derive(Debug)]
pub struct Answer {
    /// Where it came from in the end.
    pub url: Url,
    pub status: u16,
    pub content_type: Option<String>,
    pub version: Version,
    /// None where nothing has changed since the version that is known.
    pub body: Option<Vec<u8>>,
}

/// What a site's robots.txt says; `Err` is why nothing may be asked.
type Rules = Result<Arc<Robot>, &'static str>;

/// Asks politely.
pub struct Polite {
    client: Client,
    manners: Manners,
    gates: Gates,
    robots: Mutex<HashMap<String, Rules>>,
}

impl Polite {
    pub fn new(manners: Manners) -> anyhow::Result<Self> {
        let contact = manners.contact.as_deref().map_or(String::new(), |contact| format!("; {contact}"));
        let client = Client::builder()
            .user_agent(format!("{AGENT}/{} (school district registry pipeline{contact})", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(manners.timeout.min(Duration::from_secs(15)))
            .timeout(manners.timeout)
            .dns_resolver(Arc::new(Resolver { allows_private: manners.allows_private }))
            .build()
            .context("Failed to set up the network")?;
        Ok(Self { client, manners, gates: Gates::default(), robots: Mutex::default() })
    }

    /// Asks for an address, unless robots.txt or its place forbid it. `wait` is told how long the answer itself took.
    pub async fn ask(&self, url: &Url, known: &Version, wait: &mut Duration) -> Result<Answer, Trouble> {
        let mut url = url.clone();
        let mut seen = vec![url.clone()];
        for _ in 0..=MOST_REDIRECTS {
            let delay = self.permitted(&url, wait).await?;
            let response = self.send(&url, known, delay, self.manners.most_bytes, wait).await?;
            match response {
                Response::Final(answer) => return answer_of(url, answer),
                Response::Leads(next) if seen.contains(&next) => return Err(Trouble::Redirects),
                Response::Leads(next) if site_of(&next) == site_of(&url) => {
                    seen.push(next.clone());
                    url = next;
                }
                Response::Leads(next) => return Err(Trouble::Elsewhere(site_of(&next))),
            }
        }
        Err(Trouble::Redirects)
    }

    /// The pause that the site wants, if it lets us ask for this at all.
    async fn permitted(&self, url: &Url, wait: &mut Duration) -> Result<Duration, Trouble> {
        let rules = self.rules(url, wait).await?.map_err(Trouble::Robots)?;
        if !rules.allowed(url.as_str()) {
            return Err(Trouble::Robots("robots.txt forbids it"));
        }
        let wanted = rules.delay.filter(|delay| delay.is_finite()).unwrap_or(0.0).clamp(0.0, LONGEST_DELAY);
        Ok(self.manners.delay.max(Duration::from_secs_f32(wanted)))
    }

    /// The site's rules, asked for once: RFC 9309, 2.3.1. No file is no rule; a server in trouble forbids everything.
    async fn rules(&self, url: &Url, wait: &mut Duration) -> Result<Rules, Trouble> {
        let origin = url.origin().ascii_serialization();
        let known = self.robots.lock().unwrap_or_else(PoisonError::into_inner).get(&origin).cloned();
        if let Some(rules) = known {
            return Ok(rules);
        }
        let rules = self.read_rules(url, wait).await?;
        self.robots.lock().unwrap_or_else(PoisonError::into_inner).insert(origin, rules.clone());
        Ok(rules)
    }

    async fn read_rules(&self, url: &Url, wait: &mut Duration) -> Result<Rules, Trouble> {
        let mut at = url.clone();
        at.set_path("/robots.txt");
        at.set_query(None);
        let robot = |text: &[u8]| Robot::new(AGENT, text).map(Arc::new).map_err(|_| "robots.txt cannot be understood");
        for _ in 0..=MOST_REDIRECTS {
            let none = Version::default();
            match self.send(&at, &none, self.manners.delay, MOST_ROBOTS, wait).await {
                Ok(Response::Final(raw)) if raw.status.is_success() => return Ok(robot(&raw.body.unwrap_or_default())),
                Ok(Response::Final(raw)) if raw.status.is_client_error() => return Ok(robot(b"")),
                Ok(Response::Final(_)) => return Ok(Err("robots.txt is answered with a server error")),
                Ok(Response::Leads(next)) if site_of(&next) == site_of(&at) => at = next,
                Ok(Response::Leads(_)) | Err(Trouble::TooLarge(_)) => return Ok(robot(b"")),
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(robot(b""))
    }

    async fn send(
        &self,
        url: &Url,
        known: &Version,
        delay: Duration,
        most: u64,
        wait: &mut Duration,
    ) -> Result<Response, Trouble> {
        self.refuse_private(url)?;
        let _pass = self.gates.enter(&site_of(url), delay).await;
        let began = Instant::now();
        let outcome = self.exchange(url, known, most).await;
        *wait = began.elapsed();
        outcome
    }

    async fn exchange(&self, url: &Url, known: &Version, most: u64) -> Result<Response, Trouble> {
        let mut request = self.client.get(url.clone());
        if let Some(etag) = &known.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(date) = &known.last_modified {
            request = request.header(IF_MODIFIED_SINCE, date);
        }
        let mut response = request.send().await.map_err(|error| Trouble::of(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
            let target = headers.get(LOCATION).and_then(|value| value.to_str().ok());
            let next = target.and_then(|target| url.join(target).ok()).map(bare);
            let next = next.filter(|next| matches!(next.scheme(), "http" | "https"));
            return next.map(Response::Leads).ok_or(Trouble::Status(status.as_u16()));
        }
        if response.content_length().is_some_and(|length| length > most) {
            return Err(Trouble::TooLarge(most));
        }
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|error| Trouble::of(&error))? {
            body.extend_from_slice(&part);
            if body.len() as u64 > most {
                return Err(Trouble::TooLarge(most));
            }
        }
        let body = (status != StatusCode::NOT_MODIFIED).then_some(body);
        Ok(Response::Final(Raw { status, headers, body }))
    }

    /// A host that is an address is never asked of the resolver.
    fn refuse_private(&self, url: &Url) -> Result<(), Trouble> {
        let ip = match url.host() {
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
            _ => return Ok(()),
        };
        if self.manners.allows_private || is_public(ip) { Ok(()) } else { Err(Trouble::Private) }
    }
}

enum Response {
    Final(Raw),
    Leads(Url),
}

struct Raw {
    status: StatusCode,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

fn answer_of(url: Url, raw: Raw) -> Result<Answer, Trouble> {
    let text = |name: HeaderName| raw.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    if !raw.status.is_success() && raw.status != StatusCode::NOT_MODIFIED {
        return Err(Trouble::Status(raw.status.as_u16()));
    }
    Ok(Answer {
        url,
        status: raw.status.as_u16(),
        content_type: text(reqwest::header::CONTENT_TYPE),
        version: Version { etag: text(ETAG), last_modified: text(LAST_MODIFIED) },
        body: raw.body,
    })
}

/// The system's resolver, which keeps private and loopback addresses to itself: whatever a name is made to say, no
/// connection goes there.
struct Resolver {
    allows_private: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allows_private = self.allows_private;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed: Vec<SocketAddr> =
                found.into_iter().filter(|address| allows_private || is_public(address.ip())).collect();
            if allowed.is_empty() {
                return Err(PrivateAddress.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
