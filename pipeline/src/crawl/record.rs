//! What is written down: every attempt, the documents, what a page said of its version, how a district ended.

use loaders::document::text::Extracted;
use loaders::source::sha256;
use sqlx::PgPool;
use url::Url;
use uuid::Uuid;

use super::client::{Answer, Version};
use super::outcome::Trouble;
use super::rank::Ranked;
use crate::score::{Taxonomy, category_of};

/// Writes for one district in one batch.
pub struct Record<'a> {
    pub pool: &'a PgPool,
    pub batch: Uuid,
    pub nces_id: &'a str,
}

/// One line of `document_crawl_log`.
#[derive(Debug, Default)]
pub struct Line<'a> {
    pub url: &'a str,
    pub url_type: &'a str,
    pub status: &'a str,
    pub http_status: Option<i32>,
    pub message: Option<String>,
    pub content_type: Option<&'a str>,
    pub document: Option<Uuid>,
    pub is_extracted: Option<bool>,
    pub keywords: Option<Vec<String>>,
    pub milliseconds: i32,
}

impl Record<'_> {
    pub async fn log(&self, line: Line<'_>) -> Result<(), sqlx::Error> {
        sqlx::query(
            "insert into document_crawl_log
                 (nces_id, crawl_batch_id, url, url_type, status, http_status, error_message, content_type, document_id,
                  extraction_success, keywords_found, response_time_ms)
             values ($1, $2, $3, $4, $5, $6, $7, left($8, 100), $9, $10, $11, $12)",
        )
        .bind(self.nces_id)
        .bind(self.batch)
        .bind(line.url)
        .bind(line.url_type)
        .bind(line.status)
        .bind(line.http_status)
        .bind(line.message)
        .bind(line.content_type)
        .bind(line.document)
        .bind(line.is_extracted)
        .bind(line.keywords)
        .bind(line.milliseconds)
        .execute(self.pool)
        .await
        .map(drop)
    }

    /// An attempt that failed. What a site had and answers 404 or 410 for is marked as vanished.
    pub async fn failed(&self, url: &Url, kind: &str, trouble: &Trouble, milliseconds: i32) -> Result<(), sqlx::Error> {
        if matches!(trouble, Trouble::Status(404 | 410)) {
            sqlx::query(
                "update district_documents set vanished_at = now(), updated_at = now()
                  where nces_id = $1 and document_url = $2 and vanished_at is null",
            )
            .bind(self.nces_id)
            .bind(url.as_str())
            .execute(self.pool)
            .await?;
        }
        self.log(Line {
            url: url.as_str(),
            url_type: kind,
            status: trouble.status(),
            http_status: trouble.http_status(),
            message: Some(trouble.to_string()),
            milliseconds,
            ..Line::default()
        })
        .await
    }

    /// A document with its text.
    pub async fn document(
        &self,
        answer: &Answer,
        depth: i32,
        read: &Extracted,
        taxonomy: &Taxonomy,
    ) -> Result<Uuid, sqlx::Error> {
        let text = read.text.replace('\0', "");
        let category = category_of(taxonomy, None, read.title.as_deref(), &text);
        sqlx::query_scalar(include_str!("../sql/crawl_document.sql"))
            .bind(self.nces_id)
            .bind(answer.url.as_str())
            .bind(&read.kind)
            .bind(read.title.as_deref())
            .bind(category)
            .bind(&text)
            .bind(i32::try_from(text.chars().count()).unwrap_or(i32::MAX))
            .bind(sha256(text.as_bytes()))
            .bind(depth)
            .fetch_one(self.pool)
            .await
    }

    /// The document at an address, where it is stored, seen again now.
    pub async fn seen_again(&self, url: &Url) -> Result<Option<Uuid>, sqlx::Error> {
        sqlx::query_scalar(
            "update district_documents set last_crawled_at = now(), vanished_at = null
              where nces_id = $1 and document_url = $2 returning id",
        )
        .bind(self.nces_id)
        .bind(url.as_str())
        .fetch_optional(self.pool)
        .await
    }

    /// What is known of an address: its version, and where it led.
    pub async fn known(&self, url: &Url) -> Result<(Version, Vec<Ranked>), sqlx::Error> {
        type Row = (Option<String>, Option<String>, sqlx::types::Json<Vec<Ranked>>);
        let row: Option<Row> =
            sqlx::query_as("select etag, last_modified, links from crawled_pages where nces_id = $1 and url = $2")
                .bind(self.nces_id)
                .bind(url.as_str())
                .fetch_optional(self.pool)
                .await?;
        Ok(row.map_or_else(Default::default, |(etag, last_modified, links)| (Version { etag, last_modified }, links.0)))
    }

    pub async fn know(&self, url: &Url, version: &Version, links: &[Ranked]) -> Result<(), sqlx::Error> {
        sqlx::query(
            "insert into crawled_pages (nces_id, url, etag, last_modified, links) values ($1, $2, $3, $4, $5)
             on conflict (nces_id, url) do update
                set etag = excluded.etag, last_modified = excluded.last_modified, links = excluded.links,
                    fetched_at = now()",
        )
        .bind(self.nces_id)
        .bind(url.as_str())
        .bind(&version.etag)
        .bind(&version.last_modified)
        .bind(sqlx::types::Json(links))
        .execute(self.pool)
        .await
        .map(drop)
    }

    /// The district is read to its end: with the address that answered, or none. The flag follows.
    pub async fn ended(&self, website: Option<&Url>, outcome: &str) -> Result<(), sqlx::Error> {
        // A site that lets people in and keeps us out is not down.
        let is_down = website.is_none() && !matches!(outcome, "403" | "robots" | "private");
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "insert into district_crawls (nces_id, batch_id, website, outcome) values ($1, $2, $3, $4)
             on conflict (nces_id) do update
                set batch_id = excluded.batch_id, website = excluded.website, outcome = excluded.outcome, finished_at = now()",
        )
        .bind(self.nces_id)
        .bind(self.batch)
        .bind(website.map(Url::as_str))
        .bind(outcome)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "update districts set last_scraped_at = now(), scrape_status = case when $2 then 'success' else 'failure' end,
                    scrape_error = case when $2 then null else $3 end
              where nces_id = $1",
        )
        .bind(self.nces_id)
        .bind(website.is_some())
        .bind(outcome)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(include_str!("../sql/crawl_flag.sql"))
            .bind(self.nces_id)
            .bind(is_down)
            .bind(format!("no address of its website answers: {outcome}"))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }
}
