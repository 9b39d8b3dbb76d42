//! Speed and quality on the same inputs: one criterion bench per domain crate, and `nightly`, the
//! whole job at sample and national size. Inputs come from the sample, so that anybody can repeat
//! them.

use std::path::{Path, PathBuf};

use loaders::registry::{Catalog, RegistryRecord, read_registry};
use loaders::sample::{Scale, write};
use matcher::{Agency, Place};
use nix::sys::resource::{UsageWho, getrusage};

/// A demo sample in a folder that is gone with the value.
///
/// # Panics
/// When the temporary folder cannot be written: a bench cannot go on without its input.
pub fn sample() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    write(folder.path(), Scale::Demo).expect("the sample is written");
    folder
}

/// The NCES directory of a sample.
pub fn directory(sample: &Path) -> PathBuf {
    sample.join("nces/ccd_lea_029_2425_sample.zip")
}

/// Records and LEAs of a sample in the matcher's words, with or without the state's ids.
///
/// # Panics
/// When the sample cannot be read, which its own tests exclude.
pub fn agencies(sample: &Path, has_ids: bool) -> (Vec<Agency>, Vec<Agency>) {
    let directory = loaders::nces::read_directory(&directory(sample)).expect("the sample's directory is read");
    let leas = directory.leas.into_iter().map(|lea| Agency {
        state: lea.state,
        list: "nces".to_owned(),
        nces_id: Some(lea.nces_id),
        state_leaid: lea.state_leaid.filter(|_| has_ids),
        name: lea.name,
        places: vec![Place { street: lea.location.street, city: lea.location.city, zip: lea.location.zip }],
        phone: lea.phone,
        web: lea.website,
        ..Agency::default()
    });
    let records = registries(sample).into_iter().flat_map(|(key, records)| {
        records.into_iter().map(move |record| Agency {
            state: key.to_uppercase(),
            list: key.to_owned(),
            state_leaid: record.state_leaid.filter(|_| has_ids),
            name: record.name,
            county: record.county,
            places: vec![Place { street: record.street, city: record.city, zip: record.zip }],
            phone: record.phone,
            web: record.website.or(record.email),
            ..Agency::default()
        })
    });
    (records.collect(), leas.collect())
}

fn registries(sample: &Path) -> Vec<(&'static str, Vec<RegistryRecord>)> {
    const FILES: [(&str, &str); 5] = [
        ("ca", "ca_pubdistricts.txt"),
        ("co", "co_graduation.xlsx"),
        ("ia", "ia_directory.xlsx"),
        ("oh", "oh_districts.csv"),
        ("tx", "tx_districts.json"),
    ];
    let catalog = Catalog::load(Some(&sample.join("registries"))).expect("the sample's declarations are read");
    let read = |(key, file): (&'static str, &str)| {
        let declaration = catalog.get(key).expect("the sample declares its states");
        let path = sample.join("files").join(file);
        (key, read_registry(&path, declaration).expect("the sample's registries are read").records)
    };
    FILES.map(read).into_iter().collect()
}

/// The NCES id of each record of [`agencies`], in their order; empty where NCES does not list the agency.
///
/// # Panics
/// As [`agencies`].
pub fn truth(sample: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(sample.join("truth.csv")).expect("the sample has its truth");
    let known: std::collections::HashMap<(&str, &str), &str> = text
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split(',');
            Some(((cells.next()?, cells.next()?), cells.next()?))
        })
        .collect();
    let id = |(list, id): (&str, &str)| known.get(&(list, id)).map_or(String::new(), |id| (*id).to_owned());
    registries(sample)
        .iter()
        .flat_map(|(key, records)| {
            records.iter().map(|record| id((key, record.state_district_id.as_deref().unwrap_or_default())))
        })
        .collect()
}

/// Text as the sample's documents have it, about so many bytes.
///
/// # Panics
/// As [`sample`].
pub fn text(bytes: usize) -> String {
    let sample = sample();
    let mut documents = loaders::document::DocumentFile::default();
    loaders::document::read_jsonl(&sample.path().join("documents/plans.jsonl"), |found| documents.add(found))
        .expect("the sample's documents are read");
    let mut text = String::new();
    for document in documents.documents.iter().cycle() {
        if text.len() >= bytes {
            break;
        }
        text.push_str(&document.text);
        text.push('\n');
    }
    text
}

/// The program beside this bench, built now if it is not current.
///
/// # Errors
/// When it does not build.
pub fn program() -> Result<PathBuf, Box<dyn std::error::Error>> {
    let build = ["build", "--release", "--quiet", "-p", "pipeline"];
    let mut cargo = std::process::Command::new(env!("CARGO"));
    // What cargo told this bench of its package makes build scripts that listen for it run again, and half the tree
    // with them.
    let of_package = |name: &String| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars().filter(|(name, _)| of_package(name)) {
        cargo.env_remove(name);
    }
    let status = cargo.args(build).status()?;
    let folder =
        std::env::current_exe()?.parent().and_then(Path::parent).map(Path::to_owned).ok_or("no target folder")?;
    if status.success() { Ok(folder.join("districts")) } else { Err("the program does not build".into()) }
}

/// User and system time of this process, or of those it started and waited for.
pub fn cpu_seconds(who: UsageWho) -> f64 {
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    getrusage(who).map_or(0.0, |usage| seconds(usage.user_time()) + seconds(usage.system_time()))
}
