use super::*;
use consilium_api::search::MessageKind;
use tempfile::TempDir;

const ROOM: &str = "!ward:example.org";
const OTHER: &str = "!forum:example.org";
const CHEN: &str = "@chen:example.org";
const WEISS: &str = "@weiss:example.org";
/// 2025-07-15 12:00 UTC.
const NOON: i64 = 1_752_580_800_000;
const HOUR: i64 = 3_600_000;

struct Desk {
    index: MessageIndex,
    folder: TempDir,
}

fn key() -> Key {
    Key::new([7; 32])
}

async fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let (index, found) = MessageIndex::open(&folder.path().join("search.db"), key()).await.unwrap();
    assert_eq!(found, Opened::Intact);
    Desk { index, folder }
}

fn message(event: &str, sender: &str, hours: i64, text: &str) -> Message {
    let kind = index::kind_of_text(text);
    Message { event: event.into(), sender: sender.into(), at: NOON + hours * HOUR, kind, text: text.into() }
}

fn sent(event: &str, sender: &str, hours: i64, text: &str) -> Change {
    Change::Message(message(event, sender, hours, text))
}

fn edited(event: &str, target: &str, sender: &str, hours: i64, text: &str) -> Change {
    Change::Edit { target: target.into(), by: message(event, sender, hours, text) }
}

impl Desk {
    async fn takes(&self, changes: impl Into<Vec<Change>>) {
        self.index.add(ROOM, changes.into()).await.unwrap();
    }

    async fn finds(&self, text: &str) -> Vec<String> {
        self.found(Query { text: text.into(), limit: 20, ..Query::default() }).await
    }

    async fn found(&self, query: Query) -> Vec<String> {
        let found = self.index.find(query).await.unwrap();
        found.hits.into_iter().map(|hit| hit.event).collect()
    }

    async fn latest(&self, events: &[(&str, i64)], follows: bool, closes: bool) -> Reach {
        let batch = Batch {
            run: Run::Latest { follows },
            changes: Vec::new(),
            since: events.first().map(|(_, at)| *at),
            last: events.last().map(|(event, _)| (*event).to_owned()),
            closes,
            from_start: false,
        };
        self.index.take(ROOM, batch).await.unwrap()
    }

    async fn older(&self, since: i64, gaps: u64, closes: bool, from_start: bool) -> Reach {
        let run = Run::Older { gaps };
        let batch = Batch { run, changes: Vec::new(), since: Some(since), last: None, closes, from_start };
        self.index.take(ROOM, batch).await.unwrap()
    }
}

