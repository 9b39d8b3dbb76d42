//! Text out of PDFs beside poppler's `pdftotext`, file by file, each in a process of its own as a night reads them: how
//! far one text is from the other, and pages per CPU second.
//!
//! `PDF_FOLDER=/path/to/pdfs cargo bench --workspace --bench reading`; `pdftotext` is of poppler-utils. It is no truth: a
//! table that one reads by rows and the other by columns counts as wrong letters.
#![allow(missing_docs)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use benches::cpu_seconds;
use nix::sys::resource::UsageWho;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The distance of two texts costs their lengths multiplied.
const MOST_COMPARED: usize = 20_000;
/// Less is a stamp.
const LEAST_TEXT: usize = 100;

fn main() -> Outcome<()> {
    let Some(folder) = std::env::var_os("PDF_FOLDER") else {
        println!("SKIPPED: PDF_FOLDER names no folder of PDFs");
        return Ok(());
    };
    if Command::new("pdftotext").arg("-v").output().is_err() {
        println!("SKIPPED: pdftotext is not installed (poppler-utils)");
        return Ok(());
    }
    let mut files = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Outcome<Vec<PathBuf>>>()?;
    files.retain(|path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf")));
    files.sort();
    let program = benches::program()?;
    let mut all = Figures::default();
    for file in &files {
        all.add(file, &program)?;
    }
    all.print(files.len());
    Ok(())
}

#[derive(Default)]
struct Figures {
    /// Character errors of each file that both read, with its name.
    errors: Vec<(f64, String)>,
    only_ours: usize,
    only_theirs: usize,
    pages: usize,
    seconds: f64,
    their_seconds: f64,
}

impl Figures {
    fn add(&mut self, file: &Path, program: &Path) -> Outcome<()> {
        let (seconds, ours) = timed(Command::new(program).arg("extract-text").arg(file))?;
        let (their_seconds, theirs) = timed(Command::new("pdftotext").args(["-enc", "UTF-8"]).arg(file).arg("-"))?;
        let read: serde_json::Value = serde_json::from_str(&ours).unwrap_or_default();
        let ours = words(read["text"]["Ok"]["text"].as_str().unwrap_or_default());
        self.pages += theirs.matches('\u{c}').count();
        self.seconds += seconds;
        self.their_seconds += their_seconds;
        let theirs = words(&theirs);
        match (ours.len() >= LEAST_TEXT, theirs.len() >= LEAST_TEXT) {
            (true, true) => {
                let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                self.errors.push((distance(&ours, &theirs), name));
            }
            (true, false) => self.only_ours += 1,
            (false, true) => self.only_theirs += 1,
            (false, false) => {}
        }
        Ok(())
    }

    fn print(mut self, files: usize) {
        self.errors.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mean = self.errors.iter().map(|(error, _)| error).sum::<f64>() / self.errors.len().max(1) as f64;
        let at =
            |share: f64| self.errors.get((share * self.errors.len() as f64) as usize).map_or(0.0, |(error, _)| *error);
        println!("{files} PDFs of {} pages, {} with text that both read", self.pages, self.errors.len());
        println!(
            "  characters apart from pdftotext's: mean {mean:.4}, median {:.4}, nine tenths {:.4}",
            at(0.5),
            at(0.9)
        );
        for (error, name) in self.errors.iter().rev().take(3) {
            println!("    {error:.4} {name}");
        }
        println!("  text that only ours finds: {} files; only pdftotext: {}", self.only_ours, self.only_theirs);
        let speed = |seconds: f64| self.pages as f64 / seconds;
        println!(
            "  pages per CPU second, the start of each process included: ours {:.0}, pdftotext {:.0}: {:.2} of its time",
            speed(self.seconds),
            speed(self.their_seconds),
            self.seconds / self.their_seconds
        );
    }
}

fn timed(command: &mut Command) -> Outcome<(f64, String)> {
    let before = cpu_seconds(UsageWho::RUSAGE_CHILDREN);
    let output = command.output()?;
    let seconds = cpu_seconds(UsageWho::RUSAGE_CHILDREN) - before;
    Ok((seconds, String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// Blanks and line ends are no text; ligatures are their letters, and marks of direction nothing.
fn words(text: &str) -> String {
    let plain: String = text
        .replace('ﬁ', "fi")
        .replace('ﬂ', "fl")
        .replace(|c| matches!(c, '\u{ad}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'), "");
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(MOST_COMPARED).collect()
}

fn distance(ours: &str, theirs: &str) -> f64 {
    strsim::levenshtein(ours, theirs) as f64 / theirs.chars().count().max(1) as f64
}
