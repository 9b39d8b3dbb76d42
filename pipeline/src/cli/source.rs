//! `districts source`: the declarations of sources, listed, shown, checked and begun.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use loaders::registry::{Catalog, Declaration, builtin_text, mistake, read_registry, schema};
use serde_json::json;

use super::arguments::{Common, SourceCommand};
use crate::fault::Fault;
use crate::run::Verdict;
use crate::settings::{Project, RegistrySource};

/// Name of the schema beside a user's declarations.
const SCHEMA_NAME: &str = "registry.schema.json";

pub(super) fn source(common: &Common, command: &SourceCommand) -> anyhow::Result<Verdict> {
    let project = Project::around(&std::env::current_dir()?)?;
    match command {
        SourceCommand::List => list(common, &project),
        SourceCommand::Show { key } => show(common, &project, key),
        SourceCommand::Check { declarations, file } => check(&project, declarations, file.as_deref()),
        SourceCommand::New { state, key } => new(&project, state, key.as_deref()),
        SourceCommand::Schema => {
            println!("{}", serde_json::to_string_pretty(&schema())?);
            Ok(Verdict::Good)
        }
    }
}

fn list(common: &Common, project: &Project) -> anyhow::Result<Verdict> {
    let catalog = Catalog::load(Some(&project.registries_folder()))?;
    if common.json {
        for source in catalog.iter() {
            println!(
                "{}",
                json!({
                    "key": source.key, "state": source.state, "title": source.title, "publisher": source.publisher,
                    "url": source.url, "licence": source.licence, "cadence": source.cadence,
                    "origin": source.origin, "configured": configured(project, source),
                })
            );
        }
        return Ok(Verdict::Good);
    }
    println!("{:<20} {:<5} {:<11} {:<52} file", "key", "state", "cadence", "title");
    for source in catalog.iter() {
        let file = configured(project, source).unwrap_or_else(|| "-".to_owned());
        let cadence = source.cadence.as_deref().unwrap_or("-");
        println!("{:<20} {:<5} {cadence:<11} {:<52} {file}", source.key, source.state, source.title);
    }
    Ok(Verdict::Good)
}

/// What `[registries]` says of the source.
fn configured(project: &Project, source: &Declaration) -> Option<String> {
    match project.settings.registries.get(&source.key)? {
        RegistrySource::At(location) => Some(location.to_string()),
        RegistrySource::Declared(true) => source.url.clone(),
        RegistrySource::Declared(false) => None,
    }
}

fn show(common: &Common, project: &Project, key: &str) -> anyhow::Result<Verdict> {
    let catalog = Catalog::load(Some(&project.registries_folder()))?;
    let declaration = catalog.get(key).ok_or_else(|| unknown(key, &catalog))?;
    let own = project.registries_folder().join(format!("{key}.toml"));
    let text = match std::fs::read_to_string(&own) {
        Ok(text) => text,
        Err(_) => builtin_text(key).unwrap_or_default().to_owned(),
    };
    if common.json {
        println!("{}", json!({ "key": key, "origin": declaration.origin, "declaration": text }));
    } else {
        println!("# {}\n{}", declaration.origin, text.trim_end());
    }
    Ok(Verdict::Good)
}

fn unknown(key: &str, catalog: &Catalog) -> Fault {
    let near = mistake::nearest(key, catalog.keys()).map_or(String::new(), |near| format!("; the nearest is `{near}`"));
    Fault::new(format!("Failed to find the source `{key}`{near}"), "`districts source list` shows all")
}

