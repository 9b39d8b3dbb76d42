//! How any page is written: head, navigation, tables. Everything that comes from the database is escaped by maud.

use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");

/// A page with its title and what stands on it.
pub(super) fn page(title: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · districts studio" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                nav { a href="/" { "Tables" } " " a href="/migrations" { "Migrations" } span.note { "read-only" } }
                main { h1 { (title) } (body) }
            }
        }
    }
    .into_string()
}

/// A table with its heads; `rows` are its `tr` elements.
pub(super) fn listed(id: &str, heads: &[&str], rows: &Markup) -> Markup {
    html! {
        table id=(id) {
            thead { tr { @for head in heads { th { (head) } } } }
            tbody { (rows) }
        }
    }
}

/// The address of a table's page.
pub(super) fn address(schema: &str, name: &str) -> String {
    let part =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
    format!("/table/{}/{}", part(schema), part(name))
}

/// What stands behind the question mark.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
    query.finish()
}
