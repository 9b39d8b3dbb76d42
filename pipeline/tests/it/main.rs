//! The program as its users run it.

mod crawl;
mod embedded;
mod errors;
mod export;
mod faults;
mod fetch;
mod graph;
mod help;
mod history;
mod migrating;
mod model_server;
mod pooler;
mod project;
mod publisher;
mod real;
mod review;
mod run;
mod searching;
mod studio;
mod website;
