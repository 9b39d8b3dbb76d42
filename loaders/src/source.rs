//! A file's bytes, what they really are, and their checksum.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::LoadError;
use crate::fault::Spot;

/// The largest file read into memory.
const FILE_LIMIT_BYTES: u64 = 1 << 30;
/// The largest that one entry of an archive may unpack to.
const ENTRY_LIMIT_BYTES: u64 = 2 << 30;
/// What an Office file may unpack to however small it is.
const OFFICE_FREE_BYTES: u64 = 64 << 20;
/// What an archive may grow by; honest CSV shrinks to a tenth.
const GROWTH_LIMIT: u64 = 200;

/// What bytes are, found from the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A zip archive that is not an Office document.
    Zip,
    /// One file in gzip.
    Gzip,
    /// An Office Open XML workbook.
    Xlsx,
    /// An OpenDocument spreadsheet.
    Ods,
    /// A Word document.
    Docx,
    /// A PowerPoint presentation.
    Pptx,
    /// An old binary Office file, which is also what an encrypted workbook is.
    OldOffice,
    /// A dBase table.
    Dbase,
    /// A web page.
    Html,
    /// XML that is no web page.
    Xml,
    /// A JSON object or array.
    Json,
    /// A PDF.
    Pdf,
    /// Text of another kind.
    Text,
    /// Nothing.
    Empty,
    /// Bytes that are none of these.
    Binary,
}

impl Kind {
    /// What these bytes, the beginning of a file, are.
    pub fn of(bytes: &[u8]) -> Self {
        kind_of(bytes)
    }

    /// The kind in words, for errors.
    pub fn words(self) -> &'static str {
        match self {
            Self::Zip => "a zip archive",
            Self::Gzip => "a gzip file",
            Self::Xlsx => "an Excel workbook (xlsx)",
            Self::Ods => "an OpenDocument spreadsheet (ods)",
            Self::Docx => "a Word document (docx)",
            Self::Pptx => "a PowerPoint presentation (pptx)",
            Self::OldOffice => "an old or encrypted Office file",
            Self::Dbase => "a dBase table (dbf)",
            Self::Html => "an HTML page",
            Self::Xml => "XML",
            Self::Json => "JSON",
            Self::Pdf => "a PDF",
            Self::Text => "text",
            Self::Empty => "empty",
            Self::Binary => "binary data of no known kind",
        }
    }
}

