//! The page to look at a database with: read-only, on loopback, complete without JavaScript.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::project::TestProject;

/// A studio on the project's database, ended with the value.
struct Studio {
    program: Child,
    url: String,
}

impl Studio {
    fn of(project: &TestProject) -> Self {
        let mut command = project.command(&["migrate", "studio", "--port", "0", "--json"]);
        let mut program = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: serde_json::Value = serde_json::from_str(&line).unwrap();
        Self { program, url: said["url"].as_str().unwrap().to_owned() }
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let answer = reqwest::get(format!("{}{path}", self.url)).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

async fn seeded() -> TestProject {
    let project = TestProject::empty().await;
    project.run(&["migrate", "up"]).expect(0);
    project.run(&["migrate", "seed"]).expect(4);
    project.run(&["migrate", "environment", "dev"]).expect(0);
    assert!(project.run(&["migrate", "seed"]).expect(0).stdout.contains("rows put into"));
    assert!(project.run(&["migrate", "seed"]).expect(0).stdout.contains("already"), "a seed is put in once");
    project
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_rows_filters_and_migrations_are_shown() {
    let project = seeded().await;
    let studio = Studio::of(&project);
    let (_, overview) = studio.get("").await;
    for part in ["schema public", "href=\"/table/public/districts\"", "every migration is applied", "ops"] {
        assert!(overview.contains(part), "{part} in {overview}");
    }
    let (_, all) = studio.get("table/public/districts").await;
    for part in [
        "3 rows",
        "Seedling Unified",
        "Fallow Elementary",
        "CREATE UNIQUE INDEX",
        "row level security",
        "none: with row level",
    ] {
        assert!(all.contains(part), "{part} in {all}");
    }
    let (_, filtered) =
        studio.get("table/public/districts?column=name&how=contains&value=fallow&sort=enrollment&order=desc").await;
    assert!(filtered.contains("2 rows of that filter") && !filtered.contains("Seedling Unified"), "{filtered}");
    assert!(filtered.find("Fallow Elementary") < filtered.find("Fallow Union High"), "310 comes before 290");
    let (_, empty) = studio.get("table/public/districts?column=phone&how=empty").await;
    assert!(empty.contains("1 rows of that filter") && empty.contains("Fallow Union High"), "{empty}");
    let (_, steps) = studio.get("migrations").await;
    assert!(steps.contains("0001_audit_layer") && steps.contains("applied") && steps.contains("reference"), "{steps}");
    let (_, view) = studio.get("table/public/national_registry").await;
    assert!(view.contains("Seedling USD"), "{view}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_nor_believed() {
    let project = seeded().await;
    let hostile = "create table public.\"a/b?c&<script>\" (\"x\"\" ; drop table districts; --\" text, j json);
        insert into public.\"a/b?c&<script>\" values ('<img src=x onerror=alert(1)>', '{}')";
    sqlx::raw_sql(hostile).execute(&project.database.pool).await.unwrap();
    let studio = Studio::of(&project);
    let (_, overview) = studio.get("").await;
    assert!(overview.contains("a/b?c&amp;&lt;script&gt;"), "names are escaped: {overview}");
    let (status, page) = studio.get("table/public/a%2Fb%3Fc%26%3Cscript%3E").await;
    assert_eq!(status, 200);
    assert!(
        page.contains("&lt;img src=x onerror=alert(1)&gt;") && !page.contains("<img"),
        "values are escaped: {page}"
    );
    let column = "x%22%20%3B%20drop%20table%20districts%3B%20--";
    let asked = format!("table/public/a%2Fb%3Fc%26%3Cscript%3E?column={column}&how=equals&value=nothing&sort={column}");
    assert!(studio.get(&asked).await.1.contains("0 rows of that filter"));
    let (_, unsortable) = studio.get("table/public/a%2Fb%3Fc%26%3Cscript%3E?sort=j").await;
    assert!(unsortable.contains("PostgreSQL says: could not identify an ordering operator"), "{unsortable}");
    let (_, unknown) = studio.get("table/public/districts?column=1;drop&value=x&sort=nope").await;
    assert!(unknown.contains("3 rows"), "a column that is not there asks for nothing");
    assert_eq!(studio.get("table/public/nope").await.0, 404);
    assert_eq!(studio.get("table/pg_catalog/pg_authid").await.0, 404, "PostgreSQL's own tables are not shown");
    let client = reqwest::Client::new();
    assert_eq!(client.post(&studio.url).send().await.unwrap().status().as_u16(), 405);
    let rebound = client.get(&studio.url).header("host", "evil.example").send().await.unwrap();
    assert_eq!(rebound.status().as_u16(), 403, "another name for this address is refused");
    let policy =
        client.get(&studio.url).send().await.unwrap().headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_told() {
    let project = seeded().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ran = project.run(&["migrate", "studio", "--port", &port]).expect(4);
    assert!(ran.stderr.contains("take a free one with --port 0"), "{ran:?}");
}

/// A browser walks from the overview to a table's rows, sorts and turns the page; there is no script for it to run, and
/// the pages forbid any.
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_finds_its_way_without_any_script() {
    let Some(chromium) = chromium() else {
        eprintln!("SKIPPED: no chromium on this machine (Debian: apt-get install chromium); set CHROMIUM to its path");
        return;
    };
    let project = seeded().await;
    let many = "insert into districts (nces_id, name, state)
        select lpad(n::text, 7, '0'), 'Grove ' || n, 'ZZ' from generate_series(1, 120) as n";
    sqlx::query(many).execute(&project.database.pool).await.unwrap();
    let studio = Studio::of(&project);
    let profile = tempfile::tempdir().unwrap();
    let see = |address: &str| {
        let page = Command::new(&chromium)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"])
            .args(["--disable-background-networking", "--disable-component-update"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(["--dump-dom", &format!("{}{}", studio.url, address.trim_start_matches('/'))])
            .output()
            .unwrap();
        let page = String::from_utf8(page.stdout).unwrap();
        assert!(!page.contains("<script") && !page.contains("onclick"), "{page}");
        page
    };
    let overview = see("/");
    let table = link(&overview, ">districts</a>");
    let page = see(&table);
    assert!(page.contains("<p id=\"count\">123 rows</p>"), "{page}");
    let sorted = see(&format!("{table}{}", link(&page, ">nces_id</a>")));
    assert!(sorted.contains("0000001") && !sorted.contains("9900003"), "{sorted}");
    let next = see(&format!("{table}{}", link(&sorted, ">next</a>")));
    assert!(next.contains("page 2 of 3") && next.contains("0000051") && !next.contains("0000001"), "{next}");
    assert!(see("/migrations").contains("0001_audit_layer"));
}

/// The address of the link whose end is `closing`.
fn link(page: &str, closing: &str) -> String {
    let end = page.find(closing).unwrap_or_else(|| panic!("{closing} in {page}"));
    let start = page[..end].rfind("href=\"").unwrap() + "href=\"".len();
    let address = &page[start..start + page[start..].find('"').unwrap()];
    address.replace("&amp;", "&")
}

fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
    named.into_iter().chain(usual).find(|path| path.is_file())
}
