//! Records to links, with and without ids; how many are linked stands beside the time.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use matcher::{Agency, Model, link_all};
use nix::sys::resource::{Usage, UsageWho, getrusage};

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

/// The whole country once: every LEA of the national sample as a record of its state, ids hidden.
fn country(_: &mut Criterion) {
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    loaders::sample::write(folder.path(), loaders::sample::Scale::National).expect("the sample is written");
    let (_, leas) = benches::agencies(folder.path(), true);
    let hidden = |lea: &Agency| Agency {
        list: "registry".to_owned(),
        nces_id: None,
        state_leaid: None,
        name: lea.name.to_uppercase(),
        ..lea.clone()
    };
    let records: Vec<Agency> = leas.iter().map(hidden).collect();
    let model = Model::shipped().expect("the shipped model is valid");
    let before = usage();
    let outcomes = link_all(&model, &records, &leas);
    let after = usage();
    let right = |outcome: &&matcher::Outcome| {
        outcome.review.is_none() && outcome.best.as_ref().is_some_and(|best| best.lea == outcome.record)
    };
    let linked = outcomes.iter().filter(|outcome| outcome.best.is_some() && outcome.review.is_none()).count();
    eprintln!(
        "country: {} records x {} LEAs in {:.2} CPU s, memory from {} to {} MB; {linked} linked, {} of them wrong",
        records.len(),
        leas.len(),
        seconds(&after) - seconds(&before),
        before.max_rss() / 1024,
        after.max_rss() / 1024,
        linked - outcomes.iter().filter(right).count(),
    );
}

fn usage() -> Usage {
    getrusage(UsageWho::RUSAGE_SELF).expect("a process may ask about itself")
}

fn seconds(usage: &Usage) -> f64 {
    let of = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    of(usage.user_time()) + of(usage.system_time())
}

criterion_group!(benches, country, linking);
criterion_main!(benches);
