//! Which texts go together: a request is bounded in inputs, tokens and bytes.

/// Tokens of all inputs of a request, and bytes by four: 300,000 is the servers' limit, a tenth is kept free.
const REQUEST_TOKENS: usize = 270_000;

/// A text, counted once.
#[derive(Debug)]
pub(crate) struct Input {
    pub text: String,
    pub tokens: usize,
}

pub(super) fn tokens_of(inputs: &[Input]) -> usize {
    inputs.iter().map(|input| input.tokens).sum()
}

/// What a request holds so far.
#[derive(Default)]
pub(super) struct Load {
    inputs: usize,
    tokens: usize,
    bytes: usize,
}

impl Load {
    /// Takes an input where inputs, tokens and bytes stay within bounds; the first always.
    pub fn takes(&mut self, input: &Input, max_inputs: usize) -> bool {
        let (tokens, bytes) = (self.tokens + input.tokens, self.bytes + input.text.len());
        let is_within = self.inputs < max_inputs.max(1) && tokens <= REQUEST_TOKENS && bytes / 4 <= REQUEST_TOKENS;
        let fits = is_within || self.inputs == 0;
        if fits {
            *self = Self { inputs: self.inputs + 1, tokens, bytes };
        }
        fits
    }
}

/// Batches bounded in inputs, tokens and bytes.
pub(super) fn pack(inputs: &[Input], max_inputs: usize) -> Vec<&[Input]> {
    let (mut batches, mut rest) = (Vec::new(), inputs);
    while !rest.is_empty() {
        let mut load = Load::default();
        let count = rest.iter().take_while(|input| load.takes(input, max_inputs)).count();
        let (batch, others) = rest.split_at(count.max(1));
        batches.push(batch);
        rest = others;
    }
    batches
}
