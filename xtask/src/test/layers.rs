//! Which part may know which: dependencies run one way.

use anyhow::{Result, bail};

use crate::repo::Repo;

/// `(package, must not depend on)`.
const FORBIDDEN: &[(&str, &str)] = &[
    ("consilium-core", "tauri"),
    ("consilium-devhost", "tauri"),
    ("consilium-api", "tokio"),
    ("consilium-api", "matrix-sdk"),
    ("consilium-api", "tauri"),
    ("consilium-fhir", "tokio"),
    ("consilium-registry-api", "tokio"),
    ("consilium-registry", "consilium-core"),
    ("consilium-registry", "matrix-sdk"),
];

/// Fails with the first chain of dependencies that runs the wrong way.
pub fn check(repo: &Repo) -> Result<()> {
    for (package, forbidden) in FORBIDDEN {
        let args = ["tree", "--package", package, "--edges", "normal", "--invert", forbidden];
        let output = repo.cargo(&args).output()?;
        let tree = String::from_utf8_lossy(&output.stdout);
        // Cargo prints nothing, or knows no such package, where there is no such dependency.
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() && !said.contains("did not match any packages") {
            bail!("cargo tree failed: {}", said.trim());
        }
        if !tree.trim().is_empty() {
            bail!("{package} must not depend on {forbidden}:\n{}", tree.trim());
        }
    }
    Ok(())
}
