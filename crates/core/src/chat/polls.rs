//! Polls (MSC3381): asked, voted in and ended through the send queue, counted by the SDK's timeline. That counts what comes from
//! anybody in any form; what came unencrypted, and an end by somebody who may not end the poll, count for nothing here.

use super::harmless::{harmless, line};
use super::messages::{event_id, find};
use super::people::person;
use super::sending::ensure_encrypted;
use super::threads::latest;
use super::waiting::{Handle, about};
use crate::account::{Active, queue_error};
use consilium_api::chat::{MessageBody, MessageRef, Preview};
use consilium_api::polls::{CreatePoll, Poll, PollAnswer, VotePoll};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::Room;
use matrix_sdk::deserialized_responses::{TimelineEvent, TimelineEventKind};
use matrix_sdk::ruma::events::poll::start::PollKind;
use matrix_sdk::ruma::events::poll::unstable_end::UnstablePollEndEventContent;
use matrix_sdk::ruma::events::poll::unstable_response::UnstablePollResponseEventContent;
use matrix_sdk::ruma::events::poll::unstable_start::{
    NewUnstablePollStartEventContent, UnstablePollAnswer, UnstablePollAnswers, UnstablePollStartContentBlock,
    UnstablePollStartEventContent,
};
use matrix_sdk::ruma::events::poll::{PollResponseData, compile_unstable_poll_results};
use matrix_sdk::ruma::events::relation::{RelationType, Thread};
use matrix_sdk::ruma::events::room::message::RelationWithoutReplacement;
use matrix_sdk::ruma::events::{AnyMessageLikeEventContent, AnySyncMessageLikeEvent, AnySyncTimelineEvent};
use matrix_sdk::ruma::{MilliSecondsSinceUnixEpoch, OwnedEventId, OwnedUserId, UInt};
use matrix_sdk_ui::timeline::{EventTimelineItem, MsgLikeKind, PollState, TimelineItemContent};
use std::collections::{HashMap, HashSet};

/// Characters of a question and of an answer.
const QUESTION: usize = 500;
const ANSWER: usize = 200;
/// Answers of a poll.
const ANSWERS: std::ops::RangeInclusive<usize> = 2..=20;
/// People who are named at an answer.
const NAMED: usize = 20;
/// Characters of a question in a list.
const PREVIEW: usize = 160;

/// Queues a poll whose votes everybody sees.
pub(crate) async fn create(active: &Active, input: &CreatePoll) -> Result<()> {
    let room = super::room(active, &input.room_id)?;
    ensure_encrypted(&room).await?;
    let question = input.question.trim();
    let answers: Vec<&str> = input.answers.iter().map(|answer| answer.trim()).collect();
    let is_text = |text: &str, most: usize| !line(text, most).is_empty() && text.chars().count() <= most;
    let distinct: HashSet<&&str> = answers.iter().collect();
    let is_whole = is_text(question, QUESTION)
        && ANSWERS.contains(&answers.len())
        && distinct.len() == answers.len()
        && answers.iter().all(|answer| is_text(answer, ANSWER));
    if !is_whole {
        return Err(Error::new(ErrorCode::InvalidInput, "not a question with answers"));
    }
    let thread = input.thread.as_deref().map(event_id).transpose()?;
    let numbered = |(n, text): (usize, &&str)| UnstablePollAnswer::new((n + 1).to_string(), *text);
    let listed: Vec<UnstablePollAnswer> = answers.iter().enumerate().map(numbered).collect();
    // What clients show that know no polls.
    let readable =
        listed.iter().fold(question.to_owned(), |all, answer| format!("{all}\n{}. {}", answer.id, answer.text));
    let most = if input.several { answers.len() } else { 1 };
    let listed = UnstablePollAnswers::try_from(listed);
    let listed = listed.map_err(|_| Error::new(ErrorCode::InvalidInput, "too many answers"))?;
    let mut asked = UnstablePollStartContentBlock::new(question, listed);
    asked.kind = PollKind::Disclosed;
    asked.max_selections = UInt::try_from(most).unwrap_or(UInt::MAX);
    let mut content = NewUnstablePollStartEventContent::plain_text(readable, asked);
    if let Some(root) = thread {
        let timeline = active.timeline(&input.room_id).await?;
        let last = latest(&timeline, &root).await;
        content.relates_to = Some(RelationWithoutReplacement::Thread(Thread::plain(root, last)));
    }
    active.until_opened(room.room_id()).await;
    queue(&room, UnstablePollStartEventContent::New(content).into()).await
}

