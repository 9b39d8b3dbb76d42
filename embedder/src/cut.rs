//! A document with the places of its chunks. A chunk's text is made when it is asked for: all of a long document's at once
//! would be the document again.

use std::ops::Range;

use uuid::Uuid;

use crate::chunk::{Chunker, count_tokens};
use crate::work::Pending;

/// A document, cut.
pub(crate) struct Cut {
    pub document: Pending,
    text: String,
    /// Where each chunk stands in the text.
    places: Vec<Range<usize>>,
    /// Tokens of each chunk, the header's included.
    tokens: Vec<usize>,
}

/// Document, number of the chunk, text, vector.
pub(crate) type Row<'a> = (Uuid, i32, String, &'a [f32]);

impl Cut {
    /// The header stands above every chunk and counts against its limit.
    pub fn of(document: Pending, text: String, chunker: Chunker) -> Self {
        let header = count_tokens(&document.header) + 2;
        let room = chunker.max_tokens.saturating_sub(header).max(chunker.max_tokens / 2);
        let body = Chunker { max_tokens: room, ..chunker };
        let chunks = body.places(&text).into_iter();
        let (places, tokens) = chunks.map(|(place, tokens)| (place, tokens + header)).unzip();
        Self { document, text, places, tokens }
    }

    /// How many chunks.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Tokens of all of them.
    pub fn all_tokens(&self) -> usize {
        self.tokens.iter().sum()
    }

    /// Chunks of these numbers, header on top, and their tokens.
    pub fn texts(&self, numbers: Range<usize>) -> impl Iterator<Item = (String, usize)> {
        numbers.map(|number| (self.chunk(number), self.tokens[number]))
    }

    /// Rows of the chunks from number `first` on, as many as there are vectors.
    pub fn rows<'a>(&'a self, first: usize, vectors: &'a [Vec<f32>]) -> impl Iterator<Item = Row<'a>> {
        (first..self.len()).zip(vectors).map(|(number, vector)| {
            let index = i32::try_from(number).unwrap_or(i32::MAX);
            (self.document.id, index, self.chunk(number), vector.as_slice())
        })
    }

    fn chunk(&self, number: usize) -> String {
        format!("{}\n\n{}", self.document.header, &self.text[self.places[number].clone()])
    }
}