/// A file read into memory.
#[derive(Debug)]
pub struct Source {
    /// Where it was read from.
    pub path: PathBuf,
    /// SHA-256 of the bytes, hex.
    pub checksum: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Source {
    /// Reads a file, up to 1 GiB.
    pub fn read(path: &Path) -> Result<Self, LoadError> {
        let open = |source| LoadError::Open { path: path.to_owned(), source };
        let mut bytes = Vec::new();
        File::open(path).map_err(open)?.take(FILE_LIMIT_BYTES + 1).read_to_end(&mut bytes).map_err(open)?;
        if bytes.len() as u64 > FILE_LIMIT_BYTES {
            return Err(LoadError::TooLarge {
                spot: Spot::of(path),
                reason: format!("it is larger than {FILE_LIMIT_BYTES} bytes"),
            });
        }
        Ok(Self { path: path.to_owned(), checksum: hex(Sha256::digest(&bytes).as_slice()), bytes })
    }

    /// The first 64 KiB of a file: enough to say what it is.
    pub fn beginning(path: &Path) -> Result<Self, LoadError> {
        const ENOUGH_BYTES: u64 = 1 << 16;
        let open = |source| LoadError::Open { path: path.to_owned(), source };
        let mut bytes = Vec::new();
        File::open(path).map_err(open)?.take(ENOUGH_BYTES).read_to_end(&mut bytes).map_err(open)?;
        Ok(Self { path: path.to_owned(), checksum: String::new(), bytes })
    }

    /// The name without its folder.
    pub fn file_name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// What the bytes are.
    pub fn kind(&self) -> Kind {
        kind_of(&self.bytes)
    }

    /// The refusal of a file that is something else than `expected`.
    pub fn refuse(&self, expected: &str) -> LoadError {
        let kind = self.kind();
        let found = match (kind, html_title(&self.bytes)) {
            (Kind::Html, Some(title)) => format!("an HTML page titled \"{title}\""),
            _ => kind.words().to_owned(),
        };
        LoadError::NotWhatItSays { spot: Spot::of(&self.path), found, expected: expected.to_owned() }
    }

    /// Whether it holds another file.
    pub fn is_packed(&self) -> bool {
        matches!(self.kind(), Kind::Zip | Kind::Gzip)
    }

    /// What an archive holds, as a file of its own: the one entry that could be a registry.
    pub fn unpacked(&self) -> Result<Self, LoadError> {
        let (path, bytes) = if self.kind() == Kind::Gzip {
            (
                self.path.with_extension(""),
                self.unpack(flate2::read::MultiGzDecoder::new(Cursor::new(&self.bytes)), None)?,
            )
        } else {
            let (name, bytes) = self.unzip_one(is_data, "data files")?;
            (self.path.join(name), bytes)
        };
        Ok(Self { path, checksum: self.checksum.clone(), bytes })
    }

    /// Refuses an Office file that would unpack to more than memory holds.
    pub fn refuse_bomb(&self) -> Result<(), LoadError> {
        let broken =
            |error: zip::result::ZipError| LoadError::broken(&self.path, format!("the file is damaged: {error}"));
        let mut archive = zip::ZipArchive::new(Cursor::new(&self.bytes)).map_err(broken)?;
        let mut unpacked = 0u64;
        for index in 0..archive.len() {
            unpacked = unpacked.saturating_add(archive.by_index_raw(index).map_err(broken)?.size());
        }
        let limit = FILE_LIMIT_BYTES.min(OFFICE_FREE_BYTES.max((self.bytes.len() as u64).saturating_mul(GROWTH_LIMIT)));
        if unpacked > limit {
            let reason = format!("it unpacks to {unpacked} bytes, as a zip bomb does");
            return Err(LoadError::TooLarge { spot: Spot::of(&self.path), reason });
        }
        Ok(())
    }

    /// The one entry of this zip that `wanted` accepts, unpacked: its name and its bytes.
    pub fn unzip_one(&self, wanted: impl Fn(&str) -> bool, expected: &str) -> Result<(String, Vec<u8>), LoadError> {
        let broken =
            |error: zip::result::ZipError| LoadError::broken(&self.path, format!("the zip is damaged: {error}"));
        let mut archive = zip::ZipArchive::new(Cursor::new(&self.bytes)).map_err(broken)?;
        let names: Vec<String> = archive
            .file_names()
            .map(|name| name.map(std::borrow::Cow::into_owned))
            .collect::<Result<_, _>>()
            .map_err(broken)?;
        let found: Vec<&String> = names.iter().filter(|name| wanted(name)).collect();
        let [name] = found.as_slice() else {
            let reason = format!("it holds {} entries that are {expected}: {}", found.len(), listing(&names));
            return Err(LoadError::broken(&self.path, reason));
        };
        let entry = archive.by_name(name).map_err(broken)?;
        let bytes = self.unpack(entry, Some(name))?;
        Ok(((*name).clone(), bytes))
    }

    /// All that a packed part is, within bounds.
    fn unpack(&self, packed: impl Read, part: Option<&str>) -> Result<Vec<u8>, LoadError> {
        let limit = ENTRY_LIMIT_BYTES.min((self.bytes.len() as u64).saturating_mul(GROWTH_LIMIT));
        let mut bytes = Vec::new();
        let read = packed.take(limit + 1).read_to_end(&mut bytes);
        read.map_err(|error| {
            LoadError::broken(
                &self.path,
                format!(
                    "{} is damaged: {error}",
                    part.map_or_else(|| "the file".to_owned(), |part| format!("`{part}`"))
                ),
            )
        })?;
        if bytes.len() as u64 > limit {
            let reason = format!("it unpacks to more than {limit} bytes, as a zip bomb does");
            let spot = part.map_or_else(|| Spot::of(&self.path), |part| Spot::part(&self.path, part));
            return Err(LoadError::TooLarge { spot, reason });
        }
        Ok(bytes)
    }
}

/// SHA-256 of a file, hex, in bounded memory.
pub fn file_checksum(path: &Path) -> Result<String, LoadError> {
    let open = |source| LoadError::Open { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(open)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut buffer).map_err(open)?;
        if count == 0 {
            return Ok(hex(hash.finalize().as_slice()));
        }
        hash.update(&buffer[..count]);
    }
}