/// Queues a vote in place of the doctor's earlier one.
pub(crate) async fn vote(active: &Active, input: &VotePoll) -> Result<()> {
    let timeline = active.timeline(&input.room_id).await?;
    let room = timeline.room();
    ensure_encrypted(room).await?;
    let item = find(active, &timeline, &input.item_id).await?;
    let (state, event) = open(&item)?;
    let result = state.results();
    let known = |id: &String| result.answers.iter().any(|answer| answer.id == *id);
    if !input.answers.iter().all(known) || input.answers.len() as u64 > result.max_selections {
        return Err(Error::new(ErrorCode::InvalidInput, "no such answers"));
    }
    if tally(room, &item, state).await.ended {
        return Err(Error::new(ErrorCode::WrongState, "the poll has ended"));
    }
    // What waits would only be counted for a moment.
    for handle in about(room, &event).await {
        if let Handle::Change(handle) = handle {
            handle.abort().await.map_err(|error| queue_error(&error.into()))?;
        }
    }
    queue(room, UnstablePollResponseEventContent::new(input.answers.clone(), event).into()).await
}

/// Queues the end of a poll, with its outcome for clients that know no polls.
pub(crate) async fn end(active: &Active, input: &MessageRef) -> Result<()> {
    let timeline = active.timeline(&input.room_id).await?;
    let room = timeline.room();
    ensure_encrypted(room).await?;
    let item = find(active, &timeline, &input.item_id).await?;
    let (state, event) = open(&item)?;
    if !may_end(room, &item).await {
        return Err(Error::new(ErrorCode::NotAllowed, "only who asked may end the poll"));
    }
    let Tally { votes, ended } = tally(room, &item, state).await;
    if ended {
        return Err(Error::new(ErrorCode::WrongState, "the poll has ended"));
    }
    let result = state.results();
    let counts: Vec<String> = result
        .answers
        .iter()
        .map(|answer| format!("{}: {}", answer.text, votes.get(&answer.id).map_or(0, Vec::len)))
        .collect();
    let outcome = format!("{}\n{}", result.question, counts.join("\n"));
    queue(room, UnstablePollEndEventContent::new(outcome, event).into()).await
}

async fn queue(room: &Room, content: AnyMessageLikeEventContent) -> Result<()> {
    room.send_queue().send(content).await.map(drop).map_err(|error| queue_error(&error))
}

/// A poll that the homeserver has.
fn open(item: &EventTimelineItem) -> Result<(&PollState, OwnedEventId)> {
    let none = || Error::new(ErrorCode::NotFound, "no such poll");
    let state = state_of(item).ok_or_else(none)?;
    Ok((state, item.event_id().ok_or_else(none)?.to_owned()))
}

fn state_of(item: &EventTimelineItem) -> Option<&PollState> {
    match item.content() {
        TimelineItemContent::MsgLike(message) => match &message.kind {
            MsgLikeKind::Poll(state) => Some(state),
            _ => None,
        },
        _ => None,
    }
}

/// A poll as it was asked.
pub(super) fn described(state: &PollState) -> MessageBody {
    let result = state.results();
    let mut ids = HashSet::new();
    let answers: Vec<PollAnswer> = result
        .answers
        .into_iter()
        .filter(|answer| ids.insert(answer.id.clone()))
        .map(|answer| PollAnswer {
            text: line(&answer.text, ANSWER),
            id: answer.id,
            votes: 0,
            own: false,
            people: Vec::new(),
        })
        .collect();
    let all = u32::try_from(answers.len()).unwrap_or(u32::MAX);
    let poll = Poll {
        question: harmless(&result.question),
        answers,
        most: u32::try_from(result.max_selections).unwrap_or(u32::MAX).clamp(1, all.max(1)),
        disclosed: result.kind == PollKind::Disclosed,
        ended: false,
        voters: 0,
        may_end: false,
        edited: result.has_been_edited,
    };
    MessageBody::Poll { poll }
}

/// The line of a list about a poll.
pub(super) fn preview_of(question: &str) -> Preview {
    Preview::Poll { question: line(question, PREVIEW) }
}

