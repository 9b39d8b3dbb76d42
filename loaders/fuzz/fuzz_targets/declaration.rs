//! Any text as a declaration.
#![no_main]

use std::path::Path;

use loaders::registry::Declaration;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = Declaration::parse("wy", text, Path::new("wy.toml"));
});
