//! Any bytes as each of the federal files.
#![no_main]

use loaders::nces::{read_directory, read_membership, read_search_page, read_staff};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let file = tempfile::NamedTempFile::new().expect("the temporary folder is writable");
    std::fs::write(file.path(), bytes).expect("it is written");
    let _ = read_directory(file.path());
    let _ = read_membership(file.path());
    let _ = read_staff(file.path());
    let _ = read_search_page(file.path());
});
