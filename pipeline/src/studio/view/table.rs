//! One table: what it is made of, and some of its rows.

use maud::{Markup, html};

use super::security;
use crate::report::grouped;
use crate::studio::catalog::{About, Column};
use crate::studio::page::{listed, page, query};
use crate::studio::rows::{Found, PAGE, Question, cut};

/// One table: what it is made of, and some of its rows.
pub(in crate::studio) fn table(about: &About, question: &Question, found: &Result<Found, String>) -> String {
    let relation = &about.relation;
    let body = html! {
        p { (relation.kind) ", row level security: " (security(relation)) " " (relation.size.as_deref().unwrap_or("")) }
        @if let Some(comment) = &relation.comment { p { (comment) } }
        (rows(about, question, found))
        h2 { "Columns" }
        (listed("columns", &["column", "type", "", "default", "what it says"], &html! {
            @for column in &about.columns { (column_row(column)) }
        }))
        (structure(about))
    };
    page(&format!("{}.{}", relation.schema, relation.name), &body)
}

fn column_row(column: &Column) -> Markup {
    html! {
        tr {
            td { (column.name) }
            td { code { (column.kind) } }
            td { @if column.is_required { "required" } }
            td { code { (column.default_value.as_deref().unwrap_or("")) } }
            td { (column.comment.as_deref().unwrap_or("")) }
        }
    }
}

/// Indexes, constraints, policies.
fn structure(about: &About) -> Markup {
    html! {
        h2 { "Indexes" }
        (listed("indexes", &["definition", "size", "state"], &html! {
            @for index in &about.indexes {
                tr {
                    td { code { (index.definition) } }
                    td.number { (index.size) }
                    td { @if index.is_valid { span.good { "valid" } } @else { span.bad { "INVALID" } } }
                }
            }
        }))
        h2 { "Constraints" }
        (listed("constraints", &["name", "definition", "state"], &html! {
            @for constraint in &about.constraints {
                tr {
                    td { (constraint.name) }
                    td { code { (constraint.definition) } }
                    td { @if constraint.is_validated { span.good { "valid" } } @else { span.bad { "NOT VALIDATED" } } }
                }
            }
        }))
        h2 { "Policies" }
        @if about.policies.is_empty() { p.muted { "none: with row level security on, nobody but the owner sees a row" } }
        @else {
            (listed("policies", &["name", "for", "kind", "to", "using", "with check"], &html! {
                @for policy in &about.policies {
                    tr {
                        td { (policy.name) }
                        td { (policy.command) }
                        td { (policy.kind) }
                        td { (policy.roles.join(", ")) }
                        td { code { (policy.using_expression.as_deref().unwrap_or("")) } }
                        td { code { (policy.check_expression.as_deref().unwrap_or("")) } }
                    }
                }
            }))
        }
    }
}

/// The filter's form, the rows it lets through, and the way to the next ones.
fn rows(about: &About, question: &Question, found: &Result<Found, String>) -> Markup {
    html! {
        h2 { "Rows" }
        form method="get" {
            select name="column" aria-label="column" {
                option value="" { "all rows" }
                @for column in &about.columns {
                    option value=(column.name) selected[column.name == question.column] { (column.name) }
                }
            }
            select name="how" aria-label="how" {
                @for how in ["contains", "equals", "empty"] { option value=(how) selected[how == question.how] { (how) } }
            }
            input name="value" value=(question.value) aria-label="value";
            input type="hidden" name="sort" value=(question.sort);
            input type="hidden" name="order" value=(question.order);
            button { "Filter" }
        }
        @match found {
            Err(words) => p.bad #trouble { "PostgreSQL says: " (words) },
            Ok(found) => {
                p #count { (grouped(found.count)) " rows" @if !question.column.is_empty() { " of that filter" } }
                div.rows { (row_table(about, question, found)) }
                (pages(question, found.count))
            }
        }
    }
}

fn row_table(about: &About, question: &Question, found: &Found) -> Markup {
    html! {
        table #rows {
            thead { tr { @for column in &about.columns { th { (sort_link(column, question)) } } } }
            tbody {
                @for row in &found.rows {
                    tr { @for value in row { td title=[value.as_deref().map(|value| cut(value).0)] { (cell(value.as_deref())) } } }
                }
            }
        }
    }
}

fn cell(value: Option<&str>) -> Markup {
    let Some(value) = value else { return html! { span.null { "null" } } };
    let (shown, goes_on) = cut(value);
    html! { (shown) @if goes_on { span.muted { " …" } } }
}

/// A head that sorts by its column, the other way round when it does already.
fn sort_link(column: &Column, question: &Question) -> Markup {
    let is_sorted = column.name == question.sort;
    let order = if is_sorted && question.order != "desc" { "desc" } else { "asc" };
    let mark = match (is_sorted, question.order.as_str()) {
        (false, _) => "",
        (true, "desc") => " ↓",
        (true, _) => " ↑",
    };
    let pairs = [
        ("column", question.column.as_str()),
        ("how", &question.how),
        ("value", &question.value),
        ("sort", &column.name),
        ("order", order),
    ];
    html! { a href={ "?" (query(&pairs)) } { (column.name) } (mark) }
}

fn pages(question: &Question, count: i64) -> Markup {
    let last = u32::try_from((count - 1).max(0) / PAGE).unwrap_or(u32::MAX);
    let link = |page: u32| {
        let page = page.to_string();
        let pairs = [
            ("column", question.column.as_str()),
            ("how", &question.how),
            ("value", &question.value),
            ("sort", &question.sort),
            ("order", &question.order),
            ("page", &page),
        ];
        format!("?{}", query(&pairs))
    };
    html! {
        p {
            "page " (question.page.saturating_add(1)) " of " (last.saturating_add(1)) " "
            @if question.page > 0 { a #previous href=(link(question.page - 1)) { "previous" } " " }
            @if question.page < last { a #next href=(link(question.page + 1)) { "next" } }
        }
    }
}
