//! What stands on the screen: one notification for each conversation, for all its messages that were told and are not read.

use super::judging::Told;
use consilium_api::notifications::{
    MessagePlace, Notification, NotificationKind, NotificationSource, NotificationUpdate,
};
use matrix_sdk::ruma::{EventId, OwnedUserId, RoomId};
use std::collections::{BTreeMap, BTreeSet};

/// Messages of one conversation that are remembered, to say less when one is recalled.
const MOST: usize = 50;
/// Key of the one that stands for several conversations.
pub(super) const SEVERAL: &str = "several";

/// A message, and what a notification shows of it.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub told: Told,
    /// None if the person wants no name on the screen.
    pub source: Option<NotificationSource>,
}

#[derive(Debug, Default)]
struct Pile {
    lines: Vec<Line>,
    /// Those before them.
    more: u32,
    invitation: Option<Notification>,
}

impl Pile {
    fn notification(&self, room: &str) -> Option<Notification> {
        let Some(last) = self.lines.last() else { return self.invitation.clone() };
        let count = u32::try_from(self.lines.len()).unwrap_or(u32::MAX).saturating_add(self.more);
        Some(Notification {
            key: room.to_owned(),
            about: NotificationKind::Messages { count, mention: last.told.mention },
            source: last.source.clone(),
            text: last.told.text.clone(),
            place: Some(MessagePlace { room_id: room.to_owned(), event_id: Some(last.told.event.to_string()) }),
        })
    }
}

#[derive(Debug, Default)]
pub(super) struct Standing {
    rooms: BTreeMap<String, Pile>,
    /// Conversations that one stands for.
    several: BTreeSet<String>,
}

impl Standing {
    pub(super) fn all(&self) -> Vec<Notification> {
        let several = (!self.several.is_empty()).then(|| several(&self.several));
        self.rooms.iter().filter_map(|(room, pile)| pile.notification(room)).chain(several).collect()
    }

    /// Adds messages of one conversation.
    pub(super) fn add(&mut self, room: &RoomId, lines: Vec<Line>) -> Option<NotificationUpdate> {
        let pile = self.rooms.entry(room.to_string()).or_default();
        pile.lines.extend(lines);
        let over = pile.lines.len().saturating_sub(MOST);
        pile.lines.drain(..over);
        pile.more = pile.more.saturating_add(u32::try_from(over).unwrap_or(u32::MAX));
        let notification = pile.notification(room.as_str())?;
        Some(NotificationUpdate::Show { notification, quietly: false })
    }

    pub(super) fn invite(&mut self, room: &RoomId, source: Option<NotificationSource>) -> NotificationUpdate {
        let place = MessagePlace { room_id: room.to_string(), event_id: None };
        let notification = Notification {
            key: room.to_string(),
            about: NotificationKind::Invitation,
            source,
            text: None,
            place: Some(place),
        };
        self.rooms.entry(room.to_string()).or_default().invitation = Some(notification.clone());
        NotificationUpdate::Show { notification, quietly: false }
    }

    /// One for these conversations, and for those that the one before stood for.
    pub(super) fn add_several(&mut self, rooms: impl IntoIterator<Item = String>) -> NotificationUpdate {
        self.several.extend(rooms);
        NotificationUpdate::Show { notification: several(&self.several), quietly: false }
    }

    /// Who wrote a message that is told.
    pub(super) fn sender_of(&self, room: &RoomId, event: &EventId) -> Option<OwnedUserId> {
        let lines = &self.rooms.get(room.as_str())?.lines;
        lines.iter().find(|line| line.told.event == event).map(|line| line.told.sender.clone())
    }

    pub(super) fn has(&self, room: &RoomId) -> bool {
        self.rooms.contains_key(room.as_str())
    }

    /// An invitation was answered, or taken back.
    pub(super) fn answered(&mut self, room: &RoomId) -> Option<NotificationUpdate> {
        self.rooms.get_mut(room.as_str())?.invitation.take()?;
        if self.rooms.get(room.as_str()).is_some_and(|pile| pile.lines.is_empty()) { self.read(room) } else { None }
    }

