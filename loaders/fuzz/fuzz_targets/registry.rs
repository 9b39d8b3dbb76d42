//! Any bytes as a declared registry file.
#![no_main]

use std::path::Path;

use loaders::registry::{Declaration, read_registry};

const DECLARATION: &str = "state = \"WY\"\ntitle = \"t\"\npublisher = \"p\"\nrepairs = [\"split_address\", \"recase\"]\n[[leaid]]\nsteps = [{ strip = \"'\" }, { pad = 6 }]\n[columns]\nname = \"Name\"\nstate_district_id = \"Id\"\nstreet = \"Street\"\nadministrator = \"Head\"\n[expect]\ndistricts = [0, 1000]\nbad_share = 1.0\n";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let declaration = Declaration::parse("wy", DECLARATION, Path::new("wy.toml")).expect("it is good");
    let file = tempfile::NamedTempFile::new().expect("the temporary folder is writable");
    std::fs::write(file.path(), bytes).expect("it is written");
    let _ = read_registry(file.path(), &declaration);
});
