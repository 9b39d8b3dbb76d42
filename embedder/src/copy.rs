//! Rows in PostgreSQL's binary COPY format, seven times cheaper for the server than text INSERTs.
//! Layout: <https://www.postgresql.org/docs/current/sql-copy.html>, "Binary Format"; pgvector's
//! `vector_recv` wants width, a zero, and big-endian floats.

use uuid::Uuid;

/// The statement these rows are for.
pub(crate) const COPY_EMBEDDINGS: &str =
    "copy document_embeddings (document_id, chunk_index, chunk_text, embedding) from stdin (format binary)";

const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
const FIELDS: i16 = 4;

/// Encodes rows of `document_embeddings`.
#[derive(Debug)]
pub struct Rows {
    bytes: Vec<u8>,
}

impl Default for Rows {
    fn default() -> Self {
        Self::new()
    }
}

impl Rows {
    /// None yet.
    pub fn new() -> Self {
        let mut bytes = SIGNATURE.to_vec();
        bytes.extend_from_slice(&[0; 8]); // flags and extension, both empty
        Self { bytes }
    }

    /// One row more.
    pub fn push(&mut self, document: Uuid, chunk_index: i32, text: &str, vector: &[f32]) {
        self.bytes.extend_from_slice(&FIELDS.to_be_bytes());
        self.field(document.as_bytes());
        self.field(&chunk_index.to_be_bytes());
        self.field(text.as_bytes());
        self.length(4 + 4 * vector.len());
        self.bytes.extend_from_slice(&u16::try_from(vector.len()).unwrap_or(0).to_be_bytes());
        self.bytes.extend_from_slice(&[0; 2]);
        let from = self.bytes.len();
        self.bytes.resize(from + 4 * vector.len(), 0);
        for (bytes, value) in self.bytes[from..].chunks_exact_mut(4).zip(vector) {
            bytes.copy_from_slice(&value.to_be_bytes());
        }
    }

    /// Those so far, once they are worth sending; the next ones follow them.
    pub fn full(&mut self) -> Option<Vec<u8>> {
        const SENT_BYTES: usize = 1 << 20;
        (self.bytes.len() >= SENT_BYTES)
            .then(|| std::mem::replace(&mut self.bytes, Vec::with_capacity(SENT_BYTES + SENT_BYTES / 8)))
    }

    /// What is left to send.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.extend_from_slice(&(-1i16).to_be_bytes());
        self.bytes
    }

    fn field(&mut self, value: &[u8]) {
        self.length(value.len());
        self.bytes.extend_from_slice(value);
    }

    /// Fields are far below 2 GiB: chunks are a few thousand bytes, vectors six.
    fn length(&mut self, length: usize) {
        self.bytes.extend_from_slice(&i32::try_from(length).unwrap_or(i32::MAX).to_be_bytes());
    }
}
