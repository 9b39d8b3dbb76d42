//! Where every migration stands, and what was tried.

use maud::{Markup, html};
use migrations::data::{DataState, DataStatus};
use migrations::runner::{StepState, StepStatus};

use crate::report::grouped;
use crate::studio::catalog::Attempt;
use crate::studio::page::{listed, page};

/// The page of migrations.
pub(in crate::studio) fn migrations(statuses: &[StepStatus], data: &[DataStatus], log: &[Attempt]) -> String {
    let body = html! {
        h2 { "Schema" }
        (listed("steps", &["version", "name", "state"], &html! {
            @for status in statuses {
                tr { td.number { (status.version) } td { (status.name) } td { (step_state(status.state)) } }
            }
        }))
        h2 { "Data" }
        (listed("data", &["schema", "name", "state", "rows", "batches"], &html! {
            @for status in data {
                tr {
                    td { (status.schema) }
                    td { (status.name) }
                    td { (data_state(&status.state)) }
                    td.number { (grouped(status.rows)) }
                    td.number { (status.batches) }
                }
            }
        }))
        h2 { "Log, newest first" }
        (listed("log", &["version", "name", "what", "by", "try", "from", "to", "outcome"], &html! {
            @for attempt in log { (attempt_row(attempt)) }
        }))
    };
    page("Migrations", &body)
}

fn step_state(state: StepState) -> Markup {
    match state {
        StepState::Applied => html! { span.good { "applied" } },
        StepState::Pending => html! { "pending" },
        StepState::Edited => html! { span.bad { "applied from a file that was edited since" } },
        StepState::Unknown => html! { span.bad { "applied, and its file is gone" } },
    }
}

fn data_state(state: &DataState) -> Markup {
    html! { @if matches!(state, DataState::Applied) { span.good { "applied" } } @else { (format!("{state:?}").to_lowercase()) } }
}

fn attempt_row(attempt: &Attempt) -> Markup {
    html! {
        tr {
            td.number { @if let Some(version) = attempt.version { (version) } }
            td { (attempt.name) }
            td { (attempt.action) }
            td { (attempt.actor) }
            td.number { (attempt.attempt) }
            td { (attempt.started) }
            td { (attempt.ended.as_deref().unwrap_or("no end: it runs, or was killed")) }
            td {
                @if let Some(error) = &attempt.error { span.bad { (error) } }
                @if let Some(note) = &attempt.note { (note) }
            }
        }
    }
}
