//! Whom a message names. What clients go by is `m.mentions`; in the text it is a plain name with an `@`, and in the formatted
//! text a link to the account (https://spec.matrix.org, Client-Server API, User and room mentions). Everybody is the room.

use super::{markdown, markup};
use consilium_api::chat::Mention;
use consilium_api::rich_text::{Block, Run};
use matrix_sdk::Room;
use matrix_sdk::ruma::events::Mentions;
use matrix_sdk::ruma::matrix_uri::MatrixId;
use matrix_sdk::ruma::{MatrixToUri, OwnedUserId, RoomId, UserId};

/// Mentions of one message; more are plain text.
const MOST: usize = 100;

/// Those of the mentions that stand in the text and name somebody.
fn standing<'a>(text: &'a str, mentions: &'a [Mention]) -> impl Iterator<Item = &'a Mention> {
    mentions.iter().take(MOST).filter(|mention| mention.text.starts_with('@') && text.contains(&mention.text))
}

/// What clients go by. Nobody outside of the room is named by a message in it.
pub(super) fn of(room: &RoomId, text: &str, mentions: &[Mention]) -> Option<Mentions> {
    let users: Vec<OwnedUserId> =
        standing(text, mentions).filter_map(|mention| UserId::parse(&mention.id).ok()).collect();
    let everybody = standing(text, mentions).any(|mention| mention.id == *room);
    let mut found = Mentions::with_user_ids(users);
    found.room = everybody;
    (found.room || !found.user_ids.is_empty()).then_some(found)
}

/// The blocks of a text with its mentions marked.
pub(super) fn mark(blocks: Vec<Block>, text: &str, mentions: &[Mention]) -> Vec<Block> {
    let mut named: Vec<(&str, &str)> = standing(text, mentions)
        .filter(|mention| address(&mention.id).is_some())
        .map(|mention| (mention.text.as_str(), mention.id.as_str()))
        .collect();
    // Of two names the longer one was meant: 王伟 is in 王伟民.
    named.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    if named.is_empty() { blocks } else { blocks.into_iter().map(|block| marked(block, &named)).collect() }
}

fn marked(block: Block, named: &[(&str, &str)]) -> Block {
    let all = |blocks: Vec<Block>| blocks.into_iter().map(|block| marked(block, named)).collect::<Vec<_>>();
    match block {
        Block::Paragraph { runs } => {
            Block::Paragraph { runs: runs.into_iter().flat_map(|run| split(run, named)).collect() }
        }
        Block::List { start, items } => Block::List { start, items: items.into_iter().map(all).collect() },
        Block::Quote { blocks } => Block::Quote { blocks: all(blocks) },
        code @ Block::Code { .. } => code,
    }
}

/// A run with the names in it as runs of their own.
fn split(run: Run, named: &[(&str, &str)]) -> Vec<Run> {
    if run.code || run.link.is_some() {
        return vec![run];
    }
    let mut runs = Vec::new();
    let mut begin = 0;
    let mut at = 0;
    while let Some(found) = run.text[at..].find('@').map(|found| at + found) {
        let rest = &run.text[found..];
        let is = |name: &str| {
            rest.strip_prefix(name).is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric()))
        };
        match named.iter().find(|(name, _)| is(name)) {
            Some((name, id)) => {
                if found > begin {
                    runs.push(Run { text: run.text[begin..found].to_owned(), ..run.clone() });
                }
                runs.push(Run { text: (*name).to_owned(), mention: Some((*id).to_owned()), ..run.clone() });
                at = found + name.len();
                begin = at;
            }
            None => at = found + 1,
        }
    }
    if begin < run.text.len() {
        runs.push(Run { text: run.text[begin..].to_owned(), ..run });
    }
    runs
}

/// Where a mention leads.
pub(super) fn address(id: &str) -> Option<String> {
    if let Ok(user) = UserId::parse(id) {
        return Some(user.matrix_to_uri().to_string());
    }
    RoomId::parse(id).ok().map(|room| room.matrix_to_uri().to_string())
}

/// Whom an address names: an account, or a room.
pub(super) fn named(address: &str) -> Option<String> {
    match MatrixToUri::parse(address.trim()).ok()?.id() {
        MatrixId::User(user) => Some(user.to_string()),
        MatrixId::Room(room) => Some(room.to_string()),
        _ => None,
    }
}

