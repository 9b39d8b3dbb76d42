//! Our own rules.

use super::facts::Facts;
use super::{File, Found, Severity};
use crate::history::header;

/// The widest vector that pgvector indexes.
const WIDEST_INDEXED: u32 = 2_000;

/// Whether the file runs outside a transaction, as its first bytes say.
pub(super) fn is_outside_transaction(sql: &str) -> bool {
    sql.starts_with("-- no-transaction")
}

/// The rule that needs to know of other files.
pub(super) const FK_WITHOUT_INDEX: &str = "fk-without-index";

/// `table.column` of the first column of every index the file makes.
pub(super) fn indexed_columns(facts: &Facts) -> Vec<String> {
    let first = |columns: &str| {
        let inside = columns.trim_start_matches(['(', ' ']);
        inside.split([',', ')', ' ']).next().unwrap_or_default().to_owned()
    };
    facts.indexes.iter().map(|index| format!("{}.{}", index.what.table, first(&index.what.columns))).collect()
}

fn found(at: usize, rule: &str, severity: Severity, message: String, cure: &str) -> Found {
    Found { at, rule: rule.to_owned(), severity, message, cure: cure.to_owned() }
}

/// Rules about what is done.
pub(super) fn judge(facts: &Facts) -> Vec<Found> {
    [security(facts), vectors(facts), keys(facts), data(facts)].into_iter().flatten().collect()
}

fn security(facts: &Facts) -> Vec<Found> {
    let mut all = Vec::new();
    for table in &facts.tables {
        if !facts.rls.contains(&table.what) {
            all.push(found(
                table.at,
                "rls-missing",
                Severity::Error,
                format!("table `{}` has no row level security: whoever may select sees every row", table.what),
                "add `alter table … enable row level security` in the same file",
            ));
        } else if !facts.policies.contains(&table.what) {
            all.push(found(
                table.at,
                "rls-no-policy",
                Severity::Note,
                format!("table `{}` has no policy: all but its owner see nothing", table.what),
                "right for internal tables; readers need an explicit policy",
            ));
        }
    }
    for view in facts.views.iter().filter(|view| !view.what.contains("security_invoker")) {
        all.push(found(
            view.at,
            "view-without-security-invoker",
            Severity::Error,
            "a view runs with its owner's rights: it shows what row level security hides".to_owned(),
            "create view … with (security_invoker = true)",
        ));
    }
    for view in &facts.materialized {
        all.push(found(
            view.at,
            "materialized-view-over-rls",
            Severity::Error,
            "a materialized view has no row level security: it shows what the tables hide".to_owned(),
            "use a view with security_invoker, or keep it in a schema nobody else reads and allow the rule",
        ));
    }
    for grant in &facts.grants {
        let is_public = [" to public", " to anon"].iter().any(|who| grant.what.contains(who));
        if is_public && facts.policies.is_empty() {
            all.push(found(
                grant.at,
                "grant-without-policy",
                Severity::Error,
                "rights are granted to everybody, and no policy says to which rows".to_owned(),
                "create the policy in the same file",
            ));
        }
    }
    all
}

fn vectors(facts: &Facts) -> Vec<Found> {
    let mut all = Vec::new();
    for index in &facts.indexes {
        let is_vector = ["ivfflat", "hnsw"].iter().any(|method| index.what.method.contains(method));
        let is_new = facts.tables.iter().any(|table| table.what == index.what.table);
        if is_vector && is_new {
            all.push(found(
                index.at,
                "vector-index-too-early",
                Severity::Error,
                format!(
                    "`{}` is empty when its vector index is built: IVFFlat finds its lists in the data",
                    index.what.table
                ),
                "leave it to the stage `index`, which builds it after load",
            ));
        }
    }
    for vector in facts.vectors.iter().filter(|vector| vector.what > WIDEST_INDEXED) {
        all.push(found(
            vector.at,
            "vector-too-wide",
            Severity::Error,
            format!("a vector of {} dimensions cannot be indexed; {WIDEST_INDEXED} are the most", vector.what),
            "ask the model for fewer dimensions, or use halfvec (4,000)",
        ));
    }
    all
}

