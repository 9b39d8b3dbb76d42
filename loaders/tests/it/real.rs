//! The real files, where they are: `DISTRICTS_REAL_DATA`, default `../shared/real`.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use loaders::nces::read_directory;
use loaders::registry::{Catalog, read_registry};

/// The folder of real files; without it the test says so and passes.
fn real() -> Option<PathBuf> {
    let named = std::env::var_os("DISTRICTS_REAL_DATA").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/real"));
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: no real files in `{}`; set DISTRICTS_REAL_DATA", folder.display());
    None
}

#[test]
fn the_published_directories_of_three_layouts_are_read() {
    let Some(folder) = real() else { return };
    let files = [("ccd_lea_029_2425_w_1a_073025.zip", 19_630), ("ccd_lea_029_1516_w_1a_011717_csv.zip", 18_000)];
    for (name, least) in files {
        let directory = read_directory(&folder.join("nces").join(name)).unwrap();
        assert!(directory.leas.len() >= least, "{name} has {}", directory.leas.len());
        assert_eq!(directory.bad_rows, [], "{name}");
    }
}

/// The rule of each declaration, against NCES: ids that are right for nearly all records.
#[test]
fn the_id_rules_meet_st_leaid() {
    let Some(folder) = real() else { return };
    let directory = read_directory(&folder.join("nces/ccd_lea_029_2425_w_1a_073025.zip")).unwrap();
    let known: HashSet<(String, String)> =
        directory.leas.into_iter().filter_map(|lea| lea.state_leaid.map(|id| (lea.state, id))).collect();
    let catalog = Catalog::load(None).unwrap();
    for (key, file, districts) in [
        ("ca", "ca_pubdistricts_2026.txt", 1_070),
        ("tx", "tx_districts_2026.json", 1_224),
        ("oh", "oh_districts.csv", 607),
        ("ia", "ia_directory_2024-25.xlsx", 325),
        ("co", "co_graduation_2024.xlsx", 185),
    ] {
        let declaration = catalog.get(key).unwrap();
        let read = read_registry(&folder.join("registries").join(file), declaration).unwrap();
        assert_eq!((read.records.len(), read.bad_rows.len()), (districts, 0), "{key}");
        assert_eq!(read.surprises, [], "{key}");
        let is_hit = |id: &Option<String>| {
            id.as_ref().is_some_and(|id| known.contains(&(declaration.state.clone(), id.clone())))
        };
        let hits = read.records.iter().filter(|record| is_hit(&record.state_leaid)).count();
        assert!(hits * 100 >= districts * 97, "{key}: {hits} of {districts} ids are known to NCES");
    }
}
