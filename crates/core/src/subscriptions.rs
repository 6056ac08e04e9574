//! The subscription list, carried out.

use crate::chat::Scope;
use crate::{Core, chat, links, notifications};
use consilium_api::account::{Connection, Link, SessionState};
use consilium_api::chat::{Conversation, Person, Pins, RoomRef, TimelineUpdate};
use consilium_api::commands::Tag;
use consilium_api::devices::{AccountRef, ColleagueDevices, DeviceDoubt};
use consilium_api::directory::DirectoryStatus;
use consilium_api::notifications::{Destination, NotificationUpdate, UnreadTotal};
use consilium_api::registration::Registration;
use consilium_api::security::Security;
use consilium_api::settings::Settings;
use consilium_api::threads::ThreadRef;
use consilium_api::{ListUpdate, Result, Subscriptions};
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use std::time::Duration;
use tokio_stream::wrappers::{BroadcastStream, WatchStream};

impl Subscriptions for Core {
    async fn session(&self, (): ()) -> Result<BoxStream<'static, SessionState>> {
        Ok(WatchStream::new(self.inner.lifecycle.state()).boxed())
    }

    async fn connection(&self, (): ()) -> Result<BoxStream<'static, Connection>> {
        let idle = || Connection { link: Link::Offline, queued: 0, last_synced: None, disk_full: false };
        let connections = WatchStream::new(self.inner.lifecycle.sessions()).map(move |active| match active {
            Some(active) => WatchStream::new(active.connection.subscribe()).boxed(),
            None => stream::once(std::future::ready(idle())).chain(stream::pending()).boxed(),
        });
        Ok(switch(connections))
    }

    async fn settings(&self, (): ()) -> Result<BoxStream<'static, Settings>> {
        Ok(WatchStream::new(self.inner.settings.subscribe()).boxed())
    }

    async fn registration(&self, (): ()) -> Result<BoxStream<'static, Registration>> {
        Ok(WatchStream::new(self.inner.registrations.subscribe()).boxed())
    }

    async fn directory_status(&self, (): ()) -> Result<BoxStream<'static, DirectoryStatus>> {
        let states = WatchStream::new(self.inner.lifecycle.sessions()).map(move |active| match active {
            Some(active) => WatchStream::new(active.directory.status()).boxed(),
            None => stream::once(std::future::ready(DirectoryStatus::default())).chain(stream::pending()).boxed(),
        });
        Ok(switch(states))
    }

    async fn security(&self, (): ()) -> Result<BoxStream<'static, Security>> {
        let states = WatchStream::new(self.inner.lifecycle.sessions()).map(move |active| match active {
            Some(active) => WatchStream::new(active.security()).boxed(),
            None => stream::once(std::future::ready(Security::default())).chain(stream::pending()).boxed(),
        });
        Ok(switch(states))
    }

    async fn conversations(&self, (): ()) -> Result<BoxStream<'static, ListUpdate<Conversation>>> {
        chat::conversations(self.inner.lifecycle.active().await?).await
    }

    async fn timeline(&self, input: RoomRef) -> Result<BoxStream<'static, TimelineUpdate>> {
        chat::timeline(self.inner.lifecycle.active().await?, &input.room_id, Scope::Conversation).await
    }

    async fn thread(&self, input: ThreadRef) -> Result<BoxStream<'static, TimelineUpdate>> {
        let root = chat::event_id(&input.root)?;
        chat::timeline(self.inner.lifecycle.active().await?, &input.room_id, Scope::Thread(root)).await
    }

    async fn pins(&self, input: RoomRef) -> Result<BoxStream<'static, Pins>> {
        chat::pins(self.inner.lifecycle.active().await?, &input.room_id).await
    }

    async fn doubts(&self, input: RoomRef) -> Result<BoxStream<'static, Vec<DeviceDoubt>>> {
        chat::doubts(self.inner.lifecycle.active().await?, &input.room_id).await
    }

    async fn colleague_devices(&self, input: AccountRef) -> Result<BoxStream<'static, ColleagueDevices>> {
        chat::colleague_devices(self.inner.lifecycle.active().await?, &input).await
    }

    async fn typing(&self, input: RoomRef) -> Result<BoxStream<'static, Vec<Person>>> {
        let active = self.inner.lifecycle.active().await?;
        let room = chat::room(&active, &input.room_id)?;
        let stopped = active.stopped();
        let (guard, receiver) = room.subscribe_to_typing_notifications();
        let typing =
            BroadcastStream::new(receiver).filter_map(|users| std::future::ready(users.ok())).then(move |users| {
                // The SDK listens for as long as this stream lives.
                let _listening = &guard;
                let (directory, room) = (active.directory.clone(), room.clone());
                async move {
                    let mut people = Vec::with_capacity(users.len());
                    for user in users {
                        people.push(chat::person(&directory, Some(&room), &user).await);
                    }
                    people
                }
            });
        Ok(stream::once(std::future::ready(Vec::new())).chain(typing).take_until(stopped).boxed())
    }

    async fn notifications(&self, (): ()) -> Result<BoxStream<'static, NotificationUpdate>> {
        Ok(self.inner.lifecycle.notifier.follow().boxed())
    }

    async fn unread(&self, (): ()) -> Result<BoxStream<'static, UnreadTotal>> {
        let notifier = self.inner.lifecycle.notifier.clone();
        let totals = WatchStream::new(self.inner.lifecycle.sessions()).map(move |active| match active {
            Some(active) => notifications::unread(active, notifier.clone()),
            None => stream::once(std::future::ready(UnreadTotal::default())).chain(stream::pending()).boxed(),
        });
        Ok(switch(totals))
    }

    async fn destination(&self, (): ()) -> Result<BoxStream<'static, Option<Destination>>> {
        Ok(links::follow(&self.inner.destinations, self.inner.lifecycle.sessions()))
    }

    async fn changes(&self, (): ()) -> Result<BoxStream<'static, Vec<Tag>>> {
        let directory = WatchStream::new(self.inner.lifecycle.sessions()).map(|active| match active {
            Some(active) => {
                let directory = WatchStream::from_changes(active.directory.changes()).map(|_| vec![Tag::Directory]);
                let contacts = WatchStream::from_changes(active.contacts.changes()).map(|_| vec![Tag::Contacts]);
                let applications = WatchStream::from_changes(active.contacts.own_application_changes());
                let applications = applications.map(|_| vec![Tag::Applications]);
                let scheduled =
                    WatchStream::from_changes(active.contacts.scheduled_changes()).map(|_| vec![Tag::Scheduled]);
                let groups = chat::group_changes(&active.client);
                let search = WatchStream::from_changes(active.search.changes());
                // While older messages are fetched, it changes many times a second.
                let search = search.then(|_| async {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    vec![Tag::Search]
                });
                let all = [
                    directory.boxed(),
                    contacts.boxed(),
                    applications.boxed(),
                    scheduled.boxed(),
                    groups.boxed(),
                    search.boxed(),
                ];
                stream::select_all(all).boxed()
            }
            None => stream::pending().boxed(),
        });
        let review = BroadcastStream::new(self.inner.review_changed.subscribe()).map(|_| vec![Tag::Review]);
        Ok(stream::select(switch(directory), review).boxed())
    }
}

/// Follows the latest of the streams.
fn switch<T: Send + 'static>(
    streams: impl futures::Stream<Item = BoxStream<'static, T>> + Send + 'static,
) -> BoxStream<'static, T> {
    let state = (streams.boxed(), None::<BoxStream<'static, T>>);
    stream::unfold(state, |(mut streams, mut current)| async move {
        loop {
            let item = async {
                match current.as_mut() {
                    Some(current) => current.next().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                next = streams.next() => current = Some(next?),
                item = item => match item {
                    Some(item) => return Some((item, (streams, current))),
                    None => current = None,
                },
            }
        }
    })
    .boxed()
}
