//! An up-to-date database asked again, beside `select 1` on a new connection to the same server.
#![allow(missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use migrations::testing::TestDatabase;
use sqlx::ConnectOptions;

fn migrating(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let database = runtime.block_on(TestDatabase::new());
    let options = database.options();
    let mut group = criterion.benchmark_group("migrating");
    group.bench_function("up, nothing to do", |bench| {
        bench.iter(|| runtime.block_on(migrations::runner::up(&options, |_| {})).expect("the schema is current"));
    });
    group.bench_function("peer: connect and select 1", |bench| {
        bench.iter(|| {
            runtime.block_on(async {
                let mut connection = options.connect().await?;
                sqlx::query("select 1").execute(&mut connection).await
            })
        })
    });
    group.finish();
}

criterion_group!(benches, migrating);
criterion_main!(benches);
