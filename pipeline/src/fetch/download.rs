//! One download: conditional, resumed, retried, bounded.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use reqwest::header::{
    CONTENT_RANGE, ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED, RANGE,
    RETRY_AFTER,
};
use reqwest::{Client, Response, StatusCode};
use tokio::io::AsyncWriteExt;
use url::Url;

use super::address::shown;
use crate::fault::Fault;
use crate::progress::Progress;

/// Tries of one download; a try that brought bytes does not count.
const TRIES: u32 = 4;
/// Pause before the second try; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest that a server's Retry-After is waited for.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);

/// What to fetch, and within which bounds.
pub(super) struct Download<'a> {
    pub url: &'a Url,
    /// Where it will lie; the parts that arrive lie beside it.
    pub target: &'a Path,
    pub limit_bytes: u64,
    /// How long the line may be silent.
    pub idle: Duration,
    pub contact: Option<&'a str>,
}

/// What tells one version of a file from another.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

impl Known {
    fn of(headers: &HeaderMap) -> Self {
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Self { etag: text(ETAG), last_modified: text(LAST_MODIFIED) }
    }

    /// What a resumed download must still be; a weak tag does not promise equal bytes.
    fn strong(&self) -> Option<&str> {
        let etag = self.etag.as_deref().filter(|tag| !tag.starts_with("W/"));
        etag.or(self.last_modified.as_deref())
    }
}

/// What came of it.
pub(super) enum Answer {
    /// The server has what we know.
    Unchanged,
    /// A whole file.
    New(Arrived),
}

/// A whole file, not yet in its place.
pub(super) struct Arrived {
    pub part: PathBuf,
    pub known: Known,
}

/// Why a try failed, and whether another makes sense.
enum Failure {
    Final(anyhow::Error),
    Passing { why: String, wait: Option<Duration> },
}

