//! Records to links, with and without ids; how many are linked stands beside the time.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use matcher::{Model, link_all};

fn linking(criterion: &mut Criterion) {
    let sample = benches::sample();
    let model = Model::shipped().expect("the shipped model is valid");
    let mut group = criterion.benchmark_group("linking");
    for (name, has_ids) in [("with ids", true), ("ids hidden", false)] {
        let (records, leas) = benches::agencies(sample.path(), has_ids);
        let outcomes = link_all(&model, &records, &leas);
        let linked = outcomes.iter().filter(|outcome| outcome.best.is_some() && outcome.review.is_none()).count();
        eprintln!("{name}: {linked} of {} records linked without review", records.len());
        group.throughput(Throughput::Elements(records.len() as u64));
        group.bench_function(name, |bench| bench.iter(|| black_box(link_all(&model, &records, &leas).len())));
    }
    group.finish();
}

criterion_group!(benches, linking);
criterion_main!(benches);
