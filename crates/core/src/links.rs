//! Links that the system hands over: `consilium://colleague/ID`, `consilium://conversation/ROOM[/EVENT]`, and the `matrix:`
//! URIs of the Matrix specification (appendix 4.7.1). They come from anywhere: one opens what is known here, and joins
//! nothing, writes to nobody and asks no server.

use crate::account::Active;
use consilium_api::notifications::{Destination, MessagePlace, Place};
use consilium_api::{ErrorCode, Result};
use futures::StreamExt;
use futures::stream::BoxStream;
use matrix_sdk::ruma::matrix_uri::MatrixId;
use matrix_sdk::ruma::{EventId, MatrixUri, OwnedEventId, OwnedRoomOrAliasId, OwnedUserId, RoomId, RoomOrAliasId};
use matrix_sdk::{Room, RoomState};
use percent_encoding::percent_decode_str;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;
use url::Url;

/// Bytes of a link that is looked at.
const LONGEST: usize = 2_048;

/// What a link names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// FHIR Practitioner id.
    Colleague(String),
    Account(OwnedUserId),
    Conversation {
        room: OwnedRoomOrAliasId,
        event: Option<OwnedEventId>,
    },
}

/// What an address names; none if it is no link of ours.
pub(crate) fn parse(address: &str) -> Option<Link> {
    let address = address.trim();
    if address.len() > LONGEST {
        return None;
    }
    let url = Url::parse(address).ok()?;
    match url.scheme() {
        "consilium" => own(&url),
        "matrix" => matrix(address),
        _ => None,
    }
}

fn own(url: &Url) -> Option<Link> {
    let decoded = |part: &str| percent_decode_str(part).decode_utf8().ok().map(String::from);
    let parts: Option<Vec<String>> = url.path().trim_matches('/').split('/').map(decoded).collect();
    let parts = parts?;
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match (url.host_str()?, parts.as_slice()) {
        ("colleague", [id]) if is_fhir_id(id) => Some(Link::Colleague((*id).to_owned())),
        ("conversation", [room]) => Some(Link::Conversation { room: RoomId::parse(room).ok()?.into(), event: None }),
        ("conversation", [room, event]) => {
            let (room, event) = (RoomId::parse(room).ok()?, EventId::parse(event).ok()?);
            Some(Link::Conversation { room: room.into(), event: Some(event) })
        }
        _ => None,
    }
}

/// Who is to be reached through which server, and what is to be done there, does not matter here.
fn matrix(address: &str) -> Option<Link> {
    match MatrixUri::parse(address).ok()?.id() {
        MatrixId::User(user) => Some(Link::Account(user.clone())),
        MatrixId::Room(room) => Some(Link::Conversation { room: room.clone().into(), event: None }),
        MatrixId::RoomAlias(alias) => Some(Link::Conversation { room: alias.clone().into(), event: None }),
        MatrixId::Event(room, event) => Some(Link::Conversation { room: room.clone(), event: Some(event.clone()) }),
        _ => None,
    }
}

/// FHIR R4, datatypes, id.
fn is_fhir_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
}

/// Where somebody asked to go.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// None for what is no link of ours.
    Link(Option<Link>),
    /// None for the list of conversations.
    Place(Option<MessagePlace>),
}

/// The last place that was asked for, until the window is there: it may have to be opened, or signed in to, first.
#[derive(Debug, Default)]
pub(crate) struct Destinations {
    asked: watch::Sender<Option<(u32, Asked)>>,
    last: AtomicU32,
}

impl Destinations {
    pub(crate) fn ask(&self, asked: Asked) {
        let id = self.last.fetch_add(1, Ordering::Relaxed);
        self.asked.send_replace(Some((id, asked)));
    }

    pub(crate) fn reached(&self, id: u32) {
        self.asked.send_if_modified(|asked| asked.take_if(|(asked, _)| *asked == id).is_some());
    }
}

/// Where the window is asked to go, as soon as somebody is signed in.
pub(crate) fn follow(
    destinations: &Destinations,
    sessions: watch::Receiver<Option<Arc<Active>>>,
) -> BoxStream<'static, Option<Destination>> {
    let asked = WatchStream::new(destinations.asked.subscribe());
    let places = asked.then(move |asked| {
        let mut sessions = sessions.clone();
        async move {
            let (id, asked) = asked?;
            let active = sessions.wait_for(Option::is_some).await.ok()?.clone()?;
            Some(Destination { id, place: resolve(&active, asked).await })
        }
    });
    places.boxed()
}

async fn resolve(active: &Active, asked: Asked) -> Place {
    match asked {
        Asked::Link(None) => Place::Nowhere,
        Asked::Link(Some(Link::Colleague(id))) => colleague(active.directory.colleague(&id).await.map(Some)),
        Asked::Link(Some(Link::Account(user))) => colleague(active.directory.me(user.as_str()).await),
        Asked::Link(Some(Link::Conversation { room, event })) => match named(active, &room).await {
            Some(room) => Place::Conversation {
                room_id: room.room_id().to_string(),
                event_id: event.map(|event| event.to_string()),
            },
            None => Place::UnknownConversation,
        },
        Asked::Place(None) => Place::Conversations,
        Asked::Place(Some(MessagePlace { room_id, event_id })) => Place::Conversation { room_id, event_id },
    }
}

fn colleague(card: Result<Option<consilium_api::directory::ColleagueCard>>) -> Place {
    match card {
        Ok(Some(card)) => Place::Colleague { practitioner_id: card.id },
        Ok(None) => Place::UnknownColleague,
        Err(error) => {
            if error.code != ErrorCode::NotFound {
                tracing::warn!(code = ?error.code, "whom a link names could not be looked up");
            }
            Place::UnknownColleague
        }
    }
}

