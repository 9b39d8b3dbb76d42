//! Help texts are part of the product: a change shows in the diff.

use crate::project::{Ran, program};

#[test]
fn help_of_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let help = |arguments: &[&str]| Ran::of(&program(folder.path(), arguments).output().unwrap()).expect(0).stdout;
    let all = [
        help(&["--help"]),
        help(&["run", "--help"]),
        help(&["import", "--help"]),
        help(&["source", "--help"]),
        help(&["source", "check", "--help"]),
        help(&["nces", "diff", "--help"]),
        help(&["match", "explain", "--help"]),
        help(&["review", "--help"]),
        help(&["evaluate", "--help"]),
        help(&["model", "train", "--help"]),
        help(&["search", "--help"]),
        help(&["sample", "--help"]),
        help(&["migrate", "--help"]),
        help(&["db", "--help"]),
    ];
    insta::assert_snapshot!(all.join("\n----\n\n"));
}

#[test]
fn a_written_settings_file_is_valid() {
    let folder = tempfile::tempdir().unwrap();
    Ran::of(&program(folder.path(), &["init"]).output().unwrap()).expect(0);
    let path = folder.path().join("districts.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    // With every example switched on it must still be understood.
    let on: String = text
        .lines()
        .map(|line| {
            line.strip_prefix("# ")
                .filter(|rest| rest.contains(" = ") && !rest.contains("  ") || rest.starts_with("[["))
                .unwrap_or(line)
        })
        .map(|line| format!("{line}\n"))
        .collect();
    assert!(on.contains("\nurl = ") && on.contains("\n[[documents]]\njsonl"), "{on}");
    std::fs::write(&path, on.replace("url = ", "# url = ")).unwrap();
    let ran = Ran::of(&program(folder.path(), &["db", "status"]).output().unwrap());
    assert_eq!(ran.code, Some(0), "{ran:?}");
}
