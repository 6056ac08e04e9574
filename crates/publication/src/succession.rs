//! How a registry passes its signing key on: the old key signs the new one. A reader who pinned a key at the first
//! sight follows the chain from it, so that a key can be changed without anybody having to be asked.

use crate::note::{NoteError, SigningKey, VerifyingKey};

const TITLE: &str = "consilium directory key";
/// Successions that are followed; a registry that changed its key more often has to be met anew.
const MOST: usize = 100;

/// The note by which a key names the next.
pub fn passed_on(from: &SigningKey, to: &VerifyingKey) -> String {
    from.sign(&format!("{TITLE}\n{to}\n"))
}

/// The keys that follow from the pinned one, the pinned one first; `notes` may hold earlier successions too.
///
/// Errors: a note of the chain that is not one, or does not name a key.
pub fn follow<'a>(
    pinned: &VerifyingKey,
    notes: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<VerifyingKey>, NoteError> {
    let mut keys = vec![pinned.clone()];
    for note in notes.into_iter().take(MOST) {
        let text = match keys.last().unwrap_or(pinned).open(note) {
            Ok(text) => text,
            // Before the key that was pinned.
            Err(NoteError::OtherKey) if keys.len() == 1 => continue,
            Err(error) => return Err(error),
        };
        let next = text.strip_prefix(TITLE).and_then(|rest| rest.trim().parse().ok()).ok_or(NoteError::Malformed)?;
        keys.push(next);
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_followed_from_the_key_that_was_pinned() {
        let keys: Vec<SigningKey> = (1..=4).map(|n| SigningKey::new("registry", &[n; 32])).collect();
        let notes: Vec<String> = keys.windows(2).map(|k| passed_on(&k[0], &k[1].verifying())).collect();
        let notes: Vec<&str> = notes.iter().map(String::as_str).collect();
        let reached = |from: usize| follow(&keys[from].verifying(), notes.iter().copied()).unwrap();
        assert_eq!(reached(0).last(), Some(&keys[3].verifying()));
        assert_eq!(reached(2), [keys[2].verifying(), keys[3].verifying()]);
        assert_eq!(reached(3), [keys[3].verifying()]);
        // A key that nobody passed on leads nowhere, and a chain that breaks off is refused.
        let stranger = SigningKey::new("registry", &[9; 32]).verifying();
        assert_eq!(follow(&stranger, notes.iter().copied()).unwrap(), [stranger]);
        assert_eq!(follow(&keys[0].verifying(), [notes[0], notes[2]]), Err(NoteError::OtherKey));
    }
}
