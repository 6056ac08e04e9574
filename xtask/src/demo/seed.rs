//! Fills a fresh demo: colleagues, a verifier, doctors with accounts, applications that wait.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use consilium_registry_api::EvidenceKind;

use super::applications::{Application, Parties, Review};
use super::cast::{APPLICANTS, Doctor, PHYSICIANS, VERIFIER};
use super::people::{Date, colleagues, organizations, practitioners};
use super::state::{Account, DemoDir};
use crate::servers::random_bytes;
use crate::servers::registry::{Settings, Verifier};

/// Imports the first `size` colleagues and all hospitals; those who are there already are only brought up to date.
pub fn import(demo: &DemoDir, registry: &Settings, size: usize) -> Result<()> {
    let folder = demo.folder("import")?;
    registry.import(&population(&folder, size)?)?;
    fs::remove_dir_all(&folder).context("removing imported files")
}

/// Writes the first `size` colleagues and all hospitals as files for an import, the hospitals first.
pub fn population(folder: &Path, size: usize) -> Result<[PathBuf; 2]> {
    let files = [folder.join("organizations.ndjson"), folder.join("practitioners.ndjson")];
    let open =
        |path: &Path| File::create(path).map(BufWriter::new).with_context(|| format!("writing {}", path.display()));
    let mut out = open(&files[0])?;
    organizations(&mut out)?;
    out.flush()?;
    let mut out = open(&files[1])?;
    practitioners(colleagues(size, Date::today()), &mut out)?;
    out.flush()?;
    Ok(files)
}

/// Makes the verifier on the registry's command line.
pub fn appoint_verifier(registry: &Settings) -> Result<Account> {
    let doctor = &VERIFIER;
    let hospital = doctor.hospital().context("the verifier's hospital is not one of ours")?;
    let password = password()?;
    let created = registry.create_verifier(
        &Verifier {
            han_name: doctor.han,
            latin_name: doctor.latin,
            title: doctor.title,
            department: doctor.department,
            organization_id: hospital.id,
            organization_name: hospital.name(),
            city: hospital.city.han,
            email: &doctor.email(),
            phone: doctor.phone,
        },
        &password,
    )?;
    Ok(account(doctor, created.user_id, password, "verifier"))
}

/// Takes the demo's physicians from application to account, then leaves some applications undecided.
pub fn register(parties: Parties<'_>, verifier: &Account) -> Result<Vec<Account>> {
    let review = Review::begin(parties, &verifier.user_id, &verifier.password)?;
    let mut accounts = Vec::new();
    for doctor in PHYSICIANS {
        let application = Application::submit(parties, doctor, &[EvidenceKind::Licence])?;
        review.approve(&application)?;
        let password = password()?;
        let user_id = application.make_account(&password).with_context(|| format!("account of {}", doctor.latin))?;
        accounts.push(account(doctor, user_id, password, "physician"));
    }
    for doctor in APPLICANTS {
        Application::submit(parties, doctor, &[EvidenceKind::Licence, EvidenceKind::StaffCard])?;
    }
    review.end()?;
    Ok(accounts)
}

fn account(doctor: &Doctor, user_id: String, password: String, role: &str) -> Account {
    Account {
        name: doctor.name().to_owned(),
        latin_name: doctor.latin.to_owned(),
        user_id,
        password,
        role: role.to_owned(),
    }
}

/// Easy to type and to read out: `kobe-ruso-dima-4827`.
fn password() -> Result<String> {
    // A remainder favours some vowels and digits a little: even enough for accounts that exist on this machine alone.
    let mut random = random_bytes()?.into_iter();
    let mut letter = |from: &[u8]| char::from(from[usize::from(random.next().unwrap_or_default()) % from.len()]);
    let mut groups = Vec::new();
    for _ in 0..3 {
        let mut group = String::new();
        for _ in 0..2 {
            group.push(letter(b"bdfghklmnprstvwz"));
            group.push(letter(b"aeiou"));
        }
        groups.push(group);
    }
    groups.push((0..4).map(|_| letter(b"0123456789")).collect());
    Ok(groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::password;

    #[test]
    fn passwords_differ_and_are_long_enough() -> anyhow::Result<()> {
        assert_ne!(password()?, password()?);
        assert_eq!(password()?.len(), 19);
        Ok(())
    }
}
