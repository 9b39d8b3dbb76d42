//! Any bytes as a file that nobody declared; what is inferred must itself be a good declaration.
#![no_main]

use std::path::Path;

use loaders::registry::Declaration;
use loaders::registry::infer::{Hints, KnownLeas, infer};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let known = KnownLeas::new([("0101".to_owned(), "Albany".to_owned()), ("0202".to_owned(), "Laramie".to_owned())]);
    let file = tempfile::NamedTempFile::new().expect("the temporary folder is writable");
    std::fs::write(file.path(), bytes).expect("it is written");
    if let Ok(proposal) = infer(file.path(), "WY", &Hints::default(), &known) {
        Declaration::parse("wy", &proposal.toml, Path::new("inferred")).expect("a proposal is a good declaration");
    }
});
