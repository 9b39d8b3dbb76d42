//! Text to chunks to vectors, beside the bare tokenizer on the same text.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use embedder::chunk::Chunker;
use embedder::model::{Hashing, Model};

fn embedding(criterion: &mut Criterion) {
    let text = benches::text(1 << 20);
    let chunker = Chunker { max_tokens: 320, overlap_tokens: 40 };
    let chunks = chunker.chunks(&text);
    let model = Hashing::new();
    let mut group = criterion.benchmark_group("embedding");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("chunks by tokens", |bench| bench.iter(|| black_box(chunker.chunks(&text).len())));
    group.bench_function("peer: tokenizer alone", |bench| {
        bench.iter(|| black_box(bpe_openai::cl100k_base().count(text.as_str())))
    });
    group.bench_function("hashing model", |bench| {
        bench.iter(|| chunks.iter().for_each(|chunk| drop(black_box(model.embed(chunk.text)))))
    });
    group.finish();
}

criterion_group!(benches, embedding);
criterion_main!(benches);
