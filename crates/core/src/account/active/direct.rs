//! Conversations of two: the one there is, or a new one.

use super::reads::is_passing;
use super::{Active, lock};
use crate::account::error::{http_error, matrix_error};
use crate::chat;
use consilium_api::account::Link;
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::config::RequestConfig;
use matrix_sdk::room::RoomMember;
use matrix_sdk::ruma::api::client::room::create_room;
use matrix_sdk::ruma::events::InitialStateEvent;
use matrix_sdk::ruma::events::room::encryption::RoomEncryptionEventContent;
use matrix_sdk::ruma::events::room::member::MembershipState;
use matrix_sdk::ruma::{OwnedRoomId, OwnedUserId, RoomId, UserId};
use matrix_sdk::{Room, RoomState};
use std::time::Duration;

impl Active {
    /// The account of a colleague whom one writes to. `NotFound` if nobody listed has the id, `NotJoined` if they have no
    /// account, `InvalidInput` for one's own.
    pub(crate) async fn account_of(&self, practitioner_id: &str) -> Result<String> {
        let card = self.directory.colleague(practitioner_id).await?;
        if card.me {
            return Err(Error::new(ErrorCode::InvalidInput, "one's own card"));
        }
        card.user_id.ok_or_else(|| Error::new(ErrorCode::NotJoined, "the colleague has no account"))
    }

    /// The one-to-one conversation with an account: the one there is, an invitation from them, or a new one.
    pub(crate) async fn conversation_with(&self, user_id: &str) -> Result<OwnedRoomId> {
        let user = UserId::parse(user_id)
            .map_err(|_| Error::new(ErrorCode::Internal, "the directory holds an invalid account"))?;
        let _starting = self.starting.lock().await;
        if let Some(room) = self.known_conversation(&user).await {
            if self.begun_with(room.room_id()).is_some() {
                self.arrives(room.room_id()).await?;
            }
            // Whoever declined or left is asked again: what is written would reach nobody.
            if self.has_gone(&room, &user).await? {
                room.invite_user_by_id(&user).await.map_err(|error| matrix_error(&error))?;
            }
            return Ok(room.room_id().to_owned());
        }
        for room in self.client.invited_rooms() {
            if !chat::is_group(&room) && chat::peer(&room).await.as_ref() == Some(&user) {
                room.join().await.map_err(|error| matrix_error(&error))?;
                return Ok(room.room_id().to_owned());
            }
        }
        self.make_conversation(&user).await
    }

    /// Whether the colleague is not in a conversation any more. The homeserver is asked only if this machine knows nothing of
    /// them there; whoever cannot be asked about has not gone.
    async fn has_gone(&self, room: &Room, user: &UserId) -> Result<bool> {
        let known = room.get_member_no_sync(user).await.map_err(|error| matrix_error(&error))?;
        let member = match known {
            Some(_) => known,
            None if self.link() == Link::Offline => return Ok(false),
            None => match room.get_member(user).await.map_err(|error| matrix_error(&error)) {
                Err(error) if is_passing(error.code) => return Ok(false),
                asked => asked?,
            },
        };
        let there = |member: RoomMember| matches!(member.membership(), MembershipState::Join | MembershipState::Invite);
        Ok(!member.is_some_and(there))
    }

    /// The joined, encrypted room of the two, whether or not it is marked as direct.
    async fn known_conversation(&self, user: &UserId) -> Option<Room> {
        if let Some(room) = self.client.get_dm_room(user) {
            return Some(room);
        }
        let begun = lock(&self.begun).iter().find(|(_, with)| *with == user).map(|(room, _)| room.clone());
        if let Some(room) = begun.and_then(|room| self.client.get_room(&room))
            && room.state() == RoomState::Joined
        {
            return Some(room);
        }
        for room in self.client.joined_rooms() {
            if !chat::is_group(&room)
                && room.encryption_state().is_encrypted()
                && chat::peer(&room).await.as_deref() == Some(user)
            {
                // Marked when it was made, unless the answer was lost then.
                let _ = self.client.account().mark_as_dm(room.room_id(), &[user.to_owned()]).await;
                return Some(room);
            }
        }
        None
    }

    /// With whom a conversation was made here.
    pub(crate) fn begun_with(&self, room: &RoomId) -> Option<OwnedUserId> {
        lock(&self.begun).get(room).cloned()
    }

    async fn make_conversation(&self, user: &UserId) -> Result<OwnedRoomId> {
        let encryption = RoomEncryptionEventContent::with_recommended_defaults();
        let mut request = create_room::v3::Request::new();
        request.invite = vec![user.to_owned()];
        request.is_direct = true;
        request.preset = Some(create_room::v3::RoomPreset::TrustedPrivateChat);
        request.initial_state = vec![InitialStateEvent::with_empty_state_key(encryption).to_raw_any()];
        // Repeated after a lost answer it would make a second room.
        let config = RequestConfig::new().disable_retry().timeout(Duration::from_secs(30));
        let made = self.client.send(request).with_request_config(config).await;
        let room = made.map_err(|error| http_error(&error))?.room_id;
        lock(&self.begun).insert(room.clone(), user.to_owned());
        let _ = self.refresh_conversation.send(room.clone());
        if let Err(error) = self.client.account().mark_as_dm(&room, &[user.to_owned()]).await {
            tracing::warn!(code = ?matrix_error(&error).code, "a conversation was not marked as direct");
        }
        self.arrives(&room).await?;
        Ok(room)
    }

    /// Waits for a conversation that was made here to come with a sync, whole: the homeserver makes a room event by event,
    /// and one that comes in the middle of it is not encrypted yet.
    async fn arrives(&self, room: &RoomId) -> Result<()> {
        self.arrives_as(room, |room| room.encryption_state().is_encrypted()).await
    }

    /// Waits for a group that was made here; its name comes after all else.
    pub(crate) async fn group_arrives(&self, room: &RoomId) -> Result<()> {
        self.arrives_as(room, |room| room.encryption_state().is_encrypted() && room.name().is_some()).await
    }

    async fn arrives_as(&self, room: &RoomId, is_whole: impl Fn(&Room) -> bool) -> Result<()> {
        let whole = async {
            let room = self.client.await_room_remote_echo(room).await;
            let mut changes = room.subscribe_info();
            while !is_whole(&room) && changes.next().await.is_some() {}
        };
        tokio::time::timeout(Duration::from_secs(20), whole)
            .await
            .map_err(|_| Error::new(ErrorCode::Offline, "the new conversation has not come back yet"))
    }
}
