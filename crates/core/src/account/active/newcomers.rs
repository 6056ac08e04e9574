//! Colleagues who accept an invitation. A homeserver tells of new devices of those who are in a room with one, neither of those
//! who are only invited to it, nor when they come in (Synapse): whoever signs in for the first time after they were invited has
//! devices nobody here knows of, and would read nothing that is written to them, for good.
//!
//! So their devices are asked for when they come in. What was written to them before that is handed on to them by whoever
//! invited them, where the conversation lets those who come later read it (MSC4268).

use super::{Active, RETRY, is_passing, load, save};
use crate::account::error::matrix_error;
use consilium_api::Result;
use matrix_sdk::ruma::events::room::member::MembershipState;
use matrix_sdk::ruma::{OwnedRoomId, OwnedUserId, UserId};
use matrix_sdk::sync::{JoinedRoomUpdate, RoomUpdates, State};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

/// Key in the SDK's store of who came in and was not seen to yet.
const NEWCOMERS: &[u8] = b"consilium.newcomers";

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Newcomer {
    room: OwnedRoomId,
    user: OwnedUserId,
    /// The doctor invited them.
    own: bool,
}

impl Active {
    pub(super) async fn watch_newcomers(self: Arc<Self>, mut updates: broadcast::Receiver<RoomUpdates>) {
        let mut waiting: BTreeSet<Newcomer> = load(&self.client, NEWCOMERS).await;
        let mut pause = RETRY.0;
        let mut from = Instant::now();
        loop {
            let next = waiting.first().cloned();
            let due = async {
                match &next {
                    Some(newcomer) => {
                        tokio::time::sleep_until(from).await;
                        self.online().await;
                        newcomer
                    }
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                update = updates.recv() => match update {
                    Ok(update) => {
                        let new = self.newcomers(&update);
                        if !new.is_empty() {
                            waiting.extend(new);
                            save(&self.client, NEWCOMERS, &waiting).await;
                        }
                    }
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                },
                newcomer = due => match self.welcome(newcomer).await {
                    Err(error) if is_passing(error.code) => {
                        from = Instant::now() + pause;
                        pause = (pause * 2).min(RETRY.1);
                    }
                    _ => {
                        waiting.remove(newcomer);
                        save(&self.client, NEWCOMERS, &waiting).await;
                        pause = RETRY.0;
                    }
                },
            }
        }
    }

    fn newcomers(&self, updates: &RoomUpdates) -> Vec<Newcomer> {
        let Some(own) = self.client.user_id() else { return Vec::new() };
        let mut found = Vec::new();
        for (id, update) in &updates.joined {
            if self.client.get_room(id).is_some_and(|room| room.encryption_state().is_encrypted()) {
                let accepted = events(update).filter_map(Accepted::of).filter(|accepted| accepted.user != own);
                found.extend(accepted.map(|Accepted { user, inviter }| Newcomer {
                    room: id.clone(),
                    user,
                    own: inviter.as_deref() == Some(own),
                }));
            }
        }
        found
    }

    async fn welcome(&self, Newcomer { room, user, own }: &Newcomer) -> Result<()> {
        let Some(room) = self.client.get_room(room) else { return Ok(()) };
        let asked = self.client.encryption().request_user_identity(user).await;
        asked.map_err(|error| matrix_error(&error))?;
        if *own && is_there(&room, user).await {
            // The SDK hands keys on with an invitation alone. This one the homeserver refuses, for they are in the room.
            let invited = room.invite_user_by_id(user).await.map_err(|error| matrix_error(&error));
            return invited.or_else(|error| if is_passing(error.code) { Err(error) } else { Ok(()) });
        }
        Ok(())
    }
}

async fn is_there(room: &matrix_sdk::Room, user: &UserId) -> bool {
    let member = room.get_member_no_sync(user).await.ok().flatten();
    member.is_some_and(|member| *member.membership() == MembershipState::Join)
}

/// All events of an update, as they came.
fn events(update: &JoinedRoomUpdate) -> impl Iterator<Item = &RawValue> {
    let (State::Before(state) | State::After(state)) = &update.state;
    let timeline = update.timeline.events.iter().map(|event| event.raw().json());
    state.iter().map(|event| event.json()).chain(timeline)
}

/// Somebody who accepted an invitation.
#[derive(Debug, PartialEq, Eq)]
struct Accepted {
    user: OwnedUserId,
    /// Who invited them.
    inviter: Option<OwnedUserId>,
}

impl Accepted {
    fn of(event: &RawValue) -> Option<Self> {
        #[derive(Deserialize)]
        struct Event {
            #[serde(rename = "type")]
            kind: String,
            sender: OwnedUserId,
            state_key: OwnedUserId,
            content: Membership,
            unsigned: Unsigned,
        }
        #[derive(Deserialize)]
        struct Membership {
            membership: MembershipState,
        }
        #[derive(Deserialize)]
        struct Unsigned {
            prev_content: Membership,
            prev_sender: Option<OwnedUserId>,
        }
        let event: Event = serde_json::from_str(event.get()).ok()?;
        let accepted = event.kind == "m.room.member"
            && event.sender == event.state_key
            && event.content.membership == MembershipState::Join
            && event.unsigned.prev_content.membership == MembershipState::Invite;
        accepted.then_some(Self { user: event.state_key, inviter: event.unsigned.prev_sender })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json, value::to_raw_value};

    fn event(before: &str, now: &str, sender: &str) -> Value {
        json!({
            "type": "m.room.member", "event_id": "$e", "origin_server_ts": 1, "state_key": "@weiss:jz.example",
            "sender": sender, "content": { "membership": now, "displayname": "Hannah Weiss" },
            "unsigned": { "prev_content": { "membership": before }, "prev_sender": "@lin:jz.example", "age": 5 },
        })
    }

    #[test]
    fn only_who_accepts_an_invitation_is_new() {
        let read = |event: &Value| Accepted::of(&to_raw_value(event).unwrap());
        let weiss = "@weiss:jz.example";
        let accepted = read(&event("invite", "join", weiss)).unwrap();
        assert_eq!(accepted.user, weiss);
        assert_eq!(accepted.inviter.unwrap(), "@lin:jz.example");
        // Another name, an invitation, a removal.
        for other in
            [event("join", "join", weiss), event("leave", "invite", weiss), event("invite", "join", "@lin:jz.example")]
        {
            assert_eq!(read(&other), None, "{other}");
        }
        let mut hostile = event("invite", "join", weiss);
        hostile["unsigned"] = json!({ "prev_content": [] });
        assert_eq!(read(&hostile), None);
        assert_eq!(read(&json!([])), None);
    }
}
