//! A folder of text files, one sub-folder per district: `<nces id>/<title>.txt`.

use std::path::{Path, PathBuf};

use super::{Document, Found, checked_nces_id, clean_text, files_below};
use crate::source::{Kind, Source, decode};
use crate::{BadRow, LoadError};

/// Reads `.txt` and `.md` files below `folder`; the first sub-folder's name is the NCES id. Ends with the first error, its
/// own or one of `each`.
pub fn read_folder<E: From<LoadError>>(folder: &Path, mut each: impl FnMut(Found) -> Result<(), E>) -> Result<(), E> {
    for (index, path) in files_below(folder)?.into_iter().filter(|path| is_text(path)).enumerate() {
        let named = |(value, reason)| BadRow { row: index + 1, column: url_of(folder, &path), value, reason };
        each(document(folder, &path)?.map_err(named))?;
    }
    Ok(())
}

fn url_of(folder: &Path, path: &Path) -> String {
    format!("file:{}", path.strip_prefix(folder).unwrap_or(path).display())
}

fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["txt", "md"].iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

fn document(folder: &Path, path: &Path) -> Result<Result<Document, (String, String)>, LoadError> {
    let relative: PathBuf = path.strip_prefix(folder).unwrap_or(path).to_owned();
    let district =
        relative.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
    let nces_id = match checked_nces_id(&district) {
        Ok(id) => id,
        Err(reason) => return Ok(Err((district, format!("{reason}; files lie in a folder named by it")))),
    };
    let file = Source::read(path)?;
    if !matches!(file.kind(), Kind::Text | Kind::Json | Kind::Xml) {
        return Ok(Err((district, format!("it is {}, not text", file.kind().words()))));
    }
    let text = clean_text(decode(&file.bytes));
    if text.trim().is_empty() {
        return Ok(Err((district, "the document has no text".to_owned())));
    }
    let title = path.file_stem().map(|stem| stem.to_string_lossy().replace(['_', '-'], " "));
    Ok(Ok(Document {
        nces_id,
        url: url_of(folder, path),
        kind: "text".to_owned(),
        title,
        category: None,
        published_on: None,
        text,
        method: "plain",
    }))
}
