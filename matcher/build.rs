//! A mark of the matcher's code, so that a program that links otherwise links anew.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{fs, io};

fn main() -> io::Result<()> {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files)?;
    files.sort();
    let mut mark = DefaultHasher::new();
    for file in files {
        fs::read_to_string(file)?.hash(&mut mark);
    }
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rustc-env=MATCHER_CODE={:016x}", mark.finish());
    Ok(())
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { sources(&path, found)? } else { found.push(path) }
    }
    Ok(())
}
