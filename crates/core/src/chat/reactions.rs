//! Reactions: three words that mean the same to everybody, and whatever other clients send.

use super::harmless::line;
use super::people::person;
use super::waiting::Waiting;
use crate::directory::Directory;
use consilium_api::chat::{Reaction, ReactionWord};
use matrix_sdk::Room;
use matrix_sdk::ruma::{OwnedUserId, UserId};
use matrix_sdk_ui::timeline::{ReactionInfo, ReactionStatus, ReactionsByKeyBySender};

/// Characters of a key that are shown.
const KEY: usize = 32;
/// People who are named.
const NAMED: usize = 20;
/// Keys that are shown.
const KEYS: usize = 20;

/// What stands in the event, whatever the language of who sends it.
pub(super) fn key_of(word: ReactionWord) -> &'static str {
    match word {
        ReactionWord::Agree => "Agree",
        ReactionWord::Noted => "Noted",
        ReactionWord::Query => "Query",
    }
}

fn word_of(key: &str) -> Option<ReactionWord> {
    [ReactionWord::Agree, ReactionWord::Noted, ReactionWord::Query].into_iter().find(|word| key_of(*word) == key)
}

/// A key as it is shown.
pub(super) fn shown_key(key: &str) -> String {
    line(key, KEY)
}

/// Reactions as they are shown: the words first, in their order, then the others as they came.
pub(super) async fn shown(
    reactions: &ReactionsByKeyBySender,
    waiting: &Waiting,
    directory: &Directory,
    room: &Room,
) -> Vec<Reaction> {
    let own = room.own_user_id();
    let mut shown = Vec::new();
    for (key, by_sender) in reactions.iter().take(KEYS) {
        let Some((summary, senders)) = summary(key, by_sender.iter(), waiting, own) else { continue };
        let mut people = Vec::new();
        for user in senders {
            people.push(person(directory, Some(room), user).await);
        }
        shown.push(Reaction { people, ..summary });
    }
    shown.sort_by_key(|reaction| (reaction.word.is_none(), reaction.word));
    shown
}

/// One key without the people, and the first of those, oneself before all; none if only the own one was there, which is
/// taken back.
fn summary<'a>(
    key: &str,
    by_sender: impl Iterator<Item = (&'a OwnedUserId, &'a ReactionInfo)>,
    waiting: &Waiting,
    own: &UserId,
) -> Option<(Reaction, Vec<&'a UserId>)> {
    let mut reaction =
        Reaction { word: word_of(key), key: shown_key(key), count: 0, own: false, queued: false, people: Vec::new() };
    let mut senders: Vec<&UserId> = Vec::new();
    for (user, info) in by_sender {
        let is_own = user == own;
        if let ReactionStatus::RemoteToRemote(event) = &info.status
            && is_own
            && waiting.is_taken_back(event)
        {
            continue;
        }
        reaction.count += 1;
        if is_own {
            reaction.own = true;
            reaction.queued = !matches!(info.status, ReactionStatus::RemoteToRemote(_));
            senders.insert(0, user);
        } else {
            senders.push(user);
        }
    }
    senders.truncate(NAMED);
    (reaction.count > 0).then_some((reaction, senders))
}

#[cfg(test)]
mod tests {
    use super::*;
    use matrix_sdk::ruma::{MilliSecondsSinceUnixEpoch, event_id, user_id};

    fn from(user: &UserId, status: ReactionStatus) -> (OwnedUserId, ReactionInfo) {
        (user.to_owned(), ReactionInfo { timestamp: MilliSecondsSinceUnixEpoch::now(), status })
    }

    #[test]
    fn words_are_known_by_their_key_alone() {
        for word in [ReactionWord::Agree, ReactionWord::Noted, ReactionWord::Query] {
            assert_eq!(word_of(key_of(word)), Some(word));
        }
        assert_eq!(word_of("👍"), None);
        assert_eq!(word_of("agree"), None);
    }

    #[test]
    fn the_own_one_is_first_and_says_that_it_waits() {
        let lin = user_id!("@lin:jz.example");
        let all = [
            from(user_id!("@chen:jz.example"), ReactionStatus::RemoteToRemote(event_id!("$chen").to_owned())),
            from(lin, ReactionStatus::LocalToRemote(None)),
        ];
        let (agree, senders) = summary("Agree", all.iter().map(|(u, i)| (u, i)), &Waiting::default(), lin).unwrap();
        assert_eq!((agree.count, agree.own, agree.queued), (2, true, true));
        assert_eq!(senders, [lin, user_id!("@chen:jz.example")]);
    }

    #[test]
    fn keys_of_others_are_short_and_harmless() {
        let lin = user_id!("@lin:jz.example");
        let one = [from(user_id!("@eve:x.example"), ReactionStatus::RemoteToRemote(event_id!("$e").to_owned()))];
        let key = format!("\u{202E}<b>x</b>\n{}", "x".repeat(65_536));
        let (shown, _) = summary(&key, one.iter().map(|(u, i)| (u, i)), &Waiting::default(), lin).unwrap();
        assert!(shown.key.starts_with("<b>x</b> x"));
        assert_eq!((shown.key.chars().count(), shown.word), (KEY, None));
    }
}
