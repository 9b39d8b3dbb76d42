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
    // Key, file, districts, bad rows, least share of ids that NCES knows today (older years lose some).
    for (key, file, districts, bad, least_percent) in [
        ("ca", "ca_pubdistricts_2026.txt", 1_070, 0, 98),
        ("co", "co_graduation_2024.xlsx", 185, 0, 100),
        ("ct", "ct_education_directory_2023.csv", 201, 0, 89),
        ("ct_edsight", "ct_edsight_enrollment_2019.csv", 205, 0, 97),
        ("ia", "ia_directory_2024-25.xlsx", 325, 0, 100),
        ("mi", "mi_dist_2016.dbf", 856, 0, 92),
        ("mt", "mt_enrollment_2022.dbf", 565, 3, 70),
        ("nh", "nh_district_2026.xlsx", 203, 0, 90),
        ("nj", "nj_directory_2012.csv", 687, 0, 95),
        ("ny", "ny_ela_math_2019.xlsx", 763, 0, 93),
        ("oh", "oh_districts.csv", 607, 0, 100),
        ("pa", "pa_school_districts_2014.dbf", 500, 0, 100),
        ("tx", "tx_districts_2026.json", 1_224, 0, 99),
        ("tx_askted", "tx_askted_superintendents_2018.csv", 1_216, 0, 98),
        ("wa", "wa_public_school_address_2022.csv", 335, 0, 98),
        ("nc", "nc_superintendents_names.csv", 100, 0, 0),
        ("ny_superintendents", "ny_superintendents_names.csv", 682, 0, 0),
    ] {
        let declaration = catalog.get(key).unwrap();
        let read = read_registry(&folder.join("registries").join(file), declaration).unwrap();
        assert_eq!((read.records.len(), read.bad_rows.len()), (districts, bad), "{key}");
        assert_eq!(read.surprises, [], "{key}");
        let is_hit = |id: &Option<String>| {
            id.as_ref().is_some_and(|id| known.contains(&(declaration.state.clone(), id.clone())))
        };
        let hits = read.records.iter().filter(|record| is_hit(&record.state_leaid)).count();
        assert!(hits * 100 >= districts * least_percent, "{key}: {hits} of {districts} ids are known to NCES");
    }
}
