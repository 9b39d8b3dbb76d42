//! `districts migrate studio`: the page on loopback.

use anyhow::Context as _;
use serde_json::json;

use crate::cli::arguments::Common;
use crate::database::Database;
use crate::fault::Fault;
use crate::studio;

pub(super) async fn studio(common: &Common, database: &Database, port: u16) -> anyhow::Result<()> {
    let listener = studio::bind(port).await.map_err(|error| {
        Fault::new(
            format!("Failed to listen on 127.0.0.1:{port}: {error}"),
            "another program has that port: take a free one with --port 0",
        )
    })?;
    let url = format!("http://{}/", listener.local_addr()?);
    match common.json {
        true => println!("{}", json!({ "url": url })),
        false => println!("{url}   {}; Ctrl-C ends it", database.label),
    }
    studio::serve(listener, database.pool.clone(), database.options.clone(), &database.label)
        .await
        .context("Failed to serve the studio")
}
