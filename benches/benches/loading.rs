//! Files to records, beside the bare `csv` crate on the same file.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use loaders::registry::{Catalog, read_registry};

fn loading(criterion: &mut Criterion) {
    let sample = benches::sample();
    let directory = benches::directory(sample.path());
    let catalog = Catalog::load(Some(&sample.path().join("registries"))).expect("the sample's declarations are read");
    let (ohio, path) = (catalog.get("oh").expect("Ohio is declared"), sample.path().join("files/oh_districts.csv"));
    let size = std::fs::metadata(&path).map_or(0, |meta| meta.len());

    let mut group = criterion.benchmark_group("loading");
    group.bench_function("nces directory, zip", |bench| {
        bench.iter(|| black_box(loaders::nces::read_directory(&directory).expect("it is read").leas.len()))
    });
    group.throughput(Throughput::Bytes(size));
    group.bench_function("registry, csv", |bench| {
        bench.iter(|| black_box(read_registry(&path, ohio).expect("it is read").records.len()))
    });
    group.bench_function("peer: csv crate alone", |bench| {
        bench.iter(|| {
            black_box(csv::Reader::from_path(&path).expect("it is opened").records().map_while(Result::ok).count())
        });
    });
    group.finish();
}

criterion_group!(benches, loading);
criterion_main!(benches);