#[tokio::test]
async fn words_of_every_script_are_found() {
    let desk = desk().await;
    desk.takes([
        sent("$1", CHEN, 1, "患者高血压十年，头痛，B超未见异常"),
        sent("$2", WEISS, 2, "Rising lactate means cardiogenic shock; Müller’s sign"),
        sent("$3", CHEN, 3, "APTT 56 s，肝素维持"),
        sent("$4", WEISS, 4, "高血、血压 \u{20000}\u{20001}"),
    ])
    .await;
    for (text, events) in [
        ("血压", vec!["$4", "$1"]),
        ("高血压", vec!["$1"]),
        ("高", vec!["$4", "$1"]),
        ("痛", vec!["$1"]),
        ("b超", vec!["$1"]),
        ("头痛 血压", vec!["$1"]),
        ("card", vec!["$2"]),
        ("CARDIO Shock", vec!["$2"]),
        ("muller", vec!["$2"]),
        ("aptt 肝素", vec!["$3"]),
        ("５６", vec!["$3"]),
        ("\u{20001}", vec!["$4"]),
        ("ogenic", vec![]),
        ("高压", vec![]),
        ("肝素 shock", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(desk.finds(text).await, events, "{text}");
    }
}

#[tokio::test]
async fn whole_words_come_first_and_the_latest_of_them() {
    let desk = desk().await;
    desk.takes([
        sent("$1", CHEN, 1, "the card"),
        sent("$2", CHEN, 2, "card again"),
        sent("$3", CHEN, 3, "cardiac"),
        sent("$4", CHEN, 4, "Cardiology"),
    ])
    .await;
    assert_eq!(desk.finds("card").await, ["$2", "$1", "$4", "$3"]);

    let mut pages = Vec::new();
    let mut query = Query { text: "card".into(), limit: 1, ..Query::default() };
    loop {
        let found = desk.index.find(query.clone()).await.unwrap();
        assert_eq!(found.count, if query.cursor.is_none() { 4 } else { 0 });
        pages.extend(found.hits.into_iter().map(|hit| hit.event));
        let Some(next) = found.next else { break };
        query.cursor = Some(next.to_string().parse().unwrap());
    }
    assert_eq!(pages, ["$2", "$1", "$4", "$3"]);
    assert!("x.y".parse::<Cursor>().is_err());
}

#[tokio::test]
async fn filters_narrow_with_words_and_alone() {
    let desk = desk().await;
    let image = Message { kind: MessageKind::Image, ..message("$2", WEISS, 2, "angio 血压.png") };
    desk.takes([
        sent("$1", CHEN, 1, "血压 see https://example.org/bp"),
        Change::Message(image),
        sent("$3", WEISS, 30, "血压 120"),
    ])
    .await;
    desk.index.add(OTHER, vec![sent("$4", CHEN, 3, "血压")]).await.unwrap();
    let of = |query: Query| desk.found(Query { limit: 20, ..query });
    let text = || Query { text: "血压".into(), ..Query::default() };
    assert_eq!(of(text()).await, ["$3", "$4", "$2", "$1"]);
    assert_eq!(of(Query { room: Some(OTHER.into()), ..text() }).await, ["$4"]);
    assert_eq!(of(Query { sender: Some(WEISS.into()), ..text() }).await, ["$3", "$2"]);
    assert_eq!(of(Query { sender: Some("@nobody:example.org".into()), ..text() }).await, Vec::<String>::new());
    assert_eq!(of(Query { kinds: vec![MessageKind::Link], ..text() }).await, ["$1"]);
    assert_eq!(of(Query { kinds: vec![MessageKind::Image, MessageKind::Link], ..text() }).await, ["$2", "$1"]);
    assert_eq!(of(Query { since: Some(NOON + 3 * HOUR), ..text() }).await, ["$3", "$4"]);
    assert_eq!(of(Query { before: Some(NOON + 3 * HOUR), ..text() }).await, ["$2", "$1"]);
    assert_eq!(of(Query { since: Some(NOON + 1), before: Some(NOON + 3 * HOUR), ..text() }).await, ["$2", "$1"]);
    let none = Query::default;
    assert_eq!(of(Query { kinds: vec![MessageKind::Image], ..none() }).await, ["$2"]);
    assert_eq!(of(Query { room: Some(ROOM.into()), sender: Some(WEISS.into()), ..none() }).await, ["$3", "$2"]);
    assert_eq!(of(Query { since: Some(NOON + 3 * HOUR), ..none() }).await, ["$3", "$4"]);
    assert_eq!(of(none()).await, Vec::<String>::new());
    assert_eq!(of(Query { text: "\"".into(), room: Some(ROOM.into()), ..none() }).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_edit_changes_what_is_found_whatever_comes_first() {
    let desk = desk().await;
    desk.takes([sent("$1", CHEN, 1, "bed twelve"), edited("$e", "$1", CHEN, 2, "bed fourteen")]).await;
    desk.takes([edited("$f", "$2", CHEN, 4, "third"), edited("$g", "$2", CHEN, 3, "second")]).await;
    desk.takes([edited("$h", "$2", WEISS, 9, "of somebody else"), sent("$2", CHEN, 2, "first")]).await;
    assert_eq!(desk.finds("fourteen").await, ["$1"]);
    assert_eq!(desk.finds("third").await, ["$2"]);
    for gone in ["twelve", "first", "second", "somebody"] {
        assert_eq!(desk.finds(gone).await, Vec::<String>::new(), "{gone}");
    }
    // The original again, as it comes when older messages are loaded.
    desk.takes([sent("$1", CHEN, 1, "bed twelve")]).await;
    assert_eq!(desk.finds("fourteen").await, ["$1"]);
    // An edit taken back: what was there before stands again.
    desk.takes([Change::Gone { event: "$f".into() }]).await;
    assert_eq!(desk.finds("second").await, ["$2"]);
    desk.takes([Change::Gone { event: "$g".into() }]).await;
    assert_eq!(desk.finds("first").await, ["$2"]);
    desk.takes([edited("$l", "$1", CHEN, 5, "see http://example.org")]).await;
    let links = Query { kinds: vec![MessageKind::Link], limit: 5, ..Query::default() };
    assert_eq!(desk.found(links).await, ["$1"]);
}

#[tokio::test]
async fn what_is_recalled_is_gone_from_row_and_index() {
    let desk = desk().await;
    desk.takes([sent("$1", CHEN, 1, "patient in bed twelve"), sent("$2", CHEN, 2, "bed")]).await;
    desk.takes([edited("$e", "$1", CHEN, 2, "patient in bed fourteen")]).await;
    desk.takes([Change::Gone { event: "$1".into() }]).await;
    assert_eq!(desk.finds("bed").await, ["$2"]);
    assert_eq!(desk.finds("fourteen").await, Vec::<String>::new());
    let left = desk.index.read(|db| {
        let rows: i64 =
            db.query_row("SELECT (SELECT count(*) FROM message) * 100 + (SELECT count(*) FROM edit)", [], |r| {
                r.get(0)
            })?;
        let postings: i64 = db.query_row(
            "SELECT count(*) FROM message_index WHERE message_index MATCH '\"patient\" OR \"fourteen\" OR \"twelve\"'",
            [],
            |r| r.get(0),
        )?;
        Ok((rows, postings))
    });
    assert_eq!(left.await.unwrap(), (100, 0));
    desk.index
        .write(|db| db.execute_batch("INSERT INTO message_index (message_index) VALUES ('integrity-check')"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_name_counts_beside_a_word_of_the_text() {
    let desk = desk().await;
    desk.takes([
        sent("$1", CHEN, 1, "heparin 5000"),
        sent("$2", WEISS, 2, "heparin 2500"),
        sent("$3", CHEN, 3, "aspirin"),
    ])
    .await;
    let han = Name { han: "陈思远".into(), latin: "Chen Siyuan".into() };
    let latin = Name { han: String::new(), latin: "Hannah Weiss".into() };
    let ward = Name { han: "心内交班".into(), latin: String::new() };
    desk.index.name(vec![(CHEN.into(), han), (WEISS.into(), latin), (ROOM.into(), ward)]).await.unwrap();
    assert_eq!(desk.finds("csy heparin").await, ["$1"]);
    assert_eq!(desk.finds("陈 heparin").await, ["$1"]);
    assert_eq!(desk.finds("weiss hepa").await, ["$2"]);
    assert_eq!(desk.finds("xinnei heparin").await, ["$2", "$1"]);
    assert_eq!(desk.finds("chen weiss").await, Vec::<String>::new(), "names alone are no message");
    assert_eq!(desk.finds("chen").await, Vec::<String>::new());
    let rooms = rooms(&desk.index, "xn jiaoban").await.unwrap();
    assert_eq!(rooms.iter().map(|hit| hit.room_id.as_str()).collect::<Vec<_>>(), [ROOM]);
    assert_eq!(rooms[0].matched.han, [(0, 4)]);
    assert_eq!(super::rooms(&desk.index, "chen").await.unwrap(), vec![], "people are no rooms");
}

#[tokio::test]
async fn hostile_searches_and_messages_do_no_harm() {
    let desk = desk().await;
    let long = format!("{} needle", "x".repeat(60_000));
    desk.takes([
        sent("$1", CHEN, 1, "\" OR 1=1 -- * NEAR( ^ \0 {} :"),
        sent("$2", CHEN, 2, &long),
        sent("$3", CHEN, i64::MAX / HOUR / 4, "from the end of time"),
        Change::Message(Message { at: -5, ..message("$4", CHEN, 0, "from before") }),
        sent("not an event id", "nobody", 0, ""),
    ])
    .await;
    for text in ["\"", "*", "a*b\"c", "NEAR(x y)", "tokens:x", "^x", "-x", "\0", "x AND", "('", "\u{e000}1", "{x}"] {
        desk.finds(text).await;
    }
    desk.finds(&"\"血 OR ".repeat(20_000)).await;
    assert_eq!(desk.finds("needle").await, ["$2"]);
    assert_eq!(desk.finds(&"x".repeat(60_000)).await, ["$2"]);
    let found = desk.index.find(Query { text: "from".into(), limit: 5, ..Query::default() }).await.unwrap();
    assert_eq!(found.hits.len(), 2);
    assert!(found.hits[0].at <= chrono::Utc::now().timestamp_millis(), "tomorrow's clock is not the latest for ever");
}

#[tokio::test]
async fn messages_of_one_second_have_their_order_and_of_one_moment_a_place() {
    let desk = desk().await;
    let many: Vec<Change> = (0..300).map(|n| sent(&format!("${n}"), CHEN, 1, "flood")).collect();
    desk.takes(many).await;
    let found = desk.index.find(Query { text: "flood".into(), limit: 100, ..Query::default() }).await.unwrap();
    assert_eq!((found.hits.len(), found.count, found.more_than_counted), (100, 300, false));
    // They come latest first when older messages are fetched.
    let moment =
        |n: i64| Change::Message(Message { at: NOON + n * 100, ..message(&format!("$m{n}"), CHEN, 0, "round") });
    desk.takes((0..10).rev().map(moment).collect::<Vec<_>>()).await;
    assert_eq!(desk.finds("round").await, (0..10).rev().map(|n| format!("$m{n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn it_is_known_what_is_here() {
    let desk = desk().await;
    assert_eq!(desk.index.coverage(Some(ROOM)).await.unwrap(), Coverage::default());
    assert!(desk.index.coverage(None).await.unwrap().complete, "nothing was ever written");
    let reach = desk.latest(&[("$5", 500), ("$6", 600)], true, false).await;
    assert_eq!((reach.since, reach.complete), (Some(500), false));
    desk.older(300, 0, false, false).await;
    assert_eq!(desk.index.coverage(Some(ROOM)).await.unwrap().since, Some(300));
    desk.older(100, 0, false, true).await;
    assert!(desk.index.coverage(None).await.unwrap().complete);

    // Messages of a long absence: what is between is not here.
    let reach = desk.latest(&[("$20", 2_000), ("$21", 2_100)], false, false).await;
    assert_eq!((reach.since, reach.complete), (Some(2_000), false));
    // What was fetched before that is not what came right before it now.
    assert_eq!(desk.older(50, 0, false, true).await.since, Some(2_000));
    let reach = desk.older(1_000, 1, false, false).await;
    assert_eq!((reach.since, reach.complete), (Some(1_000), false));
    let reach = desk.older(600, 1, true, false).await;
    assert_eq!((reach.since, reach.complete, reach.older), (Some(100), true, None));

    desk.index.add(OTHER, vec![Change::Undecryptable { event: "$u".into() }]).await.unwrap();
    assert_eq!(desk.index.coverage(None).await.unwrap().undecryptable, 1);
    assert_eq!(desk.index.coverage(Some(ROOM)).await.unwrap().undecryptable, 0);
    assert_eq!(desk.index.undecryptable(OTHER, 9).await.unwrap(), ["$u"]);
    desk.index.add(OTHER, vec![sent("$u", CHEN, 1, "healed")]).await.unwrap();
    assert_eq!(desk.index.coverage(None).await.unwrap().undecryptable, 0);
    assert_eq!(desk.finds("healed").await, ["$u"]);
}

#[tokio::test]
async fn a_room_that_is_left_is_forgotten() {
    let desk = desk().await;
    desk.latest(&[("$1", 1)], true, false).await;
    desk.takes([sent("$1", CHEN, 1, "heparin"), edited("$e", "$1", CHEN, 2, "heparin 5000")]).await;
    desk.index.add(OTHER, vec![sent("$2", CHEN, 2, "heparin")]).await.unwrap();
    desk.index.forget_room(ROOM).await.unwrap();
    assert_eq!(desk.finds("heparin").await, ["$2"]);
    assert_eq!(desk.index.rooms().await.unwrap(), vec![]);
}

#[tokio::test]
async fn a_damaged_file_is_set_aside_and_fills_again() {
    let Desk { index, folder } = desk().await;
    index.add(ROOM, vec![sent("$1", CHEN, 1, "heparin")]).await.unwrap();
    index.close().await.unwrap();
    let path = folder.path().join("search.db");
    let (index, found) = MessageIndex::open(&path, key()).await.unwrap();
    assert_eq!(found, Opened::Intact);
    let desk = Desk { index, folder };
    assert_eq!(desk.finds("heparin").await, ["$1"], "it is there after a restart");
    desk.index.close().await.unwrap();
    std::fs::write(&path, vec![1; 8_192]).unwrap();
    let (index, found) = MessageIndex::open(&path, key()).await.unwrap();
    assert_eq!(found, Opened::SetAside);
    let desk = Desk { index, ..desk };
    assert_eq!(desk.finds("heparin").await, Vec::<String>::new());
    desk.takes([sent("$1", CHEN, 1, "heparin")]).await;
    assert_eq!(desk.finds("heparin").await, ["$1"]);
    desk.index.close().await.unwrap();
    assert!(!std::fs::read(&path).unwrap().windows(7).any(|bytes| bytes == b"heparin"), "it is encrypted");
}

#[test]
fn event_ids_come_back_as_they_were() {
    let hash = "$b3kSNMSYC9xYMiIFdNLzXkN0z8k1FjQvX8hZ5kRj2hQ";
    assert_eq!(index::packed(hash).len(), 32);
    for event in [hash, "$143273582443PhrSn:example.org", "$15:example.orgaaaaaaaaaaaaaaaaa", "", "$", "$血"] {
        assert_eq!(index::unpacked(&index::packed(event)), event);
    }
}
