//! Loading beside its peers, in one run on the same generated files: Python's csv, pandas, openpyxl, the bare crates,
//! `psql \copy`; and the memory that a membership file of ten million rows takes.
//!
//! `PEERS_PYTHON=/path/to/venv/bin/python cargo bench --workspace --bench peers`; without that variable `python3` is
//! asked, and a peer it does not have is left out and said to be.
#![allow(missing_docs)]

use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use loaders::registry::{Declaration, read_registry};
use matcher::evaluation::{Score, judge};
use nix::sys::resource::UsageWho as Who;
use serde_json::Value;

type Outcome<T> = Result<T, Box<dyn Error>>;

const ROWS: usize = 200_000;
const SHEET_ROWS: usize = 50_000;
const MEMBERSHIP_ROWS: usize = 10_000_000;
const RUNS: usize = 3;

fn main() -> Outcome<()> {
    let folder = tempfile::Builder::new().prefix("districts-peers-").tempdir()?;
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    if is_wanted("tables") {
        tables(folder.path())?;
    }
    if is_wanted("directory") {
        directory(folder.path())?;
    }
    if is_wanted("linking") {
        linking(folder.path())?;
    }
    if is_wanted("membership") {
        membership(folder.path())?;
    }
    Ok(())
}

/// One delimited file and one workbook, read by us, by the bare crate and by Python.
fn tables(folder: &Path) -> Outcome<()> {
    let (csv, xlsx) = (folder.join("registry.csv"), folder.join("registry.xlsx"));
    fs::write(&csv, delimited(ROWS))?;
    workbook(&xlsx, SHEET_ROWS)?;
    let megabytes = fs::metadata(&csv)?.len() as f64 / 1e6;
    println!("delimited text, {ROWS} rows, {megabytes:.1} MB (best of {RUNS})");
    let ours = best(|| read_registry(&csv, &declaration(ROWS)).map(drop).map_err(Into::into))?;
    line("ours: typed, cleaned, checked records", ours, ours, ROWS, Some(megabytes));
    let bare =
        best(|| csv::Reader::from_path(&csv)?.records().try_for_each(|record| record.map(drop)).map_err(Into::into))?;
    line("csv crate alone: cells", bare, ours, ROWS, Some(megabytes));
    python(
        "Python csv: cells",
        "import csv\nfor row in csv.reader(open(path)): pass",
        &csv,
        ours,
        ROWS,
        Some(megabytes),
    )?;
    python(
        "pandas: all columns as text",
        "import pandas\npandas.read_csv(path, dtype=str)",
        &csv,
        ours,
        ROWS,
        Some(megabytes),
    )?;
    println!("workbook (xlsx), {SHEET_ROWS} rows");
    let ours = best(|| read_registry(&xlsx, &declaration(SHEET_ROWS)).map(drop).map_err(Into::into))?;
    line("ours: typed, cleaned, checked records", ours, ours, SHEET_ROWS, None);
    let script = "import openpyxl\nsheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]\nfor row in sheet.iter_rows(values_only=True): pass";
    python("openpyxl, read-only: cells", script, &xlsx, ours, SHEET_ROWS, None)
}

fn best(mut run: impl FnMut() -> Outcome<()>) -> Outcome<f64> {
    let mut least = f64::INFINITY;
    for _ in 0..RUNS {
        let started = Instant::now();
        run()?;
        least = least.min(started.elapsed().as_secs_f64());
    }
    Ok(least)
}

/// `ratio` is this reader's time over ours.
fn line(name: &str, seconds: f64, ours: f64, rows: usize, megabytes: Option<f64>) {
    let speed = megabytes.map_or(String::new(), |megabytes| format!("{:>8.0} MB/s", megabytes / seconds));
    println!(
        "  {name:<40} {seconds:>7.3} s {:>10.0} rows/s {speed:<13} {:>6.2} × ours",
        rows as f64 / seconds,
        seconds / ours
    );
}

