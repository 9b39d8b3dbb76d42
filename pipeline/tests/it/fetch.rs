//! Sources behind addresses, and what servers do to them.

use std::fs;

use crate::project::{Ran, TestProject};
use crate::publisher::{Answer, Publisher};

const OHIO: &str = "IRN,Org Name,Status\n000001,Albany Local,Open\n000002,Berlin City,Open\n";

const DECLARATION: &str = r#"
state = "OH"
title = "Ohio, small"
publisher = "tests"
ignore = ["Status"]
[[leaid]]
steps = [{ pad = 6 }]
[columns]
state_district_id = "IRN"
name = "Org Name"
[expect]
districts = [1, 100]
"#;

async fn project(publisher: &Publisher) -> TestProject {
    let project = TestProject::empty().await;
    fs::create_dir(project.path("registries")).unwrap();
    fs::write(project.path("registries/oh.toml"), DECLARATION).unwrap();
    let settings = format!(
        "[fetch]\ntimeout_seconds = 5\n[registries]\noh = \"{}/files/oh.csv?api_key=hunter2\"\n",
        publisher.address
    );
    fs::write(project.path("districts.toml"), settings).unwrap();
    project
}

fn registries(project: &TestProject, more: &[&str]) -> Ran {
    project.run(&[&["run", "--only", "registries"], more].concat())
}

#[tokio::test]
async fn a_line_that_breaks_is_taken_up_where_it_broke() {
    let publisher = Publisher::of(OHIO.as_bytes());
    let project = project(&publisher).await;
    publisher.next(&[Answer::CutAfter(30)]);
    registries(&project, &[]).expect(0);
    let requests = publisher.requests();
    assert_eq!(requests.len(), 2, "{requests:?}");
    assert!(requests[1].contains("range: bytes=30-") && requests[1].contains("if-range: \"one\""), "{requests:?}");
    assert_eq!(fs::read(project.path(".districts/cache/oh/oh.csv")).unwrap(), OHIO.as_bytes());
    assert!(requests[0].contains("user-agent: districts/"), "{requests:?}");
}

