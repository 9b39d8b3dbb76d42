//! The letters of a word: most words are seen by them not to be another.

/// Which letters a word has, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Letters {
    /// A bit for each that occurs.
    occurring: u64,
    /// Bytes are letters in ASCII alone.
    count: Option<u32>,
    first: u8,
}

impl Letters {
    /// Of a word.
    pub fn of(word: &str) -> Self {
        let count = word.is_ascii().then(|| u32::try_from(word.len()).ok()).flatten();
        Self {
            occurring: word.bytes().fold(0, |seen, byte| seen | 1 << (byte & 63)),
            count,
            first: word.bytes().next().unwrap_or_default(),
        }
    }

    /// How many it has; not told of a word with other letters than those of ASCII.
    pub fn count(self) -> Option<u32> {
        self.count
    }

    /// How many occur in it and not in the other.
    pub fn missing_in(self, other: Self) -> u32 {
        (self.occurring & !other.occurring).count_ones()
    }

    /// Whether they begin alike.
    pub fn begins_as(self, other: Self) -> bool {
        self.first == other.first
    }
}
