//! The text of a file from outside, taken out by a process of its own: one that hangs, fills the memory or crashes is
//! one line of the log.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use loaders::document::text::{self, Extracted, Link};
use nix::sys::resource::{Resource, setrlimit};

/// The hidden verb of the process.
pub const VERB: &str = "extract-text";
/// Memory of the process.
const MOST_MEMORY: u64 = 1 << 30;
/// Processor seconds of the process.
const MOST_CPU: u64 = 60;
/// How long it may take by the clock.
const PATIENCE: Duration = Duration::from_secs(90);
/// The largest text taken from one file.
const MOST_TEXT: u64 = 64 << 20;
const POLL_EVERY: Duration = Duration::from_millis(5);

/// What was read of a file.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Read {
    /// Its text, or why there is none.
    pub text: Result<Extracted, String>,
    /// Where it leads, if it is a web page.
    pub links: Vec<Link>,
    /// What the links are relative to, where the page says so.
    pub base: Option<String>,
}

/// Takes the text out of a file in a process of its own.
pub fn apart(path: &Path) -> Result<Extracted, String> {
    read_apart(path)?.text
}

/// The same, with the links of a web page.
pub fn read_apart(path: &Path) -> Result<Read, String> {
    let metadata = std::fs::metadata(path).map_err(|error| format!("it cannot be opened: {error}"))?;
    if !metadata.is_file() {
        return Err("it is not a file".to_owned());
    }
    let program = std::env::current_exe().map_err(|error| format!("its reader cannot be started: {error}"))?;
    let child = Command::new(program)
        .arg(VERB)
        .arg(path)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.map_err(|error| format!("its reader cannot be started: {error}"))?;
    let pipe = child.stdout.take();
    let reading = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = pipe.map(|pipe| pipe.take(MOST_TEXT).read_to_end(&mut bytes));
        read.transpose().map(|_| bytes)
    });
    let began = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if began.elapsed() < PATIENCE => std::thread::sleep(POLL_EVERY),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("its reader was stopped after {} s", PATIENCE.as_secs()));
            }
        }
    };
    let bytes = reading.join().ok().and_then(Result::ok).unwrap_or_default();
    if bytes.len() as u64 == MOST_TEXT {
        return Err(format!("its text is larger than {} MB", MOST_TEXT >> 20));
    }
    match serde_json::from_slice::<Read>(&bytes) {
        Ok(read) => Ok(read),
        Err(_) if status.success() => Err("its reader answered nonsense".to_owned()),
        Err(_) => Err("its reader crashed or reached its limits of memory and time".to_owned()),
    }
}

/// The process: limits on itself, then the work; the outcome goes to stdout as JSON.
pub fn within_limits(path: &Path) {
    // Where a limit cannot be set the clock still ends it.
    let _ = setrlimit(Resource::RLIMIT_AS, MOST_MEMORY, MOST_MEMORY);
    let _ = setrlimit(Resource::RLIMIT_CPU, MOST_CPU, MOST_CPU);
    std::panic::set_hook(Box::new(|_| {}));
    let read = std::fs::read(path)
        .map_err(|error| format!("it cannot be opened: {error}"))
        .and_then(|bytes| on_a_deep_stack(move || read(&bytes)));
    let read = read.unwrap_or_else(|reason| Read { text: Err(reason), links: Vec::new(), base: None });
    if let Ok(text) = serde_json::to_string(&read) {
        println!("{text}");
    }
}

/// Readers recurse as deep as a file is nested.
fn on_a_deep_stack(work: impl FnOnce() -> Read + Send + 'static) -> Result<Read, String> {
    const STACK: usize = 256 << 20;
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work);
    let thread = thread.map_err(|error| format!("its reader cannot be started: {error}"))?;
    thread.join().map_err(|_| "its reader could not make sense of it".to_owned())
}

fn read(bytes: &[u8]) -> Read {
    let (links, base) = text::links(bytes);
    Read { text: text::extract(bytes), links, base }
}
