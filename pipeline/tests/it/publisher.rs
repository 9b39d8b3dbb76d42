//! A publisher's server that misbehaves on request: it serves one file and writes down what it was asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What the server does with the next requests.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The file, or its rest where a range is asked for; 304 where the tag matches.
    Serve,
    /// The first bytes of the file, then nothing: the line is cut.
    CutAfter(usize),
    /// A status and no file.
    Status(u16, &'static str),
    /// A web page.
    Page,
}

/// The server; it ends with the test process.
pub struct Publisher {
    pub address: String,
    state: Arc<Mutex<State>>,
}

struct State {
    file: Vec<u8>,
    tag: String,
    answers: Vec<Answer>,
    requests: Vec<String>,
}

impl Publisher {
    pub fn of(file: &[u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = State { file: file.to_vec(), tag: "\"one\"".to_owned(), answers: Vec::new(), requests: Vec::new() };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that goes away is part of the game.
                let _ = answer(&stream, &shared);
            }
        });
        Self { address, state }
    }

    /// The next answers; after them the file is served.
    pub fn next(&self, answers: &[Answer]) {
        self.state.lock().unwrap().answers = answers.iter().rev().cloned().collect();
    }

    /// Another version of the file.
    pub fn publish(&self, file: &[u8], tag: &str) {
        let mut state = self.state.lock().unwrap();
        (state.file, state.tag) = (file.to_vec(), format!("\"{tag}\""));
    }

    /// The requests so far, each with its headers in lower case.
    pub fn requests(&self) -> Vec<String> {
        self.state.lock().unwrap().requests.clone()
    }
}

fn answer(mut stream: &TcpStream, shared: &Mutex<State>) -> std::io::Result<()> {
    let request: Vec<String> =
        BufReader::new(stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let request = request.join("\n").to_lowercase();
    let (answer, file, tag) = {
        let mut state = shared.lock().unwrap();
        state.requests.push(request.clone());
        (state.answers.pop().unwrap_or(Answer::Serve), state.file.clone(), state.tag.clone())
    };
    let head = |status: &str, length: usize, more: &str| {
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nETag: {tag}\r\n{more}Connection: close\r\n\r\n")
    };
    let header = |name: &str| request.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    match answer {
        Answer::Status(status, more) => write!(stream, "{}", head(&format!("{status} No"), 0, more)),
        Answer::Page => write!(stream, "{}<html><title>Sorry</title></html>", head("200 OK", 33, "")),
        Answer::CutAfter(count) => {
            stream.write_all(head("200 OK", file.len(), "").as_bytes())?;
            stream.write_all(&file[..count])
        }
        Answer::Serve if header("if-none-match:") == Some(tag.as_str()) => {
            write!(stream, "{}", head("304 Not Modified", 0, ""))
        }
        Answer::Serve => {
            let from = header("range: bytes=").and_then(|range| range.trim_end_matches('-').parse::<usize>().ok());
            let from = from.filter(|_| header("if-range:") == Some(tag.as_str()));
            let range = from.map(|from| format!("Content-Range: bytes {from}-{}/{}\r\n", file.len() - 1, file.len()));
            let status = if from.is_some() { "206 Partial Content" } else { "200 OK" };
            let rest = &file[from.unwrap_or(0)..];
            stream.write_all(head(status, rest.len(), &range.unwrap_or_default()).as_bytes())?;
            stream.write_all(rest)
        }
    }
}
