//! Clients that are not ours: fhirclient (SMART, with its own models of R4) and fhirpy, in Python.

use crate::colleagues::Directory;
use tokio::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn clients_of_the_field_read_search_and_page_the_history() -> anyhow::Result<()> {
    let directory = Directory::start_on(consilium_testbed::Backend::Sqlite).await?;
    let script = consilium_testbed::checkout().join("crates/registry/tests/fhir/interop.py");
    let output = Command::new(directory.bed.python())
        .arg(script)
        .arg(format!("{}/fhir", directory.bed.registry_url()))
        .arg(&directory.session.access_token)
        .kill_on_drop(true)
        .output()
        .await?;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    // Four hospitals, seven colleagues with a role each, the statement, and the refusals.
    assert!(said.contains("18 resources and 3 outcomes are valid R4"), "{said}");
    Ok(())
}