/// With who voted for what, as far as that is shown.
pub(super) async fn counted(active: &Active, room: &Room, item: &EventTimelineItem, body: MessageBody) -> MessageBody {
    let Some(state) = state_of(item) else { return body };
    let mut poll = match body {
        MessageBody::Poll { poll } => poll,
        // Refused.
        other => return other,
    };
    let Tally { votes, ended } = tally(room, item, state).await;
    let own = room.own_user_id();
    let shown = poll.disclosed || ended;
    poll.ended = ended;
    poll.may_end = !ended && item.event_id().is_some() && may_end(room, item).await;
    if shown {
        let voters: HashSet<&OwnedUserId> = votes.values().flatten().collect();
        poll.voters = u32::try_from(voters.len()).unwrap_or(u32::MAX);
    }
    for answer in &mut poll.answers {
        let Some(mut users) = votes.get(&answer.id).cloned() else { continue };
        answer.own = users.iter().any(|user| user == own);
        if shown {
            answer.votes = u32::try_from(users.len()).unwrap_or(u32::MAX);
            users.sort_by_key(|user| user != own);
            for user in users.iter().take(NAMED) {
                answer.people.push(person(&active.directory, Some(room), user).await);
            }
        }
    }
    MessageBody::Poll { poll }
}

/// Who asked, and whoever may take messages of others back.
async fn may_end(room: &Room, item: &EventTimelineItem) -> bool {
    item.is_own() || room.power_levels_or_default().await.user_can_redact_event_of_other(room.own_user_id())
}

/// Who voted for which answer, and whether nobody can any more.
#[derive(Debug, PartialEq, Eq)]
struct Tally {
    votes: HashMap<String, Vec<OwnedUserId>>,
    ended: bool,
}

/// What counts; the SDK's own count, unless something went into it that may not.
async fn tally(room: &Room, item: &EventTimelineItem, state: &PollState) -> Tally {
    let result = state.results();
    let users = |votes: Vec<String>| -> Vec<OwnedUserId> {
        votes.into_iter().filter_map(|user| OwnedUserId::try_from(user).ok()).collect()
    };
    let ended = result.end_time.is_some();
    let votes = result.votes.into_iter().map(|(answer, votes)| (answer, users(votes))).collect();
    let counted = Tally { votes, ended };
    let Some(event) = item.event_id() else { return counted };
    let Ok((cache, _keep)) = room.event_cache().await else { return counted };
    let related = cache.find_event_relations(event, Some(vec![RelationType::Reference])).await.unwrap_or_default();
    let parts: Vec<Part> = related.iter().filter_map(Part::of).collect();
    let levels = room.power_levels_or_default().await;
    let encrypted = room.encryption_state().is_encrypted();
    let may_end = |user: &OwnedUserId| user == item.sender() || levels.user_can_redact_event_of_other(user);
    let counts = |part: &Part| part.counts(encrypted, may_end);
    if parts.iter().all(counts) {
        return counted;
    }
    let mut asked = NewUnstablePollStartEventContent::from(state.clone()).poll_start;
    asked.max_selections = UInt::try_from(result.max_selections).unwrap_or(UInt::MAX);
    compiled(&asked, parts.iter().filter(|part| counts(part)))
}

/// Counts again without what does not count; own votes that are not out yet come with the next that is.
fn compiled<'a>(asked: &UnstablePollStartContentBlock, parts: impl Iterator<Item = &'a Part>) -> Tally {
    let (ends, votes): (Vec<&Part>, Vec<&Part>) = parts.partition(|part| part.answers.is_none());
    let end = ends.iter().map(|end| end.at).min();
    let response = |part: &'a Part| {
        let selections = part.answers.as_deref()?;
        Some(PollResponseData { sender: &part.sender, origin_server_ts: part.at, selections })
    };
    let results = compile_unstable_poll_results(asked, votes.into_iter().filter_map(response), end);
    let votes = results.into_iter().map(|(answer, users)| {
        (answer.to_owned(), users.into_iter().map(ToOwned::to_owned).collect::<Vec<OwnedUserId>>())
    });
    Tally { votes: votes.collect(), ended: end.is_some() }
}

/// A vote in a poll, or its end.
#[derive(Debug)]
struct Part {
    sender: OwnedUserId,
    at: MilliSecondsSinceUnixEpoch,
    /// None: it is the end.
    answers: Option<Vec<String>>,
    in_clear: bool,
}

