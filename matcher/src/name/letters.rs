//! The letters of a word: most words are seen by them not to be another.

/// Which letters a word has, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Letters {
    /// A bit for each that occurs.
    occurring: u64,
    /// None of a word with other letters than those of ASCII, whose bytes are not its letters.
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

    /// How many occur in one of the two alone.
    pub fn apart(self, other: Self) -> u32 {
        (self.occurring ^ other.occurring).count_ones()
    }

    /// Whether the two words may be one: the same, the one short for the other, or as similar as misspelt ones are.
    ///
    /// Of words of a and b letters, m of them met in the other, Jaro's similarity is at most (m / a + m / b + 1) / 3, and
    /// Winkler adds at most .4 of what is missing to 1, nothing where the first letters differ. To be .92 in the end,
    /// m / a + m / b is 1.6 at least, and 1.76 where nothing is added.
    pub fn may_be(self, other: Self) -> bool {
        let (Some(ours), Some(theirs)) = (self.count, other.count) else { return true };
        let ours_alone = (self.occurring & !other.occurring).count_ones();
        let theirs_alone = (other.occurring & !self.occurring).count_ones();
        if ours_alone == 0 || theirs_alone == 0 {
            return true;
        }
        let met = (ours - ours_alone).min(theirs - theirs_alone);
        let hundredths = if self.first == other.first { 160 } else { 176 };
        100 * met * (ours + theirs) >= hundredths * ours * theirs
    }
}
