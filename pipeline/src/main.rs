//! `districts`: one trustworthy table of all US public school districts.
//!
//! Arguments become settings, settings a verb; data goes to stdout, words and bars to stderr; the
//! exit code is 0 when all is good, 1 when expectations were missed, 2 on an error.

mod bulk;
mod cli;
mod context;
mod crawl;
mod database;
mod extract;
mod fault;
mod fetch;
mod memory;
mod progress;
mod report;
mod run;
mod score;
mod session;
mod settings;
mod stage;
mod studio;
mod unit;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    memory::bound();
    // Before anything else is started: this process has limits.
    let mut words = std::env::args_os().skip(1);
    if let (Some(verb), Some(path), None) = (words.next(), words.next(), words.next())
        && verb == extract::VERB
    {
        extract::within_limits(path.as_ref());
        return ExitCode::SUCCESS;
    }
    let arguments = cli::Arguments::parse();
    end_quietly_with_the_reader();
    start_log();
    // reqwest takes the process's own; sqlx brings the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fault::report(&error.into()),
    };
    let outcome = runtime.block_on(cli::dispatch(arguments));
    // A cancelled blocking task must not hold up the end.
    runtime.shutdown_background();
    match outcome {
        Ok(verdict) => verdict.into(),
        Err(error) => fault::report(&error),
    }
}

/// `districts … | head` is no failure: when nobody reads on, there is nothing left to do.
fn end_quietly_with_the_reader() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let words = panic.payload().downcast_ref::<String>();
        if words.is_some_and(|words| words.starts_with("failed printing to stdout")) {
            std::process::exit(0);
        }
        usual(panic);
    }));
}

/// Diagnostics for developers, off unless `RUST_LOG` asks.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "off".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