impl Part {
    fn of(event: &TimelineEvent) -> Option<Self> {
        let AnySyncTimelineEvent::MessageLike(message) = event.raw().deserialize().ok()? else { return None };
        let answers = match &message {
            AnySyncMessageLikeEvent::UnstablePollResponse(response) => {
                Some(response.as_original()?.content.poll_response.answers.clone())
            }
            AnySyncMessageLikeEvent::UnstablePollEnd(end) => {
                end.as_original()?;
                None
            }
            _ => return None,
        };
        let in_clear = matches!(event.kind, TimelineEventKind::PlainText { .. });
        Some(Self { sender: message.sender().to_owned(), at: message.origin_server_ts(), answers, in_clear })
    }

    fn counts(&self, encrypted: bool, may_end: impl Fn(&OwnedUserId) -> bool) -> bool {
        !(encrypted && self.in_clear) && (self.answers.is_some() || may_end(&self.sender))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use matrix_sdk::ruma::serde::Raw;
    use serde_json::{Value, json};

    const ASKER: &str = "@lin:jz.example";

    fn part(sender: &str, at: u32, kind: &str, content: Value) -> Option<Part> {
        let mut content = content;
        content["m.relates_to"] = json!({ "rel_type": "m.reference", "event_id": "$poll" });
        let event = json!({
            "type": format!("org.matrix.msc3381.poll.{kind}"), "event_id": "$e", "sender": sender, "origin_server_ts": at,
            "content": content,
        });
        Part::of(&TimelineEvent::from_plaintext(Raw::new(&event).unwrap().cast_unchecked()))
    }

    fn vote(sender: &str, at: u32, answers: Value) -> Option<Part> {
        part(sender, at, "response", json!({ "org.matrix.msc3381.poll.response": { "answers": answers } }))
    }

    fn end(sender: &str, at: u32) -> Part {
        let content = json!({ "org.matrix.msc3381.poll.end": {}, "org.matrix.msc1767.text": "over" });
        Part { in_clear: false, ..part(sender, at, "end", content).unwrap() }
    }

    fn sealed(sender: &str, at: u32, answers: &[&str]) -> Part {
        Part { in_clear: false, ..vote(sender, at, json!(answers)).unwrap() }
    }

    fn outcome(parts: &[Part]) -> (Vec<(String, usize)>, bool) {
        let answers = vec![UnstablePollAnswer::new("1", "Chen"), UnstablePollAnswer::new("2", "Weiss")];
        let asked = UnstablePollStartContentBlock::new("Who?", answers.try_into().unwrap());
        let may_end = |user: &OwnedUserId| user == ASKER;
        let tally = compiled(&asked, parts.iter().filter(|part| part.counts(true, may_end)));
        let mut votes: Vec<_> = tally.votes.into_iter().map(|(answer, users)| (answer, users.len())).collect();
        votes.sort();
        (votes, tally.ended)
    }

    fn counts(one: usize, two: usize) -> Vec<(String, usize)> {
        vec![("1".into(), one), ("2".into(), two)]
    }

    #[test]
    fn the_last_vote_of_each_counts_until_who_asked_ends_it() {
        let votes = || vec![sealed(ASKER, 1, &["1"]), sealed("@chen:jz.example", 2, &["1"]), sealed(ASKER, 3, &["2"])];
        assert_eq!(outcome(&votes()), (counts(1, 1), false));
        let mut late = votes();
        late.extend([end(ASKER, 4), sealed("@weiss:jz.example", 5, &["2"])]);
        assert_eq!(outcome(&late), (counts(1, 1), true));
        let mut foreign = votes();
        foreign.extend([end("@chen:jz.example", 2), sealed("@weiss:jz.example", 5, &["2"])]);
        assert_eq!(outcome(&foreign), (counts(1, 2), false), "another cannot end it");
    }

    #[test]
    fn what_came_in_clear_counts_for_nothing() {
        let forged = vote("@chen:jz.example", 9, json!(["2"])).unwrap();
        assert_eq!(outcome(&[sealed("@chen:jz.example", 1, &["1"]), forged]), (counts(1, 0), false));
        let end = Part { in_clear: true, ..end(ASKER, 2) };
        assert_eq!(outcome(&[end, sealed("@chen:jz.example", 3, &["1"])]), (counts(1, 0), false));
    }

    #[test]
    fn parts_of_the_wrong_shape_are_none() {
        for answers in [json!("1"), json!([1]), json!(null), json!({ "1": true })] {
            assert!(vote(ASKER, 1, answers.clone()).is_none(), "{answers}");
        }
        assert_eq!(outcome(&[sealed(ASKER, 1, &["no such answer"])]), (counts(0, 0), false));
    }
}
