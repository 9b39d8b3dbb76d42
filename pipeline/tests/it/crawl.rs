//! `districts documents fetch` against websites that misbehave, on several loopback addresses.

use std::time::Duration;

use sqlx::PgPool;

use crate::project::TestProject;
use crate::website::{Reply, Website, page};

const DELAY: Duration = Duration::from_millis(150);
const MANNERS: &str =
    "[crawl]\nallow_private = true\ndelay_seconds = 0.15\ntimeout_seconds = 1.0\nmax_bytes = 200000\n";
const ABOUT_GRADUATES: &str =
    "Our Portrait of a Graduate says what every learner should know, and the strategic plan says how.";

/// Districts with these websites, and nothing else.
async fn project(districts: &[(&str, &str, Option<&str>)], settings: &str) -> TestProject {
    let project = TestProject::empty().await;
    std::fs::write(project.path("districts.toml"), settings).unwrap();
    project.run(&["migrate", "up"]).expect(0);
    for (nces_id, website, mail) in districts {
        sqlx::query(
            "insert into districts (nces_id, name, state, website_domain, superintendent_email) values ($1, 'District ' || $1, 'CA', $2, $3)",
        )
        .bind(nces_id)
        .bind(website)
        .bind(mail)
        .execute(&project.database.pool)
        .await
        .unwrap();
    }
    project
}

/// What `document_crawl_log` says: address without its host, kind of request, kind of answer.
async fn log(pool: &PgPool, nces_id: &str) -> Vec<(String, String, String)> {
    sqlx::query_as(
        "select regexp_replace(url, '^https?://[^/]+', ''), url_type::text,
                coalesce(substring(error_message from '^([a-z0-9_]+):'), http_status::text, status)
           from document_crawl_log where nces_id = $1 order by crawled_at, url",
    )
    .bind(nces_id)
    .fetch_all(pool)
    .await
    .unwrap()
}

fn words(log: &[(String, String, String)]) -> Vec<String> {
    log.iter().map(|(path, kind, class)| format!("{kind} {path} {class}")).collect()
}