/// The script's own time, without the start of the interpreter.
fn python(name: &str, script: &str, path: &Path, ours: f64, rows: usize, megabytes: Option<f64>) -> Outcome<()> {
    let program = std::env::var("PEERS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let (imports, body) = script.split_once('\n').ok_or("a script has a line of imports")?;
    let body = body.replace('\n', "\n    ");
    let whole = format!(
        "import time\n{imports}\npath = {:?}\nbest = 1e9\nfor _ in range({RUNS}):\n    start = time.perf_counter()\n    {body}\n    best = min(best, time.perf_counter() - start)\nprint(best)",
        path.to_string_lossy()
    );
    let output = Command::new(program).args(["-c", &whole]).output()?;
    match String::from_utf8_lossy(&output.stdout).trim().parse::<f64>() {
        Ok(seconds) => line(name, seconds, ours, rows, megabytes),
        Err(_) => println!(
            "  {name:<40} not here: {}",
            String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default()
        ),
    }
    Ok(())
}

fn cells(number: usize) -> [String; 8] {
    [
        format!("'{number:07}"),
        format!("Example {number} Independent School District"),
        format!("{} Main Street, Suite {}", number % 9000 + 1, number % 40),
        format!("City {}", number % 900),
        format!("{:05}", number % 99_999),
        format!("(512) 555-{:04} ext: {}", number % 10_000, number % 90),
        format!("Dr. Jane Q. Example-{}", number % 700),
        format!("www.example{number}.k12.xx.us"),
    ]
}

const HEADER: [&str; 8] = ["Id", "Name", "Street", "City", "Zip", "Phone", "Superintendent", "Web"];

fn delimited(rows: usize) -> String {
    let mut text = format!("{}\n", HEADER.join(","));
    for number in 0..rows {
        let [id, name, street, rest @ ..] = cells(number);
        let _ = writeln!(text, "{id},{name},\"{street}\",{}", rest.join(","));
    }
    text
}

fn workbook(path: &Path, rows: usize) -> Outcome<()> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(HEADER) {
        sheet.write(0, column, name)?;
    }
    for number in 0..rows {
        for (column, cell) in (0..).zip(cells(number)) {
            sheet.write(u32::try_from(number + 1)?, column, cell)?;
        }
    }
    Ok(book.save(path)?)
}

fn declaration(rows: usize) -> Declaration {
    let text = format!(
        "state = \"XX\"\ntitle = \"t\"\npublisher = \"p\"\n[[leaid]]\nsteps = [{{ pad = 7 }}]\n[columns]\nstate_district_id = \"Id\"\nname = \"Name\"\nstreet = \"Street\"\ncity = \"City\"\nzip = \"Zip\"\nphone = \"Phone\"\nadministrator = \"Superintendent\"\nwebsite = \"Web\"\n[expect]\ndistricts = [1, {rows}]\n"
    );
    Declaration::parse("xx", &text, Path::new("xx.toml")).expect("the bench's declaration is good")
}

