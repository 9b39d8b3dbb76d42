//! What is done to every text, beside peers and limits in one run, in MB of text per CPU second: cut into chunks, beside
//! the bare tokenizer and LangChain with tiktoken; made a vector by the offline model; scored by the taxonomy, beside
//! Python's `re`; and a vector made ready for PostgreSQL, beside a copy of its bytes.
//!
//! `PEERS_PYTHON=/path/to/venv/bin/python cargo bench --workspace --bench text`; a peer that Python does not have is
//! left out and said to be. LangChain: `pip install langchain-text-splitters tiktoken litellm` (litellm carries the
//! vocabulary that tiktoken would fetch).
#![allow(missing_docs)]

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use benches::cpu_seconds;
use embedder::DIMENSIONS;
use embedder::chunk::Chunker;
use embedder::copy::Rows;
use embedder::model::{Hashing, Model};
use nix::sys::resource::UsageWho;

type Outcome<T> = Result<T, Box<dyn Error>>;

const RUNS: usize = 3;
const TEXT_BYTES: usize = 8 << 20;
const DOCUMENT_BYTES: usize = 20_000;
const SCORED_FILES: usize = 200;
const SCORED_BYTES: usize = 1 << 20;
const VECTORS: usize = 20_000;

fn main() -> Outcome<()> {
    let folder = tempfile::Builder::new().prefix("districts-text-").tempdir()?;
    let text = benches::text(TEXT_BYTES);
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    if is_wanted("chunking") {
        chunking(folder.path(), &text)?;
    }
    if is_wanted("hashing") {
        hashing(&text);
    }
    if is_wanted("scoring") {
        scoring(folder.path())?;
    }
    if is_wanted("copying") {
        copying();
    }
    Ok(())
}

fn chunking(folder: &Path, text: &str) -> Outcome<()> {
    let megabytes = text.len() as f64 / 1e6;
    let chunker = Chunker { max_tokens: 320, overlap_tokens: 40 };
    // As long as a district's plan: nothing is gained or lost by the length of the whole.
    let documents: Vec<&str> = pieces(text);
    let tokenizer = bpe_openai::cl100k_base();
    let bare = best(|| _ = black_box(documents.iter().map(|text| tokenizer.count(*text)).sum::<usize>()));
    let ours = best(|| _ = black_box(documents.iter().map(|text| chunker.chunks(text).len()).sum::<usize>()));
    println!("chunks of 320 tokens, 40 shared, {megabytes:.1} MB of the sample's text; MB/CPU s (best of {RUNS})");
    line("ours", megabytes / ours, "");
    line("the tokenizer alone", megabytes / bare, &format!("ours {:.2} of it (goal: .9)", bare / ours));
    let path = folder.join("text.txt");
    fs::write(&path, text)?;
    for (name, seconds) in python("chunking", &[&path])? {
        line(&name, megabytes / seconds, &format!("ours {:.1} times (goal: 5)", seconds / ours));
    }
    Ok(())
}

fn pieces(mut text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    while !text.is_empty() {
        let (piece, rest) = text.split_at(text.ceil_char_boundary(DOCUMENT_BYTES.min(text.len())));
        pieces.push(piece);
        text = rest;
    }
    pieces
}

fn hashing(text: &str) {
    let chunks = Chunker { max_tokens: 320, overlap_tokens: 0 }.chunks(text);
    let model = Hashing::new();
    let seconds = best(|| chunks.iter().for_each(|chunk| drop(black_box(model.embed(chunk.text)))));
    println!("vectors of the offline model");
    line("ours", text.len() as f64 / 1e6 / seconds, "(goal: 40)");
}

/// The whole program over files, its start included.
fn scoring(folder: &Path) -> Outcome<()> {
    let program = benches::program()?;
    let text = benches::text(SCORED_BYTES);
    let files: Vec<_> = (0..SCORED_FILES).map(|number| folder.join(format!("{number}.txt"))).collect();
    files.iter().try_for_each(|file| fs::write(file, &text))?;
    let score = |files: &[std::path::PathBuf]| -> Outcome<f64> {
        let before = cpu_seconds(UsageWho::RUSAGE_CHILDREN);
        let output =
            Command::new(&program).args(["score", "text", "--json"]).args(files).current_dir(folder).output()?;
        let whole = cpu_seconds(UsageWho::RUSAGE_CHILDREN) - before;
        if output.status.success() { Ok(whole) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
    };
    let megabytes = (text.len() * SCORED_FILES) as f64 / 1e6;
    let ours = (0..RUNS).try_fold(f64::INFINITY, |least, _| Ok::<_, Box<dyn Error>>(least.min(score(&files)?)))?;
    println!("scored by the taxonomy, {megabytes:.0} MB in {SCORED_FILES} files");
    line("ours, `districts score text`, the start included", megabytes / ours, "(goal: 200)");
    let taxonomy = folder.join("taxonomy.toml");
    fs::write(&taxonomy, Command::new(&program).args(["score", "taxonomy"]).output()?.stdout)?;
    for (name, seconds) in python("scoring", &[&files[0], &taxonomy])? {
        let theirs = text.len() as f64 / 1e6 / seconds;
        line(&name, theirs, &format!("ours {:.0} times", megabytes / ours / theirs));
    }
    Ok(())
}

fn copying() {
    let vectors: Vec<Vec<f32>> = (0..VECTORS).map(|number| vec![number as f32; DIMENSIONS]).collect();
    let mut plain = vec![0_f32; DIMENSIONS * VECTORS];
    let copied = best(|| {
        plain.chunks_exact_mut(DIMENSIONS).zip(&vectors).for_each(|(to, from)| to.copy_from_slice(from));
        black_box(&plain);
    });
    let encoded = best(|| {
        // As large as a batch of the store is.
        for batch in vectors.chunks(1_000) {
            let mut rows = Rows::new();
            batch.iter().for_each(|vector| rows.push(uuid::Uuid::nil(), 0, "", vector));
            black_box(rows.finish());
        }
    });
    let each = |seconds: f64| 1e6 * seconds / VECTORS as f64;
    println!("a vector as a row of binary COPY, CPU µs (best of {RUNS})");
    println!(
        "  ours {:.2}, a copy of its bytes {:.2}: {:.1} times (goal: 3)",
        each(encoded),
        each(copied),
        encoded / copied
    );
}

fn best(mut run: impl FnMut()) -> f64 {
    let timed = |_| {
        let before = cpu_seconds(UsageWho::RUSAGE_SELF);
        run();
        cpu_seconds(UsageWho::RUSAGE_SELF) - before
    };
    (0..RUNS).map(timed).fold(f64::INFINITY, f64::min)
}

fn line(name: &str, speed: f64, beside: &str) {
    println!("  {name:<50} {speed:>8.1}  {beside}");
}

/// Names and CPU seconds, as the script measures them; what it says otherwise is printed.
fn python(what: &str, files: &[&Path]) -> Outcome<Vec<(String, f64)>> {
    let program = std::env::var("PEERS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/text.py");
    let mut measured = Vec::new();
    let Ok(output) = Command::new(&program).arg(script).arg(what).args(files).output() else {
        println!("  `{program}` is not here: no peers");
        return Ok(measured);
    };
    for text in String::from_utf8_lossy(&output.stdout).lines() {
        match text.split_once('|').map(|(name, seconds)| (name, seconds.parse())) {
            Some((name, Ok(seconds))) => measured.push((name.to_owned(), seconds)),
            _ => println!("  {text}"),
        }
    }
    if !output.status.success() {
        println!("  {}", String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default());
    }
    Ok(measured)
}