    /// A message is not there any more.
    pub(super) fn recall(&mut self, room: &RoomId, event: &EventId) -> Option<NotificationUpdate> {
        let pile = self.rooms.get_mut(room.as_str())?;
        let at = pile.lines.iter().position(|line| line.told.event == event)?;
        pile.lines.remove(at);
        match pile.notification(room.as_str()) {
            Some(notification) => Some(NotificationUpdate::Show { notification, quietly: true }),
            None => self.read(room),
        }
    }

    /// The conversation was read, or is before the doctor.
    pub(super) fn read(&mut self, room: &RoomId) -> Option<NotificationUpdate> {
        self.rooms.remove(room.as_str())?;
        Some(NotificationUpdate::Withdraw { key: room.to_string() })
    }

    /// Somebody looks at the window: what came meanwhile stands there.
    pub(super) fn looked(&mut self) -> Option<NotificationUpdate> {
        if self.several.is_empty() {
            return None;
        }
        self.several.clear();
        Some(NotificationUpdate::Withdraw { key: SEVERAL.to_owned() })
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

fn several(rooms: &BTreeSet<String>) -> Notification {
    let conversations = u32::try_from(rooms.len()).unwrap_or(u32::MAX);
    Notification {
        key: SEVERAL.to_owned(),
        about: NotificationKind::Several { conversations },
        source: None,
        text: None,
        place: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_api::account::Name;
    use matrix_sdk::ruma::{event_id, owned_user_id, room_id};

    fn line(event: &EventId, text: &str) -> Line {
        let told = Told {
            event: event.to_owned(),
            sender: owned_user_id!("@chen:example.org"),
            mention: false,
            text: Some(text.to_owned()),
        };
        let source = NotificationSource { sender: Name { han: "陈思远".into(), latin: String::new() }, group: None };
        Line { told, source: Some(source) }
    }

    fn shown(update: Option<NotificationUpdate>) -> (Option<String>, NotificationKind, bool) {
        match update {
            Some(NotificationUpdate::Show { notification, quietly }) => {
                (notification.text, notification.about, quietly)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn messages_of_one_conversation_are_one_notification() {
        let room = room_id!("!a:example.org");
        let mut standing = Standing::default();
        standing.add(room, vec![line(event_id!("$1"), "first")]);
        let (text, about, quietly) = shown(standing.add(room, vec![line(event_id!("$2"), "second")]));
        assert_eq!((text.as_deref(), quietly), (Some("second"), false));
        assert_eq!(about, NotificationKind::Messages { count: 2, mention: false });
        for n in 3..200 {
            standing.add(room, vec![line(&EventId::parse(format!("${n}")).unwrap(), "more")]);
        }
        let [one] = standing.all().try_into().unwrap();
        assert_eq!(one.about, NotificationKind::Messages { count: 199, mention: false });
        assert_eq!(one.place.unwrap().event_id.as_deref(), Some("$199"));
        assert_eq!(standing.read(room), Some(NotificationUpdate::Withdraw { key: room.to_string() }));
        assert_eq!((standing.read(room), standing.all()), (None, vec![]));
    }

    #[test]
    fn what_is_recalled_goes_from_it() {
        let (room, other) = (room_id!("!a:example.org"), room_id!("!b:example.org"));
        let mut standing = Standing::default();
        standing.add(room, vec![line(event_id!("$1"), "first"), line(event_id!("$2"), "second")]);
        assert_eq!(standing.recall(room, event_id!("$9")), None);
        assert_eq!(standing.recall(other, event_id!("$1")), None);
        let (text, about, quietly) = shown(standing.recall(room, event_id!("$2")));
        assert_eq!((text.as_deref(), quietly), (Some("first"), true));
        assert_eq!(about, NotificationKind::Messages { count: 1, mention: false });
        let gone = standing.recall(room, event_id!("$1"));
        assert_eq!(gone, Some(NotificationUpdate::Withdraw { key: room.to_string() }));
    }

    #[test]
    fn many_conversations_are_one_until_somebody_looks() {
        let mut standing = Standing::default();
        let rooms = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        standing.add_several(rooms(&["!a", "!b", "!c", "!d"]));
        let (_, about, _) = shown(Some(standing.add_several(rooms(&["!d", "!e"]))));
        assert_eq!(about, NotificationKind::Several { conversations: 5 });
        assert!(standing.looked().is_some() && standing.looked().is_none());
    }
}