#[tokio::test]
async fn an_unchanged_file_is_asked_for_and_not_sent_again() {
    let publisher = Publisher::of(OHIO.as_bytes());
    let project = project(&publisher).await;
    registries(&project, &[]).expect(0);
    let again = registries(&project, &[]).expect(0);
    assert!(publisher.requests()[1].contains("if-none-match: \"one\""));
    assert!(again.stderr.contains("1 file is loaded"), "{again:?}");
    publisher.publish(OHIO.replace("Berlin", "Bern").as_bytes(), "two");
    let changed = registries(&project, &[]).expect(0);
    assert!(changed.stderr.contains("2 districts read, 1 rows changed"), "{changed:?}");
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again_and_one_that_says_no_is_not() {
    let publisher = Publisher::of(OHIO.as_bytes());
    let project = project(&publisher).await;
    publisher.next(&[Answer::Status(503, "Retry-After: 0\r\n"), Answer::Status(429, "Retry-After: 0\r\n")]);
    registries(&project, &[]).expect(0);
    assert_eq!(publisher.requests().len(), 3);
    fs::remove_dir_all(project.path(".districts/cache")).unwrap();
    publisher.next(&[Answer::Status(404, "")]);
    let refused = registries(&project, &[]).expect(1);
    assert!(refused.stderr.contains("the server answered 404"), "{refused:?}");
    assert_eq!(publisher.requests().len(), 4);
    publisher.next(&[const { Answer::Status(503, "Retry-After: 0\r\n") }; 4]);
    let given_up = registries(&project, &[]).expect(1);
    assert!(given_up.stdout.contains("after 4 tries: the server answered 503"), "{given_up:?}");
    assert_eq!(publisher.requests().len(), 8);
}

#[tokio::test]
async fn a_server_that_leads_round_in_a_circle_is_not_asked_four_times() {
    let publisher = Publisher::of(OHIO.as_bytes());
    let project = project(&publisher).await;
    publisher.next(&[const { Answer::Status(302, "Location: /round\r\n") }; 11]);
    let refused = registries(&project, &[]).expect(1);
    assert!(refused.stdout.contains("leads on from page to page without end"), "{refused:?}");
    assert_eq!(publisher.requests().len(), 11, "the ten redirects that reqwest follows");
}

#[tokio::test]
async fn a_page_instead_of_the_file_leaves_the_last_good_copy() {
    let publisher = Publisher::of(OHIO.as_bytes());
    let project = project(&publisher).await;
    registries(&project, &[]).expect(0);
    publisher.publish(b"other", "two");
    publisher.next(&[Answer::Page]);
    let ran = registries(&project, &[]).expect(0);
    assert!(ran.stderr.contains("an HTML page titled \"Sorry\"") && ran.stderr.contains("is used instead"), "{ran:?}");
    assert_eq!(fs::read(project.path(".districts/cache/oh/oh.csv")).unwrap(), OHIO.as_bytes());
}

#[tokio::test]
async fn offline_and_locked_ask_nobody() {
    let publisher = Publisher::of(OHIO.as_bytes());
    let project = project(&publisher).await;
    let none = registries(&project, &["--offline"]).expect(1);
    assert!(none.stderr.contains("there is no copy in the cache"), "{none:?}");
    registries(&project, &[]).expect(0);
    let offline = registries(&project, &["--offline"]).expect(0);
    assert!(offline.stderr.contains("the copy of 0 minutes ago"), "{offline:?}");
    fs::write(project.path(".districts/cache/oh/oh.csv"), "tampered").unwrap();
    let locked = registries(&project, &["--locked"]).expect(1);
    assert!(locked.stderr.contains("not the one that sources.lock names"), "{locked:?}");
    assert_eq!(publisher.requests().len(), 1);
}

#[tokio::test]
async fn a_file_larger_than_allowed_is_cut_off_and_secrets_are_shown_nowhere() {
    let publisher = Publisher::of(OHIO.as_bytes());
    let project = project(&publisher).await;
    let settings = fs::read_to_string(project.path("districts.toml")).unwrap();
    fs::write(project.path("districts.toml"), settings.replace("[fetch]", "[fetch]\nmax_bytes = 20")).unwrap();
    let ran = registries(&project, &[]).expect(1);
    assert!(ran.stderr.contains("it is larger than 20 bytes"), "{ran:?}");
    fs::write(project.path("districts.toml"), settings).unwrap();
    let good = registries(&project, &[]).expect(0);
    let lock = fs::read_to_string(project.path("sources.lock")).unwrap();
    for text in [&ran.stderr, &ran.stdout, &good.stderr, &good.stdout, &lock] {
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[tokio::test]
async fn last_years_file_does_not_replace_this_years() {
    let publisher = Publisher::of(OHIO.as_bytes());
    let project = project(&publisher).await;
    let titled = |year: &str| format!("Directory {year},,\n{OHIO}");
    publisher.publish(titled("2025-26").as_bytes(), "two");
    registries(&project, &[]).expect(0);
    publisher.publish(titled("2024-25").as_bytes(), "three");
    let older = registries(&project, &[]).expect(1);
    assert!(
        older.stderr.contains("it is of 2025, and the one loaded on") && older.stderr.contains("is of 2026"),
        "{older:?}"
    );
    registries(&project, &["--accept-older"]).expect(0);
    publisher.publish(titled("2025-26").as_bytes(), "four");
    let same = registries(&project, &[]).expect(1);
    assert!(same.stderr.contains("which another replaced on"), "{same:?}");
}

#[tokio::test]
async fn ids_that_nces_does_not_know_stop_the_file() {
    let publisher = Publisher::of(OHIO.as_bytes());
    let project = project(&publisher).await;
    let mut directory = String::from("SCHOOL_YEAR,ST,LEAID,ST_LEAID,LEA_NAME\n");
    let mut wrong = String::from("IRN,Org Name,Status\n");
    for number in 1..=10 {
        directory.push_str(&format!("2024-2025,OH,39{number:05},OH-{number:06},District {number}\n"));
        wrong.push_str(&format!("{},District {number},Open\n", number + 500_000));
    }
    fs::write(project.path("nces.csv"), directory).unwrap();
    let settings = fs::read_to_string(project.path("districts.toml")).unwrap();
    fs::write(project.path("districts.toml"), format!("[nces]\ndirectory = \"nces.csv\"\n{settings}")).unwrap();
    publisher.publish(wrong.as_bytes(), "two");
    let ran = project.run(&["run", "--only", "nces,registries"]).expect(1);
    assert!(ran.stderr.contains("of its 10 ids NCES knows 0 in OH; the first becomes `500001`"), "{ran:?}");
    let rows: i64 = sqlx::query_scalar("select count(*) from state_registry_districts")
        .fetch_one(&project.database.pool)
        .await
        .unwrap();
    assert_eq!(rows, 0);
}