/// Whether a message of somebody else names the doctor, or everybody, if its sender may.
pub(super) async fn name_me(room: &Room, sender: &UserId, mentions: &Mentions) -> bool {
    let own = room.own_user_id();
    if sender == own {
        return false;
    }
    mentions.user_ids.contains(own)
        || (mentions.room && room.power_levels_or_default().await.user_can_trigger_room_notification(sender))
}

/// A draft's mentions, as the formatted text that the SDK keeps beside the plain one.
pub(crate) fn to_html(text: &str, mentions: &[Mention]) -> Option<String> {
    standing(text, mentions).next()?;
    Some(markdown::html(&mark(markdown::blocks(text), text, mentions)))
}

pub(crate) fn from_html(html: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    collect(&markup::blocks(html).unwrap_or_default(), &mut found);
    found
}

fn collect(blocks: &[Block], found: &mut Vec<Mention>) {
    for block in blocks {
        match block {
            Block::Paragraph { runs } => {
                for run in runs {
                    if let Some(id) = &run.mention
                        && found.len() < MOST
                        && !found.iter().any(|mention: &Mention| mention.id == *id && mention.text == run.text)
                    {
                        found.push(Mention { id: id.clone(), text: run.text.clone() });
                    }
                }
            }
            Block::List { items, .. } => items.iter().for_each(|blocks| collect(blocks, found)),
            Block::Quote { blocks } => collect(blocks, found),
            Block::Code { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use matrix_sdk::ruma::{room_id, user_id};

    fn mention(id: &str, text: &str) -> Mention {
        Mention { id: id.into(), text: text.into() }
    }

    #[test]
    fn a_name_becomes_a_link_and_comes_back_as_it_was() {
        let text = "@王伟民 和 **@王伟** 请看；@王伟2 没有。";
        let both = [mention("@wang.wei:jz.example", "@王伟"), mention("@wang.weimin:jz.example", "@王伟民")];
        let html = to_html(text, &both).unwrap();
        assert_eq!(
            html,
            "<a href=\"https://matrix.to/#/@wang.weimin:jz.example\">@王伟民</a> 和 <a href=\"https://matrix.to/#/\
             @wang.wei:jz.example\"><strong>@王伟</strong></a> 请看；@王伟2 没有。"
        );
        assert_eq!(from_html(&html), [both[1].clone(), both[0].clone()]);
        assert_eq!(to_html("nobody", &both), None);
    }

    #[test]
    fn only_who_stands_in_the_text_is_named() {
        let room = room_id!("!forum:jz.example");
        let lin = user_id!("@lin:jz.example");
        let asked = [
            mention(lin.as_str(), "@Lin"),
            mention("@chen:jz.example", "@Chen"),
            mention("nonsense", "@Lin"),
            mention(room.as_str(), "@all"),
        ];
        let found = of(room, "@Lin please", &asked).unwrap();
        assert_eq!((found.user_ids.into_iter().collect::<Vec<_>>(), found.room), (vec![lin.to_owned()], false));
        assert!(of(room, "@all: read this", &asked).unwrap().room);
        assert!(of(room, "nobody", &asked).is_none());
        assert!(of(room_id!("!other:jz.example"), "@all", &asked).is_none(), "not of this room");
    }

    #[test]
    fn addresses_lead_to_people_and_rooms_alone() {
        assert_eq!(named("https://matrix.to/#/@lin:jz.example").as_deref(), Some("@lin:jz.example"));
        assert_eq!(named("https://matrix.to/#/%40lin%3Ajz.example").as_deref(), Some("@lin:jz.example"));
        assert_eq!(named("https://matrix.to/#/!forum:jz.example").as_deref(), Some("!forum:jz.example"));
        for other in
            ["https://matrix.to/#/#alias:jz.example", "https://evil.example/#/@lin:jz.example", "matrix:u/lin", ""]
        {
            assert_eq!(named(other), None, "{other}");
        }
    }

    #[test]
    fn code_and_links_name_nobody() {
        let lin = [mention("@lin:jz.example", "@Lin")];
        for text in ["`@Lin`", "[@Lin](https://guide.example/)"] {
            let html = to_html(text, &lin).unwrap();
            assert!(!html.contains("matrix.to"), "{html}");
        }
    }
}
