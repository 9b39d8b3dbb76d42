//! What is wrong with a migration, before it meets a database: squawk's rules on locks and compatibility, and ours on
//! row level security, vectors, keys and data, on the same syntax tree.
//!
//! A finding is silenced by `-- allow: rule reason` in the file; without a reason it is not.

mod facts;
mod rules;

use squawk_linter::{Linter, Rule, Version};
use squawk_syntax::SourceFile;

use crate::history::Step;
use facts::Facts;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably not meant.
    Warning,
    /// Must not be applied.
    Error,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// The file's name.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Name of the rule, as `-- allow:` takes it.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// What and why.
    pub message: String,
    /// What to do.
    pub cure: String,
}

/// A finding by its place in the text.
struct Found {
    at: usize,
    rule: String,
    severity: Severity,
    message: String,
    cure: String,
}

/// A file to judge.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its name, such as `0007_words.up.sql`.
    pub name: &'a str,
    /// Its text.
    pub sql: &'a str,
    /// Whether a down file stands beside it.
    pub has_down: bool,
}

/// Squawk's rules that say nothing here: the runner sets the timeouts, and the rest is taste or the readers' contract.
const NOT_OURS: &[Rule] = &[
    Rule::RequireTimeoutSettings,
    Rule::RequireLockTimeout,
    Rule::RequireStatementTimeout,
    Rule::PreferBigintOverInt,
    Rule::PreferBigintOverSmallint,
    Rule::PreferTextField,
    Rule::PreferTimestampTz,
    Rule::PreferIdentity,
    Rule::PreferRobustStmts,
    Rule::RequireTableSchema,
];

/// As [`lint`], of a file that is applied after others: an index that an earlier one makes is there.
pub fn lint_after(earlier: &[&str], file: File<'_>) -> Vec<Finding> {
    let mut findings = lint(file);
    if findings.iter().any(|finding| finding.rule == rules::FK_WITHOUT_INDEX) {
        let there: Vec<String> =
            earlier.iter().flat_map(|sql| rules::indexed_columns(&Facts::of(&SourceFile::parse(sql).tree()))).collect();
        let is_there =
            |finding: &Finding| there.iter().any(|column| finding.message.starts_with(&format!("`{column}`")));
        findings.retain(|finding| finding.rule != rules::FK_WITHOUT_INDEX || !is_there(finding));
    }
    findings
}

/// Squawk's rules on what the runner's transaction makes impossible or void.
const CANNOT_RUN: &[Rule] = &[Rule::TransactionNesting, Rule::BanConcurrentIndexCreationInTransaction];

/// Everything wrong with a file, from its top to its bottom.
pub fn lint(file: File<'_>) -> Vec<Finding> {
    let is_down = file.name.ends_with(".down.sql");
    let parse = SourceFile::parse(file.sql);
    let facts = Facts::of(&parse.tree());
    let mut found: Vec<Found> = parse
        .errors()
        .into_iter()
        .map(|error| Found {
            at: usize::from(error.range().start()),
            rule: "syntax".to_owned(),
            severity: Severity::Error,
            message: error.message().to_owned(),
            cure: "correct the statement".to_owned(),
        })
        .collect();
    if found.is_empty() {
        if !is_down {
            found.extend(squawk(file, &parse));
            found.extend(rules::judge(&facts));
        }
        found.extend(rules::judge_file(file, &facts));
    }
    found.sort_by(|a, b| a.at.cmp(&b.at).then(a.rule.cmp(&b.rule)));
    found.dedup_by(|a, b| a.at == b.at && a.rule == b.rule);
    let allowed = allowed(file.sql);
    let is_open = |one: &Found| !allowed.contains(&one.rule.as_str());
    found.into_iter().filter(is_open).map(|one| placed(file, one)).collect()
}

/// Files that must not be applied.
#[derive(Debug, thiserror::Error)]
#[error("Failed to apply: {}", .0.iter().map(|one| format!("{}:{}:{} {}: {}", one.file, one.line, one.column, one.rule, one.message)).collect::<Vec<_>>().join("; "))]
pub struct Refused(pub Vec<Finding>);

impl Refused {
    /// What to do about the first finding.
    pub fn hint(&self) -> Option<String> {
        let cure = &self.0.first()?.cure;
        Some(format!(
            "{cure}; nothing was applied. What is meant so is allowed by a line `-- allow: rule reason` in the file"
        ))
    }
}

/// What stands before every up: pending steps with an error of any rule are refused.
pub fn refuse_errors(steps: &[Step], pending: &[i64]) -> Result<(), Refused> {
    let mut findings = Vec::new();
    for (position, step) in steps.iter().enumerate().filter(|(_, step)| pending.contains(&step.version)) {
        let earlier: Vec<&str> = steps[..position].iter().map(|step| step.up).collect();
        let name = format!("{}.up.sql", step.name);
        findings.extend(lint_after(&earlier, File { name: &name, sql: step.up, has_down: true }));
    }
    findings.retain(|finding| finding.severity == Severity::Error);
    if findings.is_empty() { Ok(()) } else { Err(Refused(findings)) }
}

/// The names of the indexes a file makes, without their schema.
pub fn index_names(sql: &str) -> Vec<String> {
    let facts = Facts::of(&SourceFile::parse(sql).tree());
    facts.indexes.into_iter().filter_map(|index| index.what.name).collect()
}

fn squawk(file: File<'_>, parse: &squawk_syntax::Parse<SourceFile>) -> Vec<Found> {
    let mut linter = Linter::with_rules(&[], NOT_OURS);
    if let Ok(version) = "15.0".parse::<Version>() {
        linter.settings.pg_version = version;
    }
    linter.settings.assume_in_transaction = !rules::is_outside_transaction(file.sql);
    let violations = linter.lint(parse, file.sql);
    violations
        .into_iter()
        .map(|violation| Found {
            at: usize::from(violation.text_range.start()),
            severity: if CANNOT_RUN.contains(&violation.code) { Severity::Error } else { Severity::Warning },
            rule: violation.code.to_string(),
            message: violation.message,
            cure: violation.help.unwrap_or_else(|| "see squawkhq.com/docs for this rule".to_owned()),
        })
        .collect()
}

/// Rules that the file allows, with a reason.
fn allowed(sql: &str) -> Vec<&str> {
    let lines = sql.lines().filter_map(|line| line.trim().strip_prefix("-- allow:"));
    lines
        .filter_map(|rest| {
            let (rule, reason) = rest.trim().split_once(char::is_whitespace)?;
            (!reason.trim().is_empty()).then_some(rule)
        })
        .collect()
}

fn placed(file: File<'_>, found: Found) -> Finding {
    let before = file.sql.get(..found.at).unwrap_or(file.sql);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Finding {
        file: file.name.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        rule: found.rule,
        severity: found.severity,
        message: found.message,
        cure: found.cure,
    }
}