async fn stored(pool: &PgPool, nces_id: &str) -> Vec<String> {
    sqlx::query_scalar("select regexp_replace(document_url, '^https?://[^/]+', '') from district_documents where nces_id = $1 and vanished_at is null order by 1")
        .bind(nces_id)
        .fetch_all(pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_best_links_are_followed_politely_and_read_again_only_if_they_changed() {
    let site = Website::at(
        2,
        &[
            ("/robots.txt", Reply::Body("text/plain", b"User-agent: *\nDisallow: /private\n".to_vec())),
            (
                "/",
                page(
                    "Welcome to our district, which has schools and buses.",
                    &[
                        ("/plan", "Strategic plan"),
                        ("/about", "About us"),
                        ("/lunch", "Lunch menu"),
                        ("/private/plan", "Strategic plan drafts"),
                        ("http://127.0.0.9:1/plan", "Strategic plan"),
                        ("/files/graduate.pdf", "Portrait of a Graduate"),
                    ],
                ),
            ),
            ("/plan", page(ABOUT_GRADUATES, &[("/deep", "Vision")])),
            ("/about", page("A history of the district, its schools and its people since 1901.", &[])),
            (
                "/deep",
                page("What we see when we look ahead, in many words and more.", &[("/deeper", "Strategic goals")]),
            ),
            ("/deeper", page(ABOUT_GRADUATES, &[])),
            ("/files/graduate.pdf", Reply::Body("application/pdf", b"%PDF-1.4 broken".to_vec())),
        ],
    );
    let project = project(&[("0600001", &site.url, None)], MANNERS).await;
    let ran = project.run(&["documents", "fetch", "--json"]).expect(0).json();
    assert_eq!((&ran["districts"], &ran["answered"]), (&1.into(), &1.into()), "{ran}");
    let paths = site.paths();
    assert!(paths.values().all(|times| *times == 1), "{paths:?}");
    let asked: Vec<&str> = paths.keys().map(String::as_str).collect();
    assert_eq!(
        asked,
        ["/", "/about", "/deep", "/files/graduate.pdf", "/plan", "/robots.txt"],
        "no lunch, nothing private, nothing deeper than 2"
    );
    assert_eq!(stored(&project.database.pool, "0600001").await, ["/plan"]);
    let lines = words(&log(&project.database.pool, "0600001").await);
    assert!(lines.contains(&"page /private/plan robots".to_owned()), "{lines:?}");
    assert!(lines.contains(&"document /files/graduate.pdf no_text".to_owned()), "{lines:?}");

    // One at a time, with the pause between, by the site's own log; and it was told who asks.
    let asked = site.asked();
    for pair in asked.windows(2) {
        assert!(pair[1].began >= pair[0].ended + DELAY - Duration::from_millis(20), "{pair:?}");
    }
    assert!(asked.iter().all(|one| one.head.contains("user-agent: districts/")));

    // Read lately: left alone. Asked again: nothing has changed, so nothing is sent.
    project.run(&["documents", "fetch"]).expect(0);
    assert_eq!(site.asked().len(), asked.len());
    let again = project.run(&["documents", "fetch", "--again", "--json"]).expect(0).json();
    assert_eq!(again["outcomes"]["unchanged"], 5, "{again}");
    assert_eq!(stored(&project.database.pool, "0600001").await, ["/plan"]);

    // What is gone is kept and marked.
    site.set("/plan", Reply::Status(404));
    project.run(&["documents", "fetch", "--again"]).expect(0);
    assert!(stored(&project.database.pool, "0600001").await.is_empty());
    let kept: i64 =
        sqlx::query_scalar("select count(*) from district_documents").fetch_one(&project.database.pool).await.unwrap();
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn every_misbehaviour_is_one_line_of_the_log_and_the_others_are_read() {
    let home =
        |path: &'static str| page("Welcome to our district, which has schools and buses.", &[(path, "Strategic plan")]);
    let elsewhere = Website::at(7, &[("/plan", page(ABOUT_GRADUATES, &[]))]);
    let cases = [
        ("0600001", Reply::Never, "timeout"),
        ("0600002", Reply::Drip, "timeout"),
        ("0600003", Reply::CutShort, "connection"),
        ("0600004", Reply::Endless, "too_large"),
        ("0600005", Reply::Garbage, "connection"),
        ("0600006", Reply::Status(403), "403"),
        ("0600007", Reply::Status(503), "status"),
        ("0600008", Reply::To(format!("{}/plan", elsewhere.url)), "elsewhere"),
        ("0600009", Reply::To("/plan".to_owned()), "redirects"),
        ("0600010", Reply::To("file:///etc/passwd".to_owned()), "status"),
    ];
    let sites: Vec<Website> = (2_u8..)
        .zip(&cases)
        .map(|(n, (_, reply, _))| Website::at(n, &[("/", home("/plan")), ("/plan", reply.clone())]))
        .collect();
    let good = Website::at(30, &[("/", home("/plan")), ("/plan", page(ABOUT_GRADUATES, &[]))]);
    let mut districts: Vec<(&str, &str, Option<&str>)> =
        cases.iter().zip(&sites).map(|((id, ..), site)| (*id, site.url.as_str(), None)).collect();
    districts.push(("0600011", &good.url, None));
    let project = project(&districts, MANNERS).await;
    project.run(&["documents", "fetch"]).expect(0);
    for (nces_id, reply, class) in &cases {
        let lines = words(&log(&project.database.pool, nces_id).await);
        assert_eq!(lines, ["home / 200".to_owned(), format!("page /plan {class}")], "{reply:?}");
        assert!(stored(&project.database.pool, nces_id).await.is_empty());
    }
    assert_eq!(stored(&project.database.pool, "0600011").await, ["/plan"]);
    assert!(elsewhere.asked().is_empty(), "another site is never asked");
    assert_eq!(sites[8].paths()["/plan"], 1, "a circle is not walked");
    let shown = project.run(&["documents", "status"]).expect(0).stdout;
    assert!(shown.contains("timeout") && shown.contains("too_large"), "{shown}");
}

#[tokio::test]
async fn the_ladder_is_climbed_and_a_district_that_nothing_answers_for_is_flagged() {
    let site = Website::at(2, &[("/", page(ABOUT_GRADUATES, &[]))]);
    let forbidding = Website::at(3, &[("/robots.txt", Reply::Status(503)), ("/", page(ABOUT_GRADUATES, &[]))]);
    let closed =
        Website::at(4, &[("/robots.txt", Reply::Body("text/plain", b"User-agent: districts\nDisallow: /".to_vec()))]);
    let no_page = Website::at(5, &[("/", Reply::Body("application/pdf", b"%PDF-1.4 x".to_vec()))]);
    let project = project(
        &[
            ("0600001", &site.url, None),
            ("0600002", &forbidding.url, None),
            ("0600003", &closed.url, None),
            ("0600004", &no_page.url, None),
            ("0600005", "N/A", Some("someone@no-such-host.invalid")),
        ],
        MANNERS,
    )
    .await;
    // The best source is wrong, and another one knows better.
    sqlx::query("insert into ccd_staff_data (nces_id, website_url) values ('0600001', 'http://no-such-host.invalid')")
        .execute(&project.database.pool)
        .await
        .unwrap();
    project.run(&["documents", "fetch"]).expect(0);
    let pool = &project.database.pool;
    let first = words(&log(pool, "0600001").await);
    assert_eq!(first.last().unwrap(), "home / 200", "{first:?}");
    assert!(first.len() == 5 && first[..4].iter().all(|line| line.ends_with("dns")), "{first:?}");
    assert_eq!(words(&log(pool, "0600002").await), ["home / robots"]);
    assert_eq!(words(&log(pool, "0600003").await), ["home / robots"]);
    assert_eq!(forbidding.paths().len() + closed.paths().len(), 2, "robots.txt alone was asked for");
    assert_eq!(words(&log(pool, "0600004").await), ["home / not_html"]);
    let flagged = || async {
        sqlx::query_scalar::<_, String>("select d.nces_id::text from quality_flags f join districts d on d.id = f.district_id where f.flag_type = 'WEBSITE_UNREACHABLE' order by 1").fetch_all(pool).await.unwrap()
    };
    assert_eq!(flagged().await, ["0600004", "0600005"], "who keeps us out is not down");
    no_page.set("/", page(ABOUT_GRADUATES, &[]));
    project.run(&["documents", "fetch", "--again"]).expect(0);
    assert_eq!(flagged().await, ["0600005"]);
}

#[tokio::test]
async fn private_addresses_are_never_asked_unless_a_test_allows_it() {
    let site = Website::at(2, &[("/", page(ABOUT_GRADUATES, &[]))]);
    let port = site.url.rsplit(':').next().unwrap();
    let project = project(
        &[
            ("0600001", &site.url, None),
            ("0600002", &format!("http://localhost:{port}"), None),
            ("0600003", &format!("http://[::ffff:127.0.0.2]:{port}"), None),
            ("0600004", "http://169.254.169.254/latest/meta-data", None),
        ],
        "[crawl]\ndelay_seconds = 0.0\n",
    )
    .await;
    project.run(&["documents", "fetch"]).expect(0);
    for nces_id in ["0600001", "0600003", "0600004"] {
        let lines = log(&project.database.pool, nces_id).await;
        assert!(!lines.is_empty() && lines.iter().all(|(_, _, class)| class == "private"), "{lines:?}");
    }
    assert!(site.asked().is_empty());
}

#[tokio::test]
async fn a_list_of_addresses_is_fetched_and_one_without_a_district_is_said() {
    let text = format!("{ABOUT_GRADUATES} Caf\u{e9} hours are long.").chars().map(|c| c as u8).collect();
    let site = Website::at(2, &[("/plan.html", Reply::Body("text/html; charset=iso-8859-1", text))]);
    let project = project(&[("0600001", "N/A", None)], MANNERS).await;
    std::fs::write(
        project.path("found.csv"),
        format!("nces_id,url\n0600001,{0}/plan.html\n0600001,{0}/gone.html\n0600001,see the office\n12,{0}/x\n0699999,{0}/x\n", site.url),
    )
    .unwrap();
    let ran = project.run(&["documents", "fetch", "--urls", "found.csv"]).expect(0);
    assert!(ran.stderr.contains("an NCES id has 7 digits"), "{ran:?}");
    assert!(ran.stderr.contains("0699999: NCES lists no such district"), "{ran:?}");
    assert_eq!(stored(&project.database.pool, "0600001").await, ["/plan.html"]);
    let stored: String = sqlx::query_scalar("select extracted_text from district_documents")
        .fetch_one(&project.database.pool)
        .await
        .unwrap();
    assert!(stored.contains("Caf\u{e9}"), "the server's charset counts: {stored}");
    assert_eq!(
        words(&log(&project.database.pool, "0600001").await),
        ["document /plan.html 200", "document /gone.html 404", "document see the office no_address"]
    );
}

#[tokio::test]
async fn a_killed_crawl_goes_on_where_it_was() {
    let sites: Vec<Website> = (2..8)
        .map(|n| {
            Website::at(
                n,
                &[("/", page(ABOUT_GRADUATES, &[("/plan", "Strategic plan")])), ("/plan", page(ABOUT_GRADUATES, &[]))],
            )
        })
        .collect();
    let ids: Vec<String> = (1..=6).map(|n| format!("060000{n}")).collect();
    let districts: Vec<(&str, &str, Option<&str>)> =
        ids.iter().zip(&sites).map(|(id, site)| (id.as_str(), site.url.as_str(), None)).collect();
    let project = project(&districts, &format!("{MANNERS}concurrency = 1\n")).await;
    let mut child = project.start(&["documents", "fetch"]);
    let ended = || async {
        sqlx::query_scalar::<_, i64>("select count(*) from district_crawls")
            .fetch_one(&project.database.pool)
            .await
            .unwrap()
    };
    while ended().await < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = ended().await;
    assert!(before < 6, "it was killed on the way");
    project.run(&["documents", "fetch"]).expect(0);
    assert_eq!(ended().await, 6);
    assert_eq!(sites[0].asked().len(), 3, "what was read to its end is not asked again");
    let documents: i64 =
        sqlx::query_scalar("select count(*) from district_documents").fetch_one(&project.database.pool).await.unwrap();
    assert_eq!(documents, 12);
}

#[tokio::test]
async fn without_a_network_nobody_is_called_unreachable() {
    let hosts: Vec<(String, String)> =
        (0..6).map(|n| (format!("060000{n}"), format!("http://no-such-host-{n}.invalid"))).collect();
    let districts: Vec<(&str, &str, Option<&str>)> =
        hosts.iter().map(|(id, host)| (id.as_str(), host.as_str(), None)).collect();
    let project = project(&districts, MANNERS).await;
    let mut command = project.command(&["documents", "fetch"]);
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        command.env_remove(name);
    }
    let ran = crate::project::Ran::of(&command.output().unwrap()).expect(2);
    assert!(ran.stderr.contains("hint: is the network there"), "{ran:?}");
    let marked: i64 =
        sqlx::query_scalar("select (select count(*) from quality_flags) + (select count(*) from district_crawls)")
            .fetch_one(&project.database.pool)
            .await
            .unwrap();
    assert_eq!(marked, 0);
}