impl Download<'_> {
    /// Fetches the file unless the server says that `known` is it.
    pub async fn run(&self, known: Option<Known>, progress: &Progress) -> anyhow::Result<Answer> {
        let client = self.client()?;
        let part = self.part();
        if let Some(folder) = part.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("Failed to make `{}`", folder.display()))?;
        }
        let mut arriving = Arriving { part, known: Known::default(), length: 0 };
        arriving.clear()?;
        let mut pause = FIRST_PAUSE;
        let mut tries = 1;
        loop {
            let before = arriving.length;
            match self.once(&client, known.as_ref(), &mut arriving, progress).await {
                Ok(answer) => return Ok(answer),
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Passing { why, .. }) if tries >= TRIES => return Err(self.given_up(&why).into()),
                Err(Failure::Passing { wait, .. }) => {
                    tokio::time::sleep(wait.unwrap_or(pause).min(LONGEST_PAUSE)).await;
                    let is_moving = arriving.length > before;
                    (tries, pause) = if is_moving { (1, FIRST_PAUSE) } else { (tries + 1, pause * 2) };
                }
            }
        }
    }

    /// Proxies and certificates come from the environment: HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE and their like.
    fn client(&self) -> anyhow::Result<Client> {
        let contact = self.contact.map_or(String::new(), |contact| format!("; {contact}"));
        Client::builder()
            .user_agent(format!("districts/{} (school district registry pipeline{contact})", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(20))
            .read_timeout(self.idle)
            .build()
            .context("Failed to set up the network")
    }

    fn part(&self) -> PathBuf {
        let mut name = self.target.file_name().map(std::ffi::OsStr::to_owned).unwrap_or_default();
        name.push(".part");
        self.target.with_file_name(name)
    }

    async fn once(
        &self,
        client: &Client,
        known: Option<&Known>,
        arriving: &mut Arriving,
        progress: &Progress,
    ) -> Result<Answer, Failure> {
        let mut request = client.get(self.url.clone());
        let resumes = arriving.length > 0 && arriving.known.strong().is_some();
        if let (true, Some(tag)) = (resumes, arriving.known.strong()) {
            request = request.header(RANGE, format!("bytes={}-", arriving.length)).header(IF_RANGE, tag);
        } else if let Some(known) = known {
            let conditions = [(IF_NONE_MATCH, &known.etag), (IF_MODIFIED_SINCE, &known.last_modified)];
            for (name, value) in conditions {
                request = value.iter().fold(request, |request, value| request.header(name.clone(), value));
            }
        }
        let response = request.send().await.map_err(|error| match error.is_redirect() {
            true => Failure::Final(self.led_in_a_circle().into()),
            false => passing(error),
        })?;
        match response.status() {
            StatusCode::NOT_MODIFIED => return Ok(Answer::Unchanged),
            StatusCode::PARTIAL_CONTENT if resumes && starts_at(&response, arriving.length) => {}
            StatusCode::OK => arriving.restart(Known::of(response.headers())).map_err(Failure::Final)?,
            status => {
                arriving.clear().map_err(Failure::Final)?;
                return Err(self.refused(status, &response));
            }
        }
        self.receive(response, arriving, progress).await?;
        Ok(Answer::New(Arrived { part: arriving.part.clone(), known: arriving.known.clone() }))
    }

    async fn receive(
        &self,
        mut response: Response,
        arriving: &mut Arriving,
        progress: &Progress,
    ) -> Result<(), Failure> {
        let whole = response.content_length().map(|rest| rest + arriving.length);
        if whole.is_some_and(|length| length > self.limit_bytes) {
            return Err(Failure::Final(self.too_large().into()));
        }
        let written = |error: std::io::Error| {
            Failure::Final(anyhow::Error::new(error).context(format!("Failed to write `{}`", arriving.part.display())))
        };
        let options = tokio::fs::OpenOptions::new().create(true).append(true).open(&arriving.part).await;
        let mut file = options.map_err(written)?;
        loop {
            // What has arrived is kept, whatever happens to the rest.
            match response.chunk().await {
                Ok(Some(bytes)) => {
                    file.write_all(&bytes).await.map_err(written)?;
                    arriving.length += bytes.len() as u64;
                    progress.bytes(arriving.length, whole);
                }
                Ok(None) => return file.flush().await.map_err(written),
                Err(error) => {
                    file.flush().await.map_err(written)?;
                    return Err(passing(error));
                }
            }
            if arriving.length > self.limit_bytes {
                return Err(Failure::Final(self.too_large().into()));
            }
        }
    }

    fn refused(&self, status: StatusCode, response: &Response) -> Failure {
        let why = format!("the server answered {status}");
        let is_passing = status.is_server_error()
            || matches!(
                status,
                StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT | StatusCode::RANGE_NOT_SATISFIABLE
            );
        if !is_passing {
            let error = Fault::new(
                format!("Failed to fetch {}: {why}", shown(self.url)),
                "open the address in a browser; if it has moved, correct it in districts.toml or in the declaration",
            );
            return Failure::Final(error.into());
        }
        let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        Failure::Passing { why, wait: seconds.map(Duration::from_secs) }
    }

    fn given_up(&self, why: &str) -> Fault {
        Fault::new(
            format!("Failed to fetch {} after {TRIES} tries: {why}", shown(self.url)),
            "try again later; if a browser reaches the address, is there a proxy or a firewall between?",
        )
    }

    fn led_in_a_circle(&self) -> Fault {
        Fault::new(
            format!("Failed to fetch {}: the server leads on from page to page without end", shown(self.url)),
            "it may want a cookie or a login: download the file with a browser and name the copy instead",
        )
    }

    fn too_large(&self) -> Fault {
        Fault::new(
            format!("Failed to fetch {}: it is larger than {} bytes", shown(self.url), self.limit_bytes),
            "if the file is honest, raise `max_bytes` of `[fetch]` in districts.toml",
        )
    }
}

/// What has arrived so far.
struct Arriving {
    part: PathBuf,
    known: Known,
    length: u64,
}

impl Arriving {
    fn clear(&mut self) -> anyhow::Result<()> {
        self.length = 0;
        match std::fs::remove_file(&self.part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("Failed to remove `{}`", self.part.display()))
            }
            _ => Ok(()),
        }
    }

    fn restart(&mut self, known: Known) -> anyhow::Result<()> {
        self.known = known;
        self.clear()
    }
}

fn starts_at(response: &Response, length: u64) -> bool {
    let range = response.headers().get(CONTENT_RANGE).and_then(|value| value.to_str().ok());
    range.is_some_and(|range| range.starts_with(&format!("bytes {length}-")))
}

/// An address may hold secrets; ours is named elsewhere, without them.
fn passing(error: reqwest::Error) -> Failure {
    Failure::Passing { why: format!("{:#}", anyhow::Error::new(error.without_url())), wait: None }
}