/// SHA-256 of some bytes, hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).as_slice())
}

/// Entries of an archive that could be a registry.
fn is_data(name: &str) -> bool {
    const ENDINGS: &[&str] =
        &[".csv", ".tsv", ".txt", ".json", ".jsonl", ".xlsx", ".xls", ".ods", ".dbf", ".html", ".xml"];
    let lower = name.to_ascii_lowercase();
    !lower.contains("__macosx") && !lower.contains("readme") && ENDINGS.iter().any(|ending| lower.ends_with(ending))
}

/// Bytes as text: UTF-8 (with or without its mark), UTF-16 with its mark, else the most likely
/// single-byte encoding, which in American files is Windows-1252.
pub fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
            detector.feed(bytes, true);
            let encoding = detector.guess(Some(b"us"), chardetng::Utf8Detection::Deny);
            encoding.decode_without_bom_handling(bytes).0.into_owned()
        }
    }
}

fn kind_of(bytes: &[u8]) -> Kind {
    if bytes.is_empty() {
        return Kind::Empty;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return office_kind(bytes);
    }
    if bytes.starts_with(&[0x1F, 0x8B, 0x08]) {
        return Kind::Gzip;
    }
    if is_dbase(bytes) {
        return Kind::Dbase;
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Kind::OldOffice;
    }
    if bytes.starts_with(b"%PDF") {
        return Kind::Pdf;
    }
    kind_of_text(bytes)
}

/// Which of the zip formats: the names of the entries stand at both ends of the file.
fn office_kind(bytes: &[u8]) -> Kind {
    let (head, tail) = (&bytes[..bytes.len().min(1 << 12)], &bytes[bytes.len().saturating_sub(1 << 16)..]);
    let has = |needle: &[u8]| contains(head, needle) || contains(tail, needle);
    if has(b"opendocument.spreadsheet") {
        Kind::Ods
    } else if has(b"word/document.xml") {
        Kind::Docx
    } else if has(b"ppt/presentation.xml") {
        Kind::Pptx
    } else if has(b"[Content_Types].xml") {
        Kind::Xlsx
    } else {
        Kind::Zip
    }
}

/// A version byte, a plausible date, and a header whose length is that of whole field descriptors.
fn is_dbase(bytes: &[u8]) -> bool {
    const VERSIONS: &[u8] = &[0x02, 0x03, 0x30, 0x31, 0x43, 0x63, 0x83, 0x8B, 0xF5];
    let (Some(head), true) = (bytes.get(..32), bytes.first().is_some_and(|first| VERSIONS.contains(first))) else {
        return false;
    };
    let header_length = u16::from_le_bytes([head[8], head[9]]);
    (1..=12).contains(&head[2]) && (1..=31).contains(&head[3]) && header_length >= 65
}

fn kind_of_text(bytes: &[u8]) -> Kind {
    let head = decode(&bytes[..bytes.len().min(4096)]);
    let trimmed = head.trim_start();
    let lower = trimmed.to_ascii_lowercase();
    if ["<!doctype html", "<html", "<head", "<body", "<table"].iter().any(|tag| lower.starts_with(tag))
        || (lower.starts_with('<') && lower.contains("<html"))
    {
        return Kind::Html;
    }
    if lower.starts_with("<?xml") {
        return Kind::Xml;
    }
    if trimmed.starts_with(['{', '[']) {
        return Kind::Json;
    }
    let controls = head.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    if controls * 20 > head.chars().count() { Kind::Binary } else { Kind::Text }
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn html_title(bytes: &[u8]) -> Option<String> {
    let text = decode(&bytes[..bytes.len().min(1 << 16)]);
    let lower = text.to_ascii_lowercase();
    let from = lower.find("<title")?;
    let start = from + lower[from..].find('>')? + 1;
    let end = start + lower[start..].find('<')?;
    let title = text.get(start..end)?.split_whitespace().collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then(|| title.chars().take(80).collect())
}

fn listing(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut text = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    if text.is_empty() { "it is empty".to_owned() } else { text }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
