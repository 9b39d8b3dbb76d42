//! The program as its users run it.

mod embedded;
mod errors;
mod faults;
mod graph;
mod help;
mod project;
mod real;
mod run;