/// The sample's records without their ids, linked by us and by peers: quality beside speed.
fn linking(folder: &Path) -> Outcome<()> {
    let sample = benches::sample();
    let (records, leas) = benches::agencies(sample.path(), false);
    let truth = benches::truth(sample.path());
    write_agencies(&folder.join("records.csv"), &records, &truth)?;
    write_agencies(&folder.join("leas.csv"), &leas, &[])?;
    let model = matcher::Model::shipped()?;
    let before = benches::cpu_seconds(Who::RUSAGE_SELF);
    let outcomes = matcher::link_all(&model, &records, &leas);
    let seconds = benches::cpu_seconds(Who::RUSAGE_SELF) - before;
    let score = Score::of(&judge(&records, &leas, &truth, &outcomes));
    println!("linkage of the sample, ids hidden: {} records, {} LEAs", records.len(), leas.len());
    println!("  {:<40} {:>9} {:>9} {:>6} {:>8} {:>8}", "", "precision", "recall", "wrong", "CPU s", "ratio");
    println!(
        "  {:<40} {:>9.4} {:>9.4} {:>6} {seconds:>8.3} {:>8.1}",
        "ours, all fields", score.precision, score.recall, score.wrong, 1.0
    );
    let program = std::env::var("PEERS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/linking.py");
    let output = Command::new(program).arg(script).arg(folder).output()?;
    for text in String::from_utf8_lossy(&output.stdout).lines() {
        let cells: Vec<&str> = text.split('|').collect();
        match cells.as_slice() {
            [name, precision, recall, wrong, cpu, _memory] => {
                let ratio = cpu.parse::<f64>().unwrap_or_default() / seconds.max(1e-9);
                println!("  {name:<40} {precision:>9} {recall:>9} {wrong:>6} {cpu:>8} {ratio:>8.1}");
            }
            _ => println!("  {text}"),
        }
    }
    if !output.status.success() {
        println!("  {}", String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default());
    }
    Ok(())
}

fn write_agencies(path: &Path, agencies: &[matcher::Agency], truth: &[String]) -> Outcome<()> {
    let mut file = csv::Writer::from_path(path)?;
    file.write_record(["unique_id", "state", "name", "city", "zip", "street", "phone", "truth"])?;
    for (number, agency) in agencies.iter().enumerate() {
        let place = agency.places.first().cloned().unwrap_or_default();
        let text = |value: &Option<String>| value.clone().unwrap_or_default().to_lowercase();
        let id = if truth.is_empty() { text(&agency.nces_id) } else { format!("record {number}") };
        let digits: String = text(&agency.phone).chars().filter(char::is_ascii_digit).take(10).collect();
        let zip: String = text(&place.zip).chars().take(5).collect();
        let cells =
            [id, agency.state.clone(), agency.name.to_lowercase(), text(&place.city), zip, text(&place.street), digits];
        file.write_record(cells.iter().map(String::as_str).chain([truth.get(number).map_or("", String::as_str)]))?;
    }
    Ok(file.flush()?)
}

/// The directory into the loaded tables, cleaned, checked and audited, beside `psql \copy` of the same CSV.
fn directory(folder: &Path) -> Outcome<()> {
    let program = benches::program()?;
    let project = folder.join("directory");
    fs::create_dir(&project)?;
    run(&program, &project, &["sample", "--out", ".", "--scale", "national", "--json"])?;
    run(&program, &project, &["run", "--only", "migrate", "--json"])?;
    let csv = project.join("directory.csv");
    unzip_csv(&project.join("nces/ccd_lea_029_2425_sample.zip"), &csv)?;
    run(&program, &project, &["db", "start"]).ok();
    let header = fs::read_to_string(&csv)?.lines().next().unwrap_or_default().to_owned();
    let columns: Vec<String> = header.split(',').map(|name| format!("\"{name}\" text")).collect();
    let (mut peer, mut ours) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..RUNS {
        psql(&program, &project, &format!("drop table if exists raw; create table raw ({})", columns.join(",")))?;
        let copy = format!("\\copy raw from '{}' csv header", csv.display());
        let started = Instant::now();
        psql(&program, &project, &copy)?;
        peer = peer.min(started.elapsed().as_secs_f64());
        psql(&program, &project, "truncate districts, ccd_staff_data, stage_units cascade")?;
        let summary = run(&program, &project, &["run", "--only", "nces", "--json"])?;
        let stage =
            summary["stages"].as_array().and_then(|stages| stages.iter().find(|stage| stage["stage"] == "nces"));
        ours = ours.min(stage.and_then(|stage| stage["seconds"].as_f64()).ok_or("the stage has its seconds")?);
    }
    run(&program, &project, &["db", "stop"]).ok();
    println!("NCES directory of the national sample to loaded tables (best of {RUNS})");
    println!("  psql \\copy of its CSV into text columns, psql included   {peer:>7.3} s");
    println!("  stage nces: zip to districts and ccd_staff_data          {ours:>7.3} s   {:.2} × psql", ours / peer);
    Ok(())
}

