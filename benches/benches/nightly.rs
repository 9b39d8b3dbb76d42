//! The whole job as a user runs it: time and rows per second of each stage, peak memory of the
//! program (the server's is its own), and the quality of the links beside them.
//!
//! `cargo bench --workspace --bench nightly`; `NIGHTLY_SCALE=demo` or `national` for one size only.
#![allow(missing_docs)]

use std::error::Error;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let program = benches::program()?;
    let wanted = std::env::var("NIGHTLY_SCALE").ok();
    for scale in ["demo", "national"].iter().filter(|scale| wanted.as_deref().is_none_or(|wanted| wanted == **scale)) {
        night(&program, scale)?;
    }
    Ok(())
}

fn night(program: &Path, scale: &str) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::Builder::new().prefix("districts-nightly-").tempdir()?;
    let run = |arguments: &[&str]| -> Result<Value, Box<dyn Error>> {
        let output =
            Command::new(program).args(arguments).current_dir(folder.path()).env_remove("DATABASE_URL").output()?;
        let text = String::from_utf8(output.stdout)?;
        let line = text.lines().last().ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
        Ok(serde_json::from_str(line)?)
    };
    let size = run(&["sample", "--out", ".", "--scale", scale, "--json"])?;
    println!("\n{scale}: {}", size["size"]);
    for title in ["first run", "second run, nothing changed"] {
        let summary = run(&["run", "--json"])?;
        print(title, &summary);
    }
    Ok(())
}

fn print(title: &str, summary: &Value) {
    println!("  {title}");
    println!("    {:<11} {:>9} {:>10} {:>10} {:>12}", "stage", "seconds", "rows in", "rows out", "rows/s");
    let mut total = 0.0;
    for stage in summary["stages"].as_array().into_iter().flatten() {
        let seconds = stage["seconds"].as_f64().unwrap_or_default();
        let rows = stage["rows_in"].as_f64().unwrap_or_default();
        total += seconds;
        println!(
            "    {:<11} {seconds:>9.2} {rows:>10} {:>10} {:>12.0}",
            stage["stage"].as_str().unwrap_or_default(),
            stage["rows_out"],
            rows / seconds.max(1e-9)
        );
    }
    let truth = &summary["truth"];
    let peak_mb = &summary["peak_memory_mb"];
    println!(
        "    total {total:.2} s, peak memory of the program {peak_mb} MB, precision {}, recall {}",
        truth["precision"], truth["recall"]
    );
}
