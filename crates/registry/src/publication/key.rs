//! The keys that sign the published directory.

use crate::database::schema::directory_keys;
use crate::database::{self, Connection};
use crate::problem::Problem;
use crate::secrets::Use;
use crate::state::Registry;
use anyhow::Context as _;
use consilium_publication::{SigningKey, VerifyingKey, succession};
use diesel::prelude::*;

/// The key that signs now; the first one is made when it is asked for.
pub fn current(app: &Registry) -> anyhow::Result<SigningKey> {
    app.database.write_now(|c| match last(c, app)? {
        Some((_, key)) => Ok(key),
        None => made(c, app, 0, None),
    })
}

/// Makes a new key, which the one before names; readers follow by themselves. Returns it as they know it.
pub fn pass_on(app: &Registry) -> anyhow::Result<VerifyingKey> {
    let key = app.database.write_now(|c| {
        let before = last(c, app)?;
        let number = before.as_ref().map_or(0, |(number, _)| number + 1);
        made(c, app, number, before.map(|(_, key)| key))
    })?;
    Ok(key.verifying())
}

fn last(c: &mut Connection, app: &Registry) -> anyhow::Result<Option<(i64, SigningKey)>> {
    let row: Option<(i64, Vec<u8>)> = directory_keys::table
        .order(directory_keys::number.desc())
        .select((directory_keys::number, directory_keys::seed_sealed))
        .first(c)
        .optional()?;
    let Some((number, sealed)) = row else { return Ok(None) };
    let seed = app.secrets.open(Use::DirectoryKey, &number.to_string(), &sealed)?;
    let seed: &[u8; 32] = seed.as_slice().try_into().context("a stored key has another length")?;
    Ok(Some((number, SigningKey::new(name(c, number)?, seed))))
}

/// Which directory a checkpoint is of: the database's own.
pub fn origin(c: &mut Connection) -> anyhow::Result<String> {
    Ok(format!("consilium-directory/{}", database::id(c)?))
}

/// A key's name begins with the directory that it signs.
fn name(c: &mut Connection, number: i64) -> anyhow::Result<String> {
    Ok(format!("{}/{number}", origin(c)?))
}

fn made(c: &mut Connection, app: &Registry, number: i64, before: Option<SigningKey>) -> anyhow::Result<SigningKey> {
    let seed = zeroize::Zeroizing::new(app.random.bytes::<32>());
    let key = SigningKey::new(name(c, number)?, &seed);
    let sealed = app.secrets.seal(Use::DirectoryKey, &number.to_string(), seed.as_ref(), &app.random)?;
    diesel::insert_into(directory_keys::table)
        .values((
            directory_keys::number.eq(number),
            directory_keys::verifying.eq(key.verifying().to_string()),
            directory_keys::seed_sealed.eq(sealed),
            directory_keys::passed_on.eq(before.map(|before| succession::passed_on(&before, &key.verifying()))),
            directory_keys::made_at.eq(app.now()),
        ))
        .execute(c)?;
    Ok(key)
}

/// The key that signs now, as readers know it; none before the first publication.
pub fn verifying(c: &mut Connection) -> Result<Option<String>, Problem> {
    Ok(directory_keys::table
        .order(directory_keys::number.desc())
        .select(directory_keys::verifying)
        .first(c)
        .optional()?)
}

/// The notes by which each key named the next, the oldest first.
pub fn successions(c: &mut Connection) -> Result<Vec<String>, Problem> {
    Ok(directory_keys::table
        .filter(directory_keys::passed_on.is_not_null())
        .order(directory_keys::number)
        .select(directory_keys::passed_on.assume_not_null())
        .load(c)?)
}
