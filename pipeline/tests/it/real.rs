//! The real files, where they are: `DISTRICTS_REAL_DATA`, default `../shared/real`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::project::TestProject;

fn real() -> Option<PathBuf> {
    let named = std::env::var_os("DISTRICTS_REAL_DATA").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/real"));
    if folder.is_dir() {
        return folder.canonicalize().ok();
    }
    eprintln!("SKIPPED: no real files in `{}`; set DISTRICTS_REAL_DATA", folder.display());
    None
}

#[tokio::test]
async fn the_real_files_are_linked_as_their_ids_say() {
    let Some(real) = real() else { return };
    let project = TestProject::empty().await;
    let settings = format!(
        "[nces]\ndirectory = \"{0}/nces/ccd_lea_029_2425_w_1a_073025.zip\"\n[registries]\nca = \"{0}/registries/ca_pubdistricts_2026.txt\"\n\
         tx = \"{0}/registries/tx_districts_2026.json\"\noh = \"{0}/registries/oh_districts.csv\"\nia = \"{0}/registries/ia_directory_2024-25.xlsx\"\n\
         co = \"{0}/registries/co_graduation_2024.xlsx\"\n",
        real.display()
    );
    fs::write(project.path("districts.toml"), settings).unwrap();
    let ran = project.run(&["run", "--only", "nces,registries,match,check", "--json"]).json();
    assert_eq!(ran["figures"]["districts"], 19_630, "{ran}");
    // In these five states the state id is the truth wherever NCES knows it.
    let wrong: i64 = sqlx::query_scalar(
        "select count(*) from district_matches m
           join state_registry_districts r on r.id = m.state_registry_id
           join districts d on d.state = r.state and d.state_leaid = r.state_leaid
          where not m.flag_for_review and d.nces_id <> m.nces_id",
    )
    .fetch_one(&project.database.pool)
    .await
    .unwrap();
    assert_eq!(wrong, 0);
    let linked: i64 = sqlx::query_scalar("select count(*) from district_matches where not flag_for_review")
        .fetch_one(&project.database.pool)
        .await
        .unwrap();
    assert!(linked >= 3_380, "{linked} of 3,411 are linked");
    let statuses: Vec<String> = sqlx::query_scalar("select distinct status::text from districts order by 1")
        .fetch_all(&project.database.pool)
        .await
        .unwrap();
    assert!(["Closed", "Future", "Open"].iter().all(|status| statuses.contains(&(*status).to_owned())), "{statuses:?}");
}