/// Declarations alone, or one of them against a file.
fn check(project: &Project, declarations: &[String], file: Option<&Path>) -> anyhow::Result<Verdict> {
    let folder = project.registries_folder();
    let Some(file) = file else {
        if declarations.is_empty() {
            let catalog = Catalog::load(Some(&folder))?;
            println!("{} declarations are good", catalog.keys().count());
        }
        for declaration in declarations {
            let found = find(&folder, declaration)?;
            println!("{} is good: {}, {} columns mapped", found.origin, found.title, found.columns.len());
        }
        return Ok(Verdict::Good);
    };
    let [key] = declarations else {
        let hint = "such as `districts source check wy --file wy.xlsx`";
        return Err(Fault::new("Failed to check a file: name the one declaration it is read by", hint).into());
    };
    let found = read_registry(file, &find(&folder, key)?)?;
    println!(
        "{}: {} rows, {} left out by rule, {} districts, {} rows refused",
        found.file_name,
        found.rows,
        found.dropped,
        found.records.len(),
        found.bad_rows.len()
    );
    for (column, value) in &found.surprises {
        println!("  column `{column}` is neither mapped nor ignored; it has values such as `{value}`");
    }
    for bad in &found.bad_rows {
        println!("  row {}, column `{}`, value `{}`: {}", bad.row, bad.column, bad.value, bad.reason);
    }
    for record in found.records.iter().take(3) {
        let shown = json!({ "name": record.name, "state_leaid": record.state_leaid, "city": record.city, "phone": record.phone });
        println!("  {shown}");
    }
    Ok(if found.surprises.is_empty() && found.bad_rows.is_empty() {
        Verdict::Good
    } else {
        Verdict::ExpectationsMissed
    })
}

/// By path, or by key.
fn find(folder: &Path, name: &str) -> anyhow::Result<Declaration> {
    let path = Path::new(name);
    if path.extension().is_some_and(|extension| extension == "toml") {
        let text = std::fs::read_to_string(path).with_context(|| format!("Failed to open `{}`", path.display()))?;
        let key = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        return Ok(Declaration::parse(&key, &text, path)?);
    }
    let catalog = Catalog::load(Some(folder))?;
    catalog.get(name).cloned().ok_or_else(|| unknown(name, &catalog).into())
}

fn new(project: &Project, state: &str, key: Option<&str>) -> anyhow::Result<Verdict> {
    let folder = project.registries_folder();
    let key = key.map_or_else(|| state.to_lowercase(), str::to_owned);
    if !key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(Fault::new(format!("Failed to accept the key `{key}`"), "a key has letters, digits and _").into());
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("Failed to make `{}`", folder.display()))?;
    let path = folder.join(format!("{key}.toml"));
    write_new(&path, &begun(state))?;
    let schema_path = folder.join(SCHEMA_NAME);
    std::fs::write(&schema_path, serde_json::to_string_pretty(&schema())?)
        .with_context(|| format!("Failed to write `{}`", schema_path.display()))?;
    println!("wrote {}: fill it in, then `districts source check {key} --file FILE`", path.display());
    Ok(Verdict::Good)
}

/// Never over a declaration that is there: somebody may have written it by hand.
pub(super) fn write_new(path: &PathBuf, text: &str) -> anyhow::Result<()> {
    let mut file = match File::create_new(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let hint = "name another key, or move that file away first";
            return Err(Fault::new(format!("Failed to write `{}`: it exists", path.display()), hint).into());
        }
        other => other.with_context(|| format!("Failed to write `{}`", path.display()))?,
    };
    file.write_all(text.as_bytes()).with_context(|| format!("Failed to write `{}`", path.display()))
}

fn begun(state: &str) -> String {
    format!(
        r#"#:schema ./{SCHEMA_NAME}
state = "{state}"
title = "{state} school districts"
publisher = "the state's department of education"
# url = "https://…"
# licence = "Public record"
# cadence = "yearly"

# Found from the bytes unless said: csv, json, xlsx, html, dbf.
# format = "csv"
# sheet = "Districts"
# header_row = 3
# Columns left alone on purpose; any other unmapped column warns.
ignore = []

# Which rows are districts. Without a rule, all are.
# [[keep]]
# column = "Organization Type"
# is = ["Public School District"]
# reason = "the file lists private schools too"

# How the state's id becomes NCES ST_LEAID: parts that are joined, each a column put through
# strip, pad, take, last, after, before, or a literal.
# [[leaid]]
# steps = [{{ strip = "'" }}, {{ pad = 6 }}]

[columns]
name = "District Name"
# state_district_id = "District Number"
# city = "City"
# phone = "Phone"
# administrator = "Superintendent"

[expect]
districts = [1, 2000]
# filled = {{ phone = 0.9 }}
"#
    )
}
