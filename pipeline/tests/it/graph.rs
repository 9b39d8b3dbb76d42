//! The one-way graph of ARCHITECTURE.md, and which outside crates each room may use.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

/// Each crate and the crates of ours it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("loaders", &[]),
    ("matcher", &[]),
    ("embedder", &[]),
    ("migrations", &[]),
    ("pipeline", &["loaders", "matcher", "embedder", "migrations"]),
    ("benches", &["loaders", "matcher", "embedder", "migrations"]),
];

/// Outside crates that belong to some rooms only.
const BELONGS_TO: &[(&str, &[&str])] = &[
    ("sqlx", &["migrations", "embedder", "pipeline"]),
    ("reqwest", &["embedder", "pipeline"]),
    ("object_store", &["pipeline"]),
    ("axum", &["pipeline"]),
    ("clap", &["pipeline"]),
    ("indicatif", &["pipeline"]),
    ("calamine", &["loaders"]),
    ("csv", &["loaders"]),
    ("polars", &["loaders"]),
    ("parquet", &["loaders"]),
    ("pgvector", &["embedder"]),
    ("bpe-openai", &["embedder"]),
];

fn packages() -> Vec<Package> {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    metadata.workspace_packages().into_iter().cloned().collect()
}

fn dependencies(package: &Package, kind: DependencyKind) -> BTreeSet<String> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == kind)
        .map(|dependency| dependency.name.clone())
        .collect()
}

#[test]
fn siblings_never_import_each_other() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let packages = packages();
    let ours: BTreeSet<String> = packages.iter().map(|package| package.name.to_string()).collect();
    assert_eq!(ours, allowed.keys().map(|name| (*name).to_owned()).collect());
    for package in &packages {
        for used in dependencies(package, DependencyKind::Normal).intersection(&ours) {
            assert!(allowed[package.name.as_str()].contains(&used.as_str()), "{} must not use {used}", package.name);
        }
        // Tests may use the test database, and nothing else of a sibling.
        for used in dependencies(package, DependencyKind::Development).intersection(&ours) {
            let is_fine = used == "migrations" || allowed[package.name.as_str()].contains(&used.as_str());
            assert!(is_fine, "tests of {} must not use {used}", package.name);
        }
    }
}

#[test]
fn outside_crates_stay_in_their_rooms() {
    for package in packages().iter().filter(|package| package.name.as_str() != "benches") {
        for used in dependencies(package, DependencyKind::Normal) {
            if let Some((_, rooms)) = BELONGS_TO.iter().find(|(name, _)| *name == used) {
                assert!(rooms.contains(&package.name.as_str()), "{used} does not belong into {}", package.name);
            }
        }
    }
}

#[test]
fn there_is_one_binary() {
    let binaries: Vec<String> = packages()
        .iter()
        .flat_map(|package| package.targets.clone())
        .filter(|target| target.is_bin())
        .map(|target| target.name)
        .collect();
    assert_eq!(binaries, ["districts"]);
}