/// The conversation of this id or alias, if the doctor is in it or invited.
async fn named(active: &Active, name: &RoomOrAliasId) -> Option<Room> {
    let is_own = |room: &Room| matches!(room.state(), RoomState::Joined | RoomState::Invited) && !room.is_space();
    if let Ok(id) = <&RoomId>::try_from(name) {
        return active.client.get_room(id).filter(is_own);
    }
    active.client.rooms().into_iter().filter(is_own).find(|room| {
        room.canonical_alias().is_some_and(|alias| alias.as_str() == name.as_str())
            || room.alt_aliases().iter().any(|alias| alias.as_str() == name.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    fn conversation(room: &str, event: Option<&str>) -> Option<Link> {
        let event = event.map(|event| EventId::parse(event).unwrap());
        Some(Link::Conversation { room: RoomOrAliasId::parse(room).unwrap(), event })
    }

    #[test]
    fn links_name_colleagues_conversations_and_messages() {
        let lin = Some(Link::Account("@lin.jianing:jz.example".try_into().unwrap()));
        for (address, expected) in [
            ("matrix:u/lin.jianing:jz.example", lin.clone()),
            (" matrix:u/lin.jianing:jz.example?action=chat\n", lin.clone()),
            ("MATRIX:u/lin.jianing:jz.example", lin),
            ("matrix:r/forum:jz.example?action=join&via=jz.example", conversation("#forum:jz.example", None)),
            ("matrix:roomid/forum:jz.example", conversation("!forum:jz.example", None)),
            ("matrix:roomid/forum:jz.example/e/abc?via=jz.example", conversation("!forum:jz.example", Some("$abc"))),
            ("matrix:r/forum:jz.example/e/abc", conversation("#forum:jz.example", Some("$abc"))),
            ("consilium://colleague/p-12", Some(Link::Colleague("p-12".into()))),
            ("consilium://conversation/%21forum%3Ajz.example", conversation("!forum:jz.example", None)),
            ("consilium://conversation/!forum:jz.example/$abc", conversation("!forum:jz.example", Some("$abc"))),
        ] {
            assert_eq!(parse(address), expected, "{address}");
        }
    }

    #[test]
    fn what_is_no_link_of_ours_leads_nowhere() {
        let long = format!("consilium://colleague/{}", "p".repeat(65));
        let longer = format!("matrix:u/{}:jz.example", "p".repeat(LONGEST));
        for address in [
            "",
            "matrix:",
            "matrix:u/",
            "matrix:u/lin",
            "matrix:x/lin:jz.example",
            "matrix:roomid/forum:jz.example/e/",
            "matrix:u/lin:jz.example?action=join&action=chat",
            "consilium:",
            "consilium://",
            "consilium://colleague/",
            "consilium://colleague/p%2F12",
            "consilium://colleague/张伟",
            "consilium://conversation/forum",
            "consilium://conversation/%FF%FE",
            "consilium://conversation/!forum:jz.example/$a/b",
            "consilium://settings/security",
            "https://matrix.to/#/@lin:jz.example",
            "javascript:alert(1)",
            "file:///etc/passwd",
            &long,
            &longer,
        ] {
            assert_eq!(parse(address), None, "{address}");
        }
    }

    /// Whatever comes, nothing breaks, and what is named is well formed.
    #[test]
    fn hostile_addresses_are_read_without_harm() {
        const BEGINNINGS: &[&str] =
            &["", "matrix:u/", "matrix:roomid/", "consilium://colleague/", "consilium://conversation/!a:"];
        const PIECES: &[&str] = &[
            "matrix:",
            "consilium:",
            "//",
            "/",
            "u",
            "r",
            "roomid",
            "e",
            "colleague",
            "conversation",
            "@",
            "!",
            "#",
            "$",
            ":",
            "%",
            "%00",
            "%2F",
            "%F0",
            "..",
            "?",
            "&",
            "=",
            "action",
            "via",
            "join",
            "lin.jianing",
            "jz.example",
            "[::1]",
            "\u{0}",
            "\u{202E}",
            "林",
            "👨‍⚕️",
            "a\u{301}",
            " ",
            "\n",
            "<script>",
            "://",
            ":99999",
            "xn--",
            "\\",
        ];
        let mut random = StdRng::seed_from_u64(20_261_103);
        let mut named = 0;
        for _ in 0..50_000 {
            let mut address = BEGINNINGS[random.random_range(0..BEGINNINGS.len())].to_owned();
            for _ in 0..random.random_range(0..14) {
                address.push_str(PIECES[random.random_range(0..PIECES.len())]);
            }
            match parse(&address) {
                Some(Link::Colleague(id)) => assert!(is_fhir_id(&id), "{address}"),
                Some(Link::Account(user)) => assert!(user.as_str().starts_with('@'), "{address}"),
                Some(Link::Conversation { room, .. }) => assert!(room.as_str().starts_with(['!', '#']), "{address}"),
                None => continue,
            }
            named += 1;
        }
        assert!(named > 0, "some of them are links");
        for _ in 0..2_000 {
            let bytes: Vec<u8> = (0..random.random_range(0..600)).map(|_| random.random()).collect();
            let _ = parse(&format!("matrix:{}", String::from_utf8_lossy(&bytes)));
            let _ = parse(&format!("consilium://{}", String::from_utf8_lossy(&bytes)));
        }
    }
}