fn keys(facts: &Facts) -> Vec<Found> {
    let mut all = Vec::new();
    for key in &facts.foreign_keys {
        let what = &key.what;
        if !what.text.contains("on delete") {
            all.push(found(
                key.at,
                "fk-without-on-delete",
                Severity::Error,
                "the foreign key does not say what becomes of its rows".to_owned(),
                "say on delete cascade, set null, restrict or no action",
            ));
        }
        let leads = |columns: &str| columns.trim_start_matches(['(', ' ']).starts_with(&what.column);
        let is_indexed = facts.indexes.iter().any(|index| index.what.table == what.table && leads(&index.what.columns));
        let is_key = facts.table_texts.iter().any(|(table, text)| {
            let keys = ["primary key", "unique"];
            table == &what.table
                && (keys.iter().any(|word| text.contains(&format!("{word} ({}", what.column)))
                    || text.lines().any(|line| {
                        line.trim_start().starts_with(&what.column) && keys.iter().any(|word| line.contains(word))
                    }))
        });
        if !what.column.is_empty() && !is_indexed && !is_key {
            all.push(found(
                key.at,
                FK_WITHOUT_INDEX,
                Severity::Error,
                format!(
                    "`{}.{}` has no index: every delete of the row it points to scans the table",
                    what.table, what.column
                ),
                "create an index that begins with the column",
            ));
        }
    }
    all
}

fn data(facts: &Facts) -> Vec<Found> {
    let mut all = Vec::new();
    for statement in &facts.unconditional {
        all.push(found(
            statement.at,
            "data-without-where",
            Severity::Error,
            format!("the {} has no condition: it rewrites the whole table in one transaction", statement.what),
            "give it a condition, or backfill in batches as a data migration",
        ));
    }
    for block in &facts.hidden_ddl {
        all.push(found(
            block.at,
            "ddl-in-execute",
            Severity::Note,
            "what EXECUTE builds is not seen by lint".to_owned(),
            "write the statement out, or check the result with `districts migrate verify`",
        ));
    }
    all
}

/// Rules about the file.
pub(super) fn judge_file(file: File<'_>, facts: &Facts) -> Vec<Found> {
    let mut all = Vec::new();
    // A way back that cannot be says so, and has none.
    if facts.statements == 0 && header(file.sql, "irreversible").is_none() {
        let message = "the file has no statement".to_owned();
        all.push(found(0, "empty", Severity::Error, message, "write the statement, or remove the file"));
    }
    if is_outside_transaction(file.sql) && facts.statements != 1 {
        all.push(found(
            0,
            "no-transaction-statements",
            Severity::Error,
            format!(
                "a file outside a transaction has {} statements: a failure between them leaves half",
                facts.statements
            ),
            "one statement per such file",
        ));
    }
    let is_irreversible = file.sql.lines().any(|line| line.trim().starts_with("-- irreversible:"));
    if !file.has_down && !is_irreversible {
        all.push(found(
            0,
            "down-missing",
            Severity::Error,
            "there is no way back".to_owned(),
            "write the .down.sql, or say `-- irreversible: reason`",
        ));
    }
    if !is_good_name(file.name) {
        all.push(found(
            0,
            "naming",
            Severity::Error,
            format!("`{}` is not NNNN_words.up.sql or NNNN_words.down.sql", file.name),
            "four digits, then lower case words with _ between",
        ));
    }
    let has_phase = file.sql.lines().any(|line| line.trim().starts_with("-- phase:"));
    if !file.name.ends_with(".down.sql") && !has_phase {
        for contract in &facts.contracts {
            all.push(found(
                contract.at,
                "contract-without-phase",
                Severity::Warning,
                format!("the file {}: code that runs while it is applied may still use it", contract.what),
                "say `-- phase: contract`, in a later release than its expand",
            ));
        }
    }
    all
}

fn is_good_name(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".up.sql").or_else(|| name.strip_suffix(".down.sql")) else { return false };
    let Some((number, words)) = stem.split_once('_') else { return false };
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    number.len() == 4
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && !words.is_empty()
        && words.chars().all(is_word)
}
