//! The documents of one source, read and not yet loaded. Together they may be larger than the memory, and reading them
//! may take longer than a transaction should: they wait in a file without a name, as rows for COPY.

use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::path::Path;

use anyhow::Context as _;
use loaders::BadRow;
use loaders::document::{Document, Found, read_folder, read_jsonl, read_manifest};
use loaders::source::sha256;
use sqlx::postgres::PgConnection;

use crate::bulk::CopyText;
use crate::extract;
use crate::fault::Fault;
use crate::score::{Taxonomy, category_of};
use crate::settings::DocumentSource;

/// What was read of a source.
pub(super) struct Spool {
    file: File,
    /// Documents that can be used.
    pub good: usize,
    /// Those that cannot.
    pub bad: Vec<BadRow>,
}

impl Spool {
    /// Reads the source at `path`; its rows wait in `folder`.
    pub fn read(source: &DocumentSource, path: &Path, taxonomy: &Taxonomy, folder: &Path) -> anyhow::Result<Self> {
        let mut spool = Self { file: nameless_file(folder)?, good: 0, bad: Vec::new() };
        let mut rows = CopyText::default();
        let each = |found: Found| spool.add(found, taxonomy, &mut rows);
        match source {
            DocumentSource::Folder(_) => read_folder(path, each)?,
            DocumentSource::Jsonl(_) => read_jsonl(path, each)?,
            DocumentSource::Manifest(_) => read_manifest(path, &extract::apart, each)?,
        }
        spool.write(&mut rows)?;
        spool.file.rewind()?;
        Ok(spool)
    }

    fn add(&mut self, found: Found, taxonomy: &Taxonomy, rows: &mut CopyText) -> anyhow::Result<()> {
        match found {
            Err(bad) => self.bad.push(bad),
            Ok(document) => {
                push(rows, self.good, &document, taxonomy);
                self.good += 1;
                if rows.is_full() {
                    self.write(rows)?;
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, rows: &mut CopyText) -> anyhow::Result<()> {
        let written = self.file.write_all(rows.take().as_bytes());
        written.map_err(|error| {
            let what = format!("The documents that are read cannot be put by: {error}");
            Fault::new(what, "make room on the disk of `.districts`; nothing of this source was loaded").into()
        })
    }

    /// Loads the rows into `document_stage`, a temporary table.
    pub async fn load(self, connection: &mut PgConnection) -> anyhow::Result<Vec<BadRow>> {
        let create = include_str!("../../sql/document_stage.sql");
        CopyText::load_file(connection, create, "copy document_stage from stdin", self.file).await?;
        Ok(self.bad)
    }
}

fn nameless_file(folder: &Path) -> anyhow::Result<File> {
    let made = std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder));
    made.with_context(|| format!("Failed to write below `{}`", folder.display()))
}

/// In the order of `document_stage.sql`. Of two documents with one address the last counts.
fn push(rows: &mut CopyText, position: usize, document: &Document, taxonomy: &Taxonomy) {
    let category = category_of(taxonomy, document.category.as_deref(), document.title.as_deref(), &document.text);
    rows.display(Some(position))
        .value(&document.nces_id)
        .value(&document.url)
        .value(&document.kind)
        .text(document.title.as_deref());
    rows.value(category).value(&document.text).display(Some(document.text.chars().count())).value(document.method);
    rows.display(document.published_on).value(&sha256(document.text.as_bytes())).end_row();
}
