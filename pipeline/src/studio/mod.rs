//! A page on loopback to look at the database with: what tables there are, what is in them, where the migrations
//! stand. It reads only, in transactions that PostgreSQL holds to that.
//!
//! | file | question it answers |
//! |---|---|
//! | `catalog` | what is there? |
//! | `rows` | which rows of a table, filtered and sorted? |
//! | `page` | how is any page written? |
//! | `view` | what does each page say? |

mod catalog;
mod page;
mod rows;
mod view;

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::{Postgres, Transaction};
use tokio::net::TcpListener;

use rows::Question;

/// How long a page may keep the server busy.
const STATEMENT_TIMEOUT: &str = "15s";

/// What every page is made from.
#[derive(Clone)]
struct Studio {
    pool: PgPool,
    options: PgConnectOptions,
    label: Arc<str>,
}

/// Binds the port on loopback; 0 takes a free one.
pub async fn bind(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

/// Serves until Ctrl-C.
pub async fn serve(listener: TcpListener, pool: PgPool, options: PgConnectOptions, label: &str) -> std::io::Result<()> {
    let studio = Studio { pool, options, label: label.into() };
    let app = Router::new()
        .route("/", get(overview))
        .route("/table/{schema}/{name}", get(table))
        .route("/migrations", get(migrations))
        .layer(middleware::from_fn(guard))
        .with_state(studio);
    let ended = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    axum::serve(listener, app).with_graceful_shutdown(ended).await
}

/// A page elsewhere must not read this one by giving its own name our address; nothing here needs scripts, frames or
/// other hosts.
async fn guard(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if !matches!(name, "127.0.0.1" | "localhost") {
        return (StatusCode::FORBIDDEN, "this page answers to 127.0.0.1 and localhost only\n").into_response();
    }
    let mut response = next.run(request).await;
    let headers = [
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, header::HeaderValue::from_static(value));
    }
    response
}

async fn overview(State(studio): State<Studio>) -> Result<Html<String>, Trouble> {
    let mut reading = studio.begin().await?;
    let relations = catalog::relations(&mut reading).await?;
    let statuses = ::migrations::runner::status(&studio.options).await?;
    Ok(Html(view::overview(&studio.label, &relations, &statuses)))
}

async fn table(
    State(studio): State<Studio>,
    Path((schema, name)): Path<(String, String)>,
    Query(question): Query<Question>,
) -> Result<Response, Trouble> {
    let mut reading = studio.begin().await?;
    let relations = catalog::relations(&mut reading).await?;
    let Some(relation) = relations.into_iter().find(|one| one.schema == schema && one.name == name) else {
        let words = format!("there is no table `{schema}.{name}`");
        return Ok((StatusCode::NOT_FOUND, Html(view::trouble(&words))).into_response());
    };
    let about = catalog::about(&mut reading, relation).await?;
    drop(reading);
    // A filter that cannot be answered in time leaves the rest of the page standing.
    let mut reading = studio.begin().await?;
    let found = rows::read(&mut reading, &about, &question).await.map_err(|error| words(&error));
    Ok(Html(view::table(&about, &question, &found)).into_response())
}

async fn migrations(State(studio): State<Studio>) -> Result<Html<String>, Trouble> {
    let statuses = ::migrations::runner::status(&studio.options).await?;
    let data = ::migrations::data::status(&studio.options, &::migrations::data::shipped()).await?;
    let mut reading = studio.begin().await?;
    let log = catalog::log(&mut reading).await?;
    Ok(Html(view::migrations(&statuses, &data, &log)))
}

impl Studio {
    /// A transaction that can write nothing and does not last.
    async fn begin(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        let mut transaction = self.pool.begin_with("begin isolation level repeatable read read only").await?;
        sqlx::query("select set_config('statement_timeout', $1, true)")
            .bind(STATEMENT_TIMEOUT)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction)
    }
}

/// PostgreSQL's words, without the client's around them.
fn words(error: &sqlx::Error) -> String {
    error.as_database_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}

/// A page that could not be made.
struct Trouble(String);

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        Self(words(&error))
    }
}

impl From<::migrations::runner::MigrateError> for Trouble {
    fn from(error: ::migrations::runner::MigrateError) -> Self {
        Self(error.to_string())
    }
}

impl From<::migrations::data::DataError> for Trouble {
    fn from(error: ::migrations::data::DataError) -> Self {
        Self(error.to_string())
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, Html(view::trouble(&self.0))).into_response()
    }
}
