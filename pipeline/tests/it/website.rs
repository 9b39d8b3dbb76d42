//! Districts' websites on loopback addresses that misbehave in every way we know, and write down what they were asked.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What a path answers.
#[derive(Debug, Clone)]
pub enum Reply {
    /// 200 with this type and these bytes; 304 where the tag is known.
    Body(&'static str, Vec<u8>),
    Status(u16),
    /// To this address.
    To(String),
    /// Longer than anybody waits.
    Never,
    /// A byte now and then.
    Drip,
    /// Says that more comes than does.
    CutShort,
    /// Far more than is taken, without saying so.
    Endless,
    /// Not HTTP.
    Garbage,
}

/// A request as it was seen.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub head: String,
    pub began: Instant,
    pub ended: Instant,
}

pub struct Website {
    pub url: String,
    replies: Arc<Mutex<BTreeMap<String, Reply>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Website {
    /// On `127.0.0.n`, with a port of its own.
    pub fn at(n: u8, replies: &[(&str, Reply)]) -> Self {
        let listener = TcpListener::bind((format!("127.0.0.{n}"), 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let replies = replies.iter().map(|(path, reply)| ((*path).to_owned(), reply.clone())).collect();
        let (replies, asked) = (Arc::new(Mutex::new(replies)), Arc::new(Mutex::new(Vec::new())));
        let site = Self { url, replies: Arc::clone(&replies), asked: Arc::clone(&asked) };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (replies, asked) = (Arc::clone(&replies), Arc::clone(&asked));
                // A client that goes away is part of the game.
                std::thread::spawn(move || drop(serve(&stream, &replies, &asked)));
            }
        });
        site
    }

    pub fn set(&self, path: &str, reply: Reply) {
        self.replies.lock().unwrap().insert(path.to_owned(), reply);
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How often each path was asked for.
    pub fn paths(&self) -> BTreeMap<String, usize> {
        self.asked().into_iter().fold(BTreeMap::new(), |mut all, asked| {
            *all.entry(asked.path).or_default() += 1;
            all
        })
    }
}

fn serve(
    stream: &TcpStream,
    replies: &Mutex<BTreeMap<String, Reply>>,
    asked: &Mutex<Vec<Asked>>,
) -> std::io::Result<()> {
    let began = Instant::now();
    let mut reader = BufReader::new(stream);
    let (mut first, mut head) = (String::new(), String::new());
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        head.push_str(&line.to_lowercase());
    }
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let reply = replies.lock().unwrap().get(&path).cloned().unwrap_or(Reply::Status(404));
    let outcome = send(stream, &reply, &path, &head);
    asked.lock().unwrap().push(Asked { path, head, began, ended: Instant::now() });
    outcome
}

fn send(mut stream: &TcpStream, reply: &Reply, path: &str, head: &str) -> std::io::Result<()> {
    const LONG: Duration = Duration::from_secs(20);
    match reply {
        Reply::Body(kind, bytes) => {
            let tag = format!("\"{}-{}\"", path.len(), bytes.len());
            if head.contains(&format!("if-none-match: {tag}")) {
                return stream.write_all(b"HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n");
            }
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\netag: {tag}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                bytes.len()
            )?;
            stream.write_all(bytes)
        }
        Reply::Status(code) => write!(stream, "HTTP/1.1 {code} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
        Reply::To(address) => {
            write!(
                stream,
                "HTTP/1.1 302 Found\r\nlocation: {address}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
        }
        Reply::Never => {
            std::thread::sleep(LONG);
            Ok(())
        }
        Reply::Drip => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<html>")?;
            let began = Instant::now();
            while began.elapsed() < LONG {
                stream.write_all(b" ")?;
                std::thread::sleep(Duration::from_millis(100));
            }
            Ok(())
        }
        Reply::CutShort => stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 5000\r\n\r\n<html><body>half"),
        Reply::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n")?;
            loop {
                stream.write_all(&[b'x'; 65_536])?;
            }
        }
        Reply::Garbage => stream.write_all(b"\x16\x03\x01 this is not HTTP\r\n\r\n"),
    }
}

/// A page with these links and this text.
pub fn page(text: &str, links: &[(&str, &str)]) -> Reply {
    let links: String = links.iter().map(|(href, words)| format!("<li><a href=\"{href}\">{words}</a></li>")).collect();
    let html = format!(
        "<html><head><title>A district</title></head><body><nav><ul>{links}</ul></nav><main><p>{text}</p></main></body></html>"
    );
    Reply::Body("text/html; charset=utf-8", html.into_bytes())
}
