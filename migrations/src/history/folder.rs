//! A folder of migrations on disk: every file is named `NNNN_words.up.sql` or `.down.sql`, numbers neither repeat nor
//! skip, nothing is ignored.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Step, header};

/// What is wrong with a folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FolderFault {
    /// It cannot be read.
    #[error("Failed to open `{path}`: {why}")]
    Unreadable {
        /// The folder or file.
        path: String,
        /// The system's words.
        why: String,
    },
    /// A name that is not a migration's.
    #[error("`{file}` is not named NNNN_words.up.sql or NNNN_words.down.sql")]
    Name {
        /// The file.
        file: String,
    },
    /// Not text, or text with an invisible mark in front.
    #[error("`{file}` {what}")]
    Encoding {
        /// The file.
        file: String,
        /// What it has instead of UTF-8 text.
        what: &'static str,
    },
    /// Two files with one number.
    #[error("`{first}` and `{second}` have the same number")]
    Duplicate {
        /// One.
        first: String,
        /// The other.
        second: String,
    },
    /// A number that nobody has.
    #[error("there is no migration {missing:04} below `{next}`")]
    Gap {
        /// The number.
        missing: i64,
        /// Who comes after it.
        next: String,
    },
    /// A way back without a way there, or the other way round.
    #[error("`{file}` has no `{partner}` beside it")]
    Partner {
        /// The file.
        file: String,
        /// What is missing.
        partner: String,
    },
    /// Nothing but comments.
    #[error("`{file}` has no statement")]
    Empty {
        /// The file.
        file: String,
    },
}

impl FolderFault {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "is the path right? Run it where `migrations/history` lies, or say --folder",
            Self::Name { .. } => "rename it, or move it out of the folder",
            Self::Encoding { .. } => "save it as UTF-8 without a byte order mark",
            Self::Duplicate { .. } => {
                "two developers took one number: pull, remove the later one, and generate it again"
            }
            Self::Gap { .. } => "a file was lost or misnumbered: restore it, or renumber what was never released",
            Self::Partner { .. } => "write it; a way back that cannot be is a file that says `-- irreversible: reason`",
            Self::Empty { .. } => "write the statement, or remove both files",
        }
    }
}

/// A folder that is not in order.
#[derive(Debug, thiserror::Error)]
#[error("Failed to read the history `{folder}`: {}", .faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct Disorder {
    /// The folder.
    pub folder: String,
    /// Everything that is wrong with it.
    pub faults: Vec<FolderFault>,
}

impl Disorder {
    /// Whether there is something in it that is no migration at all, rather than migrations that contradict each other.
    pub fn is_no_history(&self) -> bool {
        let is_foreign = |fault: &FolderFault| {
            matches!(fault, FolderFault::Unreadable { .. } | FolderFault::Name { .. } | FolderFault::Encoding { .. })
        };
        self.faults.iter().any(is_foreign)
    }

    /// What to do about the first fault.
    pub fn hint(&self) -> Option<String> {
        self.faults.first().map(|fault| fault.hint().to_owned())
    }
}

/// The history in a folder.
pub fn steps(folder: &Path) -> Result<Vec<Step>, Disorder> {
    read(folder).map_err(|faults| Disorder { folder: folder.display().to_string(), faults })
}

/// Reads the folder, or says everything that is wrong with it.
pub fn read(folder: &Path) -> Result<Vec<Step>, Vec<FolderFault>> {
    read_beside(folder, "")
}

/// As [`read`], where something of the name `beside` may lie among the files.
pub(crate) fn read_beside(folder: &Path, beside: &str) -> Result<Vec<Step>, Vec<FolderFault>> {
    let mut faults = Vec::new();
    let mut sides: BTreeMap<String, [Option<String>; 2]> = BTreeMap::new();
    for name in names(folder).map_err(|fault| vec![fault])?.into_iter().filter(|name| name != beside) {
        let side = [".up.sql", ".down.sql"].iter().position(|suffix| name.ends_with(suffix));
        let stem = name.trim_end_matches(".sql").trim_end_matches(".up").trim_end_matches(".down");
        match side {
            Some(side) if number(stem).is_some() => match text(folder, &name) {
                Ok(text) => sides.entry(stem.to_owned()).or_default()[side] = Some(text),
                Err(fault) => faults.push(fault),
            },
            _ => faults.push(FolderFault::Name { file: name }),
        }
    }
    let mut steps: Vec<Step> = Vec::new();
    for (stem, [up, down]) in sides {
        let partner = |file: &str, partner: &str| FolderFault::Partner {
            file: format!("{stem}.{file}.sql"),
            partner: format!("{stem}.{partner}.sql"),
        };
        match (up, down) {
            (Some(up), Some(down)) => {
                faults.extend(emptiness(&stem, &up, &down));
                let kept = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
                let version = number(&stem).unwrap_or_default();
                steps.push(Step { version, name: kept(stem.clone()), up: kept(up), down: kept(down) });
            }
            (Some(_), None) => faults.push(partner("up", "down")),
            (None, _) => faults.push(partner("down", "up")),
        }
    }
    faults.extend(numbering(&steps));
    if faults.is_empty() { Ok(steps) } else { Err(faults) }
}

pub(crate) fn names(folder: &Path) -> Result<Vec<String>, FolderFault> {
    let wrong =
        |error: std::io::Error| FolderFault::Unreadable { path: folder.display().to_string(), why: error.to_string() };
    let entries = std::fs::read_dir(folder).map_err(wrong)?;
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry.map_err(wrong)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn text(folder: &Path, file: &str) -> Result<String, FolderFault> {
    let path = folder.join(file);
    let wrong = |what| FolderFault::Encoding { file: file.to_owned(), what };
    let bytes = std::fs::read(&path)
        .map_err(|error| FolderFault::Unreadable { path: path.display().to_string(), why: error.to_string() })?;
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Err(wrong("begins with a byte order mark, which would hide a `-- no-transaction` behind it"));
    }
    String::from_utf8(bytes).map_err(|_| wrong("is not UTF-8"))
}

fn number(stem: &str) -> Option<i64> {
    let (number, words) = stem.split_at_checked(4)?;
    let is_words = words.starts_with('_') && words.len() > 1;
    let is_plain = words.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    (is_words && is_plain && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| number.parse().ok()).flatten()
}

fn emptiness(stem: &str, up: &str, down: &str) -> Vec<FolderFault> {
    let has_none = |sql: &str| squawk_syntax::SourceFile::parse(sql).tree().stmts().next().is_none();
    let mut faults = Vec::new();
    if has_none(up) {
        faults.push(FolderFault::Empty { file: format!("{stem}.up.sql") });
    }
    if has_none(down) && header(down, "irreversible").is_none() {
        faults.push(FolderFault::Empty { file: format!("{stem}.down.sql") });
    }
    faults
}

fn numbering(steps: &[Step]) -> Vec<FolderFault> {
    let mut faults = Vec::new();
    let mut before: Option<&Step> = None;
    for step in steps {
        let last = before.map_or(0, |step| step.version);
        match before {
            Some(other) if other.version == step.version => {
                faults.push(FolderFault::Duplicate { first: other.name.to_owned(), second: step.name.to_owned() });
            }
            _ if step.version > last + 1 => {
                faults.push(FolderFault::Gap { missing: last + 1, next: step.name.to_owned() });
            }
            _ => {}
        }
        before = Some(step);
    }
    faults
}
