//! Whose devices read along: keys that are others than before, and devices that nobody has confirmed. Both are the SDK's to know,
//! which asks for the devices of everybody in an encrypted conversation.

use super::people::person;
use crate::account::{Active, matrix_error};
use crate::driven::driven;
use consilium_api::devices::{AccountRef, ColleagueDevices, DeviceDoubt, DeviceDoubtKind};
use consilium_api::{Error, ErrorCode, Result};
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt, stream};
use matrix_sdk::ruma::{OwnedUserId, UserId};
use matrix_sdk::{Room, RoomMemberships};
use matrix_sdk_crypto::{IdentityState, IdentityStatusChange};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// Members whose devices are looked at: in larger groups nobody can ask everybody.
const MEMBERS: usize = 500;
/// How long changes are gathered before all are looked at again: of a first sync there are many.
const GATHER: Duration = Duration::from_millis(300);

/// Something happened to devices; with what happened to identities, where that is known.
type Happened = Vec<IdentityStatusChange>;

/// Who in a conversation gives reason to ask them, now and whenever that changes.
pub(crate) async fn updates(active: Arc<Active>, room_id: &str) -> Result<BoxStream<'static, Vec<DeviceDoubt>>> {
    let room = super::room(&active, room_id)?;
    let happened = happenings(&active, Some(&room)).await?;
    let stopped = active.stopped();
    let look = move |changed: BTreeSet<OwnedUserId>| {
        let (active, room) = (active.clone(), room.clone());
        async move { doubts(&active, &room, &changed).await }.boxed()
    };
    Ok(follow(happened, look).take_until(stopped).boxed())
}

/// The devices of a colleague, now and whenever they change.
pub(crate) async fn of_colleague(
    active: Arc<Active>,
    input: &AccountRef,
) -> Result<BoxStream<'static, ColleagueDevices>> {
    let user = account(input)?;
    let room = active.client.get_dm_room(&user);
    let happened = happenings(&active, room.as_ref()).await?;
    let stopped = active.stopped();
    let look = move |changed: BTreeSet<OwnedUserId>| {
        let (active, user) = (active.clone(), user.clone());
        async move {
            let changed_keys = changed.contains(&user);
            ColleagueDevices { changed_keys, ..devices(&active, &user).await.unwrap_or_default() }
        }
        .boxed()
    };
    Ok(follow(happened, look).take_until(stopped).boxed())
}

/// The doctor has asked: the keys that a colleague has now are theirs.
pub(crate) async fn accept_keys(active: &Active, input: &AccountRef) -> Result<()> {
    let internal = |_| Error::new(ErrorCode::Internal, "the keys could not be accepted");
    let identity = active.client.encryption().get_user_identity(&account(input)?).await.map_err(internal)?;
    let identity = identity.ok_or_else(|| Error::new(ErrorCode::NotFound, "no such keys"))?;
    if identity.has_verification_violation() {
        return identity.withdraw_verification().await.map_err(internal);
    }
    identity.pin().await.map_err(internal)
}

fn account(input: &AccountRef) -> Result<OwnedUserId> {
    UserId::parse(&input.user_id).map_err(|_| Error::new(ErrorCode::InvalidInput, "not an account"))
}

async fn happenings(active: &Active, room: Option<&Room>) -> Result<BoxStream<'static, Happened>> {
    let internal = |_| Error::new(ErrorCode::Internal, "devices cannot be followed");
    let devices = active.client.encryption().devices_stream().await.map_err(internal)?;
    let devices = devices.map(|_| Vec::new()).boxed();
    let Some(room) = room else { return Ok(devices) };
    let identities = room.subscribe_to_identity_status_changes().await.map_err(|error| matrix_error(&error))?;
    Ok(stream::select(driven(identities), devices).boxed())
}

/// Looks at first, and again after each thing that happened; tells what is another than before.
fn follow<T: Clone + PartialEq + Send + 'static>(
    happened: BoxStream<'static, Happened>,
    look: impl Fn(BTreeSet<OwnedUserId>) -> futures::future::BoxFuture<'static, T> + Send + 'static,
) -> BoxStream<'static, T> {
    let state = (happened, look, BTreeSet::new(), None::<T>);
    let all = stream::unfold(state, |(mut happened, look, mut changed, mut told)| async move {
        loop {
            if told.is_some() {
                take(&mut changed, happened.next().await?);
                tokio::time::sleep(GATHER).await;
            }
            while let Some(Some(more)) = happened.next().now_or_never() {
                take(&mut changed, more);
            }
            let looking = look(changed.clone());
            let now = looking.await;
            if told.as_ref() != Some(&now) {
                told = Some(now.clone());
                return Some((now, (happened, look, changed, told)));
            }
        }
    });
    all.boxed()
}

fn take(changed: &mut BTreeSet<OwnedUserId>, happened: Happened) {
    for IdentityStatusChange { user_id, changed_to } in happened {
        match changed_to {
            IdentityState::PinViolation | IdentityState::VerificationViolation => changed.insert(user_id),
            IdentityState::Pinned | IdentityState::Verified => changed.remove(&user_id),
        };
    }
}

async fn doubts(active: &Active, room: &Room, changed: &BTreeSet<OwnedUserId>) -> Vec<DeviceDoubt> {
    let members = room.members_no_sync(RoomMemberships::JOIN | RoomMemberships::INVITE).await.unwrap_or_default();
    let mut doubts = Vec::new();
    let others = members.iter().map(|member| member.user_id()).filter(|user| *user != room.own_user_id());
    for user in others.take(MEMBERS) {
        let kind = if changed.contains(user) {
            DeviceDoubtKind::ChangedKeys
        } else if devices(active, user).await.is_some_and(|devices| devices.unconfirmed > 0) {
            DeviceDoubtKind::UnconfirmedDevice
        } else {
            continue;
        };
        doubts.push(DeviceDoubt { person: person(&active.directory, Some(room), user).await, kind });
    }
    doubts.sort_by_key(|doubt| doubt.kind);
    doubts
}

/// None of somebody who has no keys to confirm devices with.
async fn devices(active: &Active, user: &UserId) -> Option<ColleagueDevices> {
    let encryption = active.client.encryption();
    encryption.get_user_identity(user).await.ok().flatten()?;
    let devices = encryption.get_user_devices(user).await.ok()?;
    let mut counted = ColleagueDevices::default();
    for device in devices.devices() {
        let count = if device.is_cross_signed_by_owner() { &mut counted.confirmed } else { &mut counted.unconfirmed };
        *count = count.saturating_add(1);
    }
    Some(counted)
}
