use std::fs;
use std::path::Path;

use loaders::nces::read_directory;
use loaders::registry::{Catalog, read_registry};
use loaders::sample::{Scale, write};

#[test]
fn the_sample_is_the_same_bytes_every_time() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert_eq!(write(first.path(), Scale::Demo).unwrap(), write(second.path(), Scale::Demo).unwrap());
    for name in [
        "nces/ccd_lea_029_2425_sample.zip",
        "files/ia_directory.xlsx",
        "files/tx_districts.json",
        "documents/plans.jsonl",
        "truth.csv",
    ] {
        let bytes = |folder: &Path| fs::read(folder.join(name)).unwrap();
        assert!(bytes(first.path()) == bytes(second.path()), "{name} differs");
    }
}

#[test]
fn every_sample_file_is_read_without_a_surprise() {
    let folder = tempfile::tempdir().unwrap();
    let size = write(folder.path(), Scale::Demo).unwrap();
    let directory = read_directory(&folder.path().join("nces/ccd_lea_029_2425_sample.zip")).unwrap();
    assert_eq!((directory.leas.len(), directory.bad_rows.len()), (size.leas, 0));
    let catalog = Catalog::load(Some(&folder.path().join("registries"))).unwrap();
    let mut records = 0;
    for (key, file) in [
        ("ca", "ca_pubdistricts.txt"),
        ("co", "co_graduation.xlsx"),
        ("ia", "ia_directory.xlsx"),
        ("oh", "oh_districts.csv"),
        ("tx", "tx_districts.json"),
    ] {
        let read = read_registry(&folder.path().join("files").join(file), catalog.get(key).unwrap()).unwrap();
        assert_eq!(read.surprises, [], "{key}");
        assert_eq!(read.bad_rows, [], "{key}");
        assert!(read.records.iter().all(|record| record.state_leaid.is_some()), "{key}");
        records += read.records.len();
    }
    assert_eq!(records, size.records);
}
