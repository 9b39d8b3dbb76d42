//! The two commands of a newcomer: no database, no configuration.

use crate::project::{Ran, program};

#[test]
fn run_and_search_the_sample_on_the_embedded_server() {
    let folder = tempfile::Builder::new().prefix("districts-it-").tempdir().unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let run = |arguments: &[&str]| Ran::of(&program(folder.path(), arguments).output().unwrap());
    let ran = run(&["run", "--sample"]).expect(0);
    for part in ["against truth", "0 wrong", "vector index    IVFFlat", "Try next:"] {
        assert!(ran.stdout.contains(part), "{part:?} in {ran:?}");
    }
    let hits = run(&["search", "--sample", "portrait of a graduate", "--state", "tx", "--limit", "3", "--json"])
        .expect(0)
        .json();
    let hits = hits["hits"].as_array().unwrap();
    assert_eq!(hits.len(), 3);
    assert!(
        hits.iter().all(|hit| hit["state"] == "TX"
            && hit["title"].as_str().unwrap().to_lowercase().contains("portrait of a graduate")),
        "{hits:?}"
    );
    let plan = run(&["search", "--sample", "strategic plan", "--explain"]).expect(0).stdout;
    assert!(plan.contains("Index Scan using idx_embeddings_vector"), "{plan}");
    // The user's own database is another one, and has nothing in it.
    let own = run(&["search", "anything"]).expect(2);
    assert!(own.stderr.contains("no tables yet"), "{own:?}");
    let status = run(&["db", "status", "--json"]).expect(0).json();
    assert!(status["status"].as_str().unwrap().starts_with("stopped"), "the server leaves with the program: {status}");
    let rows = run(&["db", "psql", "--sample", "--", "-Atc", "select count(*) from districts"]).expect(0);
    assert_eq!(rows.stdout.trim(), "1380");
    run(&["db", "reset", "--sample"]).expect(2);
    run(&["db", "reset", "--sample", "--yes"]).expect(0);
    run(&["search", "--sample", "anything"]).expect(2);
}

#[test]
fn a_started_server_stays_and_gives_an_address() {
    let folder = tempfile::Builder::new().prefix("districts-it-").tempdir().unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let run = |arguments: &[&str]| Ran::of(&program(folder.path(), arguments).output().unwrap());
    let url = run(&["db", "start"]).expect(0).stdout;
    assert!(run(&["db", "status"]).expect(0).stdout.contains("until `districts db stop`"));
    assert_eq!(run(&["db", "url"]).expect(0).stdout, url);
    let ran = run(&["--database-url", url.trim(), "migrate", "status", "--json"]).expect(0).json();
    assert_eq!(ran["migrations"].as_array().unwrap().len(), migrations::history::HISTORY.len());
    run(&["db", "stop"]).expect(0);
    assert!(run(&["db", "status"]).expect(0).stdout.starts_with("stopped"));
}
