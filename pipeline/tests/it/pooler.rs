//! A pooler between the program and its server, as PgBouncer is one: what a client asks to be set at its start is
//! dropped, and in transaction mode all clients have one connection in turns.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use migrations::testing::TestDatabase;

#[derive(Clone, Copy, PartialEq)]
pub enum Mode {
    Session,
    Transaction,
}

/// Runs until the test ends.
pub struct Pooler {
    pub url: String,
}

const PROTOCOL: u32 = 196_608;
const SSL_REQUEST: u32 = 80_877_103;

impl Pooler {
    pub fn before(database: &TestDatabase, mode: Mode) -> Self {
        let options = database.options();
        let (user, name) = (options.get_username().to_owned(), options.get_database().unwrap().to_owned());
        let socket = Path::new(options.get_host()).join(format!(".s.PGSQL.{}", options.get_port()));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("postgresql://{user}@{}/{name}?sslmode=disable", listener.local_addr().unwrap());
        let shared = Arc::new(Mutex::new(Server::at(&socket, &user, &name).unwrap()));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = match mode {
                    Mode::Transaction => shared.clone(),
                    Mode::Session => Arc::new(Mutex::new(Server::at(&socket, &user, &name).unwrap())),
                };
                std::thread::spawn(move || serve(client, &server));
            }
        });
        Self { url }
    }
}

struct Server {
    stream: UnixStream,
    /// What it said of itself.
    greeting: Vec<u8>,
}

impl Server {
    fn at(socket: &PathBuf, user: &str, database: &str) -> io::Result<Self> {
        let mut stream = UnixStream::connect(socket)?;
        let mut body = PROTOCOL.to_be_bytes().to_vec();
        body.extend(format!("user\0{user}\0database\0{database}\0\0").as_bytes());
        stream.write_all(&(body.len() as u32 + 4).to_be_bytes())?;
        stream.write_all(&body)?;
        let mut greeting = Vec::new();
        loop {
            let (kind, message) = message(&mut stream)?;
            greeting.extend(message);
            if kind == b'Z' {
                return Ok(Self { stream, greeting });
            }
        }
    }
}

/// A message's kind, and all of it.
fn message(stream: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut whole = vec![0; 5];
    stream.read_exact(&mut whole)?;
    let length = u32::from_be_bytes(whole[1..5].try_into().unwrap()) as usize;
    whole.resize(length + 1, 0);
    stream.read_exact(&mut whole[5..])?;
    Ok((whole[0], whole))
}

fn serve(mut client: TcpStream, server: &Mutex<Server>) -> io::Result<()> {
    // Answers are many small writes.
    client.set_nodelay(true)?;
    loop {
        let mut length = [0; 4];
        client.read_exact(&mut length)?;
        let mut start = vec![0; u32::from_be_bytes(length) as usize - 4];
        client.read_exact(&mut start)?;
        if start[..4] != SSL_REQUEST.to_be_bytes() {
            break;
        }
        client.write_all(b"N")?;
    }
    client.write_all(&server.lock().unwrap().greeting)?;
    loop {
        let mut next = message(&mut client)?;
        // The connection is this client's until no transaction is open.
        let mut server = server.lock().unwrap();
        loop {
            let (kind, whole) = next;
            if kind == b'X' {
                return Ok(());
            }
            server.stream.write_all(&whole)?;
            if matches!(kind, b'S' | b'Q' | b'c' | b'f') && is_idle(&mut client, &mut server.stream)? {
                break;
            }
            next = message(&mut client)?;
        }
    }
}

/// Hands on what the server answers; whether it waits for a new transaction then.
fn is_idle(client: &mut TcpStream, server: &mut UnixStream) -> io::Result<bool> {
    loop {
        let (kind, whole) = message(server)?;
        client.write_all(&whole)?;
        match kind {
            b'Z' => return Ok(whole[5] == b'I'),
            // It waits for rows.
            b'G' => return Ok(false),
            _ => {}
        }
    }
}
