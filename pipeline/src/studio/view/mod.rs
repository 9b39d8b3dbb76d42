//! What each page says.

mod history;
mod table;

use maud::{Markup, html};
use migrations::runner::{StepState, StepStatus};

use super::catalog::Relation;
use super::page::{address, listed, page};
use crate::report::grouped;

pub(super) use history::migrations;
pub(super) use table::table;

/// Every schema and its tables.
pub(super) fn overview(label: &str, relations: &[Relation], statuses: &[StepStatus]) -> String {
    let pending = statuses.iter().filter(|status| status.state == StepState::Pending).count();
    let version =
        statuses.iter().filter(|status| status.state != StepState::Pending).map(|status| status.version).max();
    let mut schemas: Vec<&str> = relations.iter().map(|relation| relation.schema.as_str()).collect();
    schemas.dedup();
    let body = html! {
        p { (label) }
        p #state {
            "schema version " (version.unwrap_or(0)) ", "
            @if pending == 0 { "every migration is applied" } @else { span.bad { (pending) " migrations pending" } }
            " · " a href="/migrations" { "migrations" }
        }
        @for schema in schemas {
            h2 { "schema " (schema) }
            (listed(&format!("schema-{schema}"), &["name", "kind", "rows, about", "size", "row level security", "what it holds"],
                &html! { @for relation in relations.iter().filter(|one| one.schema == schema) { (relation_row(relation)) } }))
        }
    };
    page("Tables", &body)
}

fn relation_row(relation: &Relation) -> Markup {
    html! {
        tr {
            td { a href=(address(&relation.schema, &relation.name)) { (relation.name) } }
            td { (relation.kind) }
            td.number { (estimate(relation)) }
            td.number { (relation.size.as_deref().unwrap_or("")) }
            td { (security(relation)) }
            td { (relation.comment.as_deref().unwrap_or("")) }
        }
    }
}

/// Rows as the last analyze counted them; a table that was never analyzed has no estimate.
fn estimate(relation: &Relation) -> String {
    match relation.estimate {
        Some(rows) if rows >= 0.0 => grouped(rows as i64),
        Some(_) => "not analyzed".to_owned(),
        None => String::new(),
    }
}

fn security(relation: &Relation) -> Markup {
    let is_view = relation.kind.contains("view");
    html! {
        @if is_view { span.muted { "as its tables, for whoever asks" } }
        @else if relation.is_secured { span.good { "on" } ", " (relation.policies) " policies" }
        @else { span.bad { "off" } }
    }
}

/// A page for what went wrong.
pub(super) fn trouble(words: &str) -> String {
    page("This page could not be made", &html! { p.bad #trouble { (words) } })
}