fn psql(program: &Path, project: &Path, command: &str) -> Outcome<()> {
    let output = Command::new(program)
        .args(["db", "psql", "--", "-q", "-v", "ON_ERROR_STOP=1", "-c", command])
        .current_dir(project)
        .env_remove("DATABASE_URL")
        .output()?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned().into()) }
}

fn unzip_csv(archive: &Path, target: &Path) -> Outcome<()> {
    let mut archive = zip::ZipArchive::new(File::open(archive)?)?;
    let name =
        archive.file_names().filter_map(Result::ok).find(|name| name.ends_with(".csv")).map(|name| name.into_owned());
    let mut entry = archive.by_name(&name.ok_or("the zip has a CSV")?)?;
    std::io::copy(&mut entry, &mut File::create(target)?)?;
    Ok(())
}

/// Ten million rows of membership, as large as the current file.
fn membership(folder: &Path) -> Outcome<()> {
    let program = benches::program()?;
    let project = folder.join("membership");
    fs::create_dir(&project)?;
    run(&program, &project, &["sample", "--out", ".", "--scale", "demo", "--json"])?;
    let path = project.join("membership.csv");
    write_membership(&path)?;
    let settings = project.join("districts.toml");
    let text = fs::read_to_string(&settings)?.replace("[nces]\n", "[nces]\nmembership = \"membership.csv\"\n");
    fs::write(&settings, text)?;
    let summary = run(&program, &project, &["run", "--only", "nces", "--json"])?;
    let stage = summary["stages"].as_array().and_then(|stages| stages.iter().find(|stage| stage["stage"] == "nces"));
    println!("membership, {MEMBERSHIP_ROWS} rows, {:.0} MB", fs::metadata(&path)?.len() as f64 / 1e6);
    println!(
        "  stage nces {:.1} s, peak memory {} MB: {}",
        stage.and_then(|stage| stage["seconds"].as_f64()).unwrap_or_default(),
        summary["peak_memory_mb"],
        stage.and_then(|stage| stage["note"].as_str()).unwrap_or_default()
    );
    Ok(())
}

fn write_membership(path: &Path) -> Outcome<()> {
    const GRADES: usize = 500;
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(
        file,
        "SCHOOL_YEAR,FIPST,STATENAME,ST,LEA_NAME,STATE_AGENCY_NO,UNION,ST_LEAID,LEAID,GRADE,RACE_ETHNICITY,SEX,STUDENT_COUNT,TOTAL_INDICATOR,DMS_FLAG"
    )?;
    for lea in 0..MEMBERSHIP_ROWS / GRADES {
        for row in 0..GRADES - 1 {
            writeln!(
                file,
                "2024-2025,01,ALABAMA,AL,Example {lea} District,01,,AL-{lea:03},{lea:07},Grade {},White,Female,{},Category Set A - By Race/Ethnicity; Sex; Grade,Reported",
                row % 13,
                row % 90
            )?;
        }
        writeln!(
            file,
            "2024-2025,01,ALABAMA,AL,Example {lea} District,01,,AL-{lea:03},{lea:07},No Category Codes,No Category Codes,No Category Codes,{},Derived - Education Unit Total minus Adult Education Count,Derived",
            lea % 5000
        )?;
    }
    Ok(file.flush()?)
}

/// Runs the program; the JSON of its last line.
fn run(program: &Path, project: &Path, arguments: &[&str]) -> Outcome<Value> {
    let output = Command::new(program).args(arguments).current_dir(project).env_remove("DATABASE_URL").output()?;
    let text = String::from_utf8(output.stdout)?;
    let line = text.lines().last().ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    Ok(serde_json::from_str(line)?)
}
