//! Rows in PostgreSQL's binary COPY format, seven times cheaper for the server than text INSERTs.
//! Layout: <https://www.postgresql.org/docs/current/sql-copy.html>, "Binary Format"; pgvector's
//! `vector_recv` wants width, a zero, and big-endian floats.

use std::time::{SystemTime, UNIX_EPOCH};

use uuid::{Builder, Uuid};

/// The statement these rows are for.
pub(crate) const COPY_EMBEDDINGS: &str =
    "copy document_embeddings (id, document_id, chunk_index, chunk_text, embedding) from stdin (format binary)";

const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
const FIELDS: i16 = 5;

/// Encodes rows of `document_embeddings`.
#[derive(Debug)]
pub struct Rows {
    bytes: Vec<u8>,
    next_id: u128,
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
        Self { bytes, next_id: first_id() }
    }

    /// One row more.
    pub fn push(&mut self, document: Uuid, chunk_index: i32, text: &str, vector: &[f32]) {
        self.bytes.extend_from_slice(&FIELDS.to_be_bytes());
        self.field(Uuid::from_u128(self.next_id).as_bytes());
        self.next_id += 1;
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

/// The first of ids that follow those given before and one another (UUID version 7 with a monotonic random part, RFC
/// 9562, 6.2): rows stored together stand together in the index, and the server draws no random number for each.
fn first_id() -> u128 {
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let mut random = [0; 10];
    random.copy_from_slice(&Uuid::new_v4().as_bytes()[..10]);
    // What is counted up has room.
    random[2] = 0;
    Builder::from_unix_timestamp_millis(u64::try_from(millis).unwrap_or(0), &random).into_uuid().as_u128()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_one_another() {
        let (first, second) = (Uuid::from_u128(first_id()), Uuid::from_u128(first_id() + 100_000));
        assert_eq!((first.get_version_num(), first.get_variant()), (7, uuid::Variant::RFC4122));
        assert_eq!((second.get_version_num(), second.get_variant()), (7, uuid::Variant::RFC4122));
        assert!(first.as_bytes()[..6] <= second.as_bytes()[..6] && first != second);
    }
}
