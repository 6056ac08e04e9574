use std::path::{Path, PathBuf};

/// The checkout whose tests run: the one that cargo says, since a program that several share was built in another. Started by
/// hand, the one it was built in.
pub fn checkout() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let root = package.ancestors().find(|folder| folder.join("deploy/synapse").is_dir());
    root.unwrap_or(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).to_owned()
}
