//! Fills an index of `--size N` generated messages and measures searching it, in one run against reading thirty rows of it
//! and a LIKE scan of the same encrypted file. Prints one JSON object; times in milliseconds. Some words are counted by both:
//! `found` of `expected`.

#![allow(clippy::print_stdout)]

use anyhow::{Context, bail, ensure};
use consilium_api::account::Name;
use consilium_api::search::MessageKind;
use consilium_core::database::Key;
use consilium_core::directory::latin_name;
use consilium_core::search::{Change, Message, MessageIndex, Query};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const KEY: [u8; 32] = [9; 32];
const ROWS: usize = 30;
/// Messages of one write, as a conversation brings them.
const BATCH: u32 = 1_000;
/// 2023-01-01.
const BEGIN: i64 = 1_672_531_200_000;
/// Three years of messages, however many they are.
const SPAN: i64 = 3 * 365 * 86_400_000;

const HAN: &str = "血压 心率 肝素 造影 支架 左主干 分叉 复查 超声 乳酸 升高 患者 主任 今天 明天 下午 病房 会诊 转院 急诊 监护 出血 感染 抗生素 \
    糖尿病 高血压 心力衰竭 心肌梗死 室间隔穿孔 主动脉夹层 肺栓塞 血红蛋白 血小板 凝血功能 肌钙蛋白 心电图 冠脉 介入 手术 麻醉 术后 术前 \
    引流 拔管 呼吸机 氧合 指标 稳定 平稳 加重 好转 请看 收到 同意 可以 已经 安排 联系 家属 签字 知情同意 病理 报告 结果 回报 白细胞 体温 \
    三十八度 静脉 泵入 剂量 每日 两次 口服 停用 继续 观察 建议 考虑 排除 诊断 明确 既往 病史 过敏 青霉素 阿司匹林 氯吡格雷 他汀 利尿 胰岛素";
const LATIN: &str = "patient lactate rising cardiogenic shock heparin APTT repeat echo afternoon angiogram LAD LCX stent cardiac cardiology \
    transfer ICU bed fever culture antibiotics troponin ECG stable please agree noted discharge follow clinic pressure output urine creatinine \
    potassium sodium glucose insulin ECMO IABP vasopressor norepinephrine sedation ventilator extubation drainage haemoglobin platelets bleeding";
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗";
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平思远嘉宁雪梅";
const RARE: &str =
    "鼻咽癌 系统性红斑狼疮 嗜铬细胞瘤 肥厚型梗阻 川崎病 主动脉瓣 法洛四联症 amyloidosis takotsubo sarcoidosis";

/// Numbers that are the same in every run (splitmix64, Steele and others 2014).
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

struct Generated {
    size: u32,
    rooms: u32,
    han: Vec<&'static str>,
    latin: Vec<&'static str>,
    rare: Vec<&'static str>,
    surnames: Vec<char>,
    given: Vec<char>,
}

impl Generated {
    fn new(size: u32) -> Self {
        let words = |text: &'static str| text.split_whitespace().collect();
        Self {
            size,
            rooms: (size / 500).clamp(10, 2_000),
            han: words(HAN),
            latin: words(LATIN),
            rare: words(RARE),
            surnames: SURNAMES.chars().collect(),
            given: GIVEN.chars().collect(),
        }
    }

    /// Words at the head of the list are far more frequent.
    fn word(words: &[&'static str], seed: u64) -> &'static str {
        let spread = (mixed(seed) >> 11) as f64 / (1_u64 << 53) as f64;
        let at = (spread * spread * words.len() as f64) as usize;
        words.get(at).or(words.first()).copied().unwrap_or_default()
    }

    fn text(&self, n: u32) -> String {
        let seed = u64::from(n) << 8;
        let length = 3 + mixed(seed) % 16;
        let chinese = !mixed(seed ^ 1).is_multiple_of(4);
        let mut text = String::new();
        for at in 0..length {
            let seed = seed + 2 + at;
            if mixed(seed ^ 0xabc).is_multiple_of(400) {
                text.push_str(Self::word(&self.rare, seed));
            } else if chinese {
                text.push_str(Self::word(&self.han, seed));
            } else {
                text.push_str(Self::word(&self.latin, seed));
            }
            match mixed(seed ^ 0xdef) % 6 {
                0 if chinese => text.push('，'),
                1 => text.push_str(&format!(" {} ", mixed(seed) % 200)),
                _ if !chinese => text.push(' '),
                _ => {}
            }
        }
        if mixed(seed ^ 7).is_multiple_of(60) {
            text.push_str(" https://example.org/guideline");
        }
        text
    }

    fn room(&self, n: u32) -> u32 {
        // A conversation goes on for a while, and some go on for years.
        let spread = (mixed(u64::from(n / 7)) >> 11) as f64 / (1_u64 << 53) as f64;
        (spread * spread * spread * f64::from(self.rooms)) as u32
    }

    fn room_id(n: u32) -> String {
        format!("!room{n}:jz.example")
    }

    fn sender(&self, n: u32) -> u32 {
        // Half of them are one's own.
        if mixed(u64::from(n)).is_multiple_of(2) { 0 } else { 1 + self.room(n) }
    }

    fn sender_id(n: u32) -> String {
        format!("@doctor{n}:jz.example")
    }

    fn name(&self, n: u32) -> Name {
        let pick = |from: &[char], salt: u64| {
            from.get(mixed(u64::from(n) * 7 + salt) as usize % from.len().max(1)).copied().unwrap_or('王')
        };
        let han: String = [pick(&self.surnames, 1), pick(&self.given, 2), pick(&self.given, 3)].into_iter().collect();
        Name { latin: latin_name(&han), han }
    }

    fn at(&self, n: u32) -> i64 {
        BEGIN + SPAN / i64::from(self.size) * i64::from(n)
    }

    fn message(&self, n: u32) -> Message {
        let hash: Vec<u8> = (0..4).flat_map(|part| mixed(u64::from(n) * 4 + part).to_be_bytes()).collect();
        let text = self.text(n);
        let kind = match mixed(u64::from(n) ^ 0x77) % 50 {
            0 => MessageKind::Image,
            1 => MessageKind::File,
            _ => MessageKind::Text,
        };
        Message {
            event: format!("${}", base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, hash)),
            sender: Self::sender_id(self.sender(n)),
            at: self.at(n),
            kind,
            text,
        }
    }

    async fn fill(&self, index: &MessageIndex) -> anyhow::Result<()> {
        for first in (0..self.size).step_by(BATCH as usize) {
            let mut by_room = std::collections::BTreeMap::<u32, Vec<Change>>::new();
            for n in first..(first + BATCH).min(self.size) {
                by_room.entry(self.room(n)).or_default().push(Change::Message(self.message(n)));
            }
            for (room, changes) in by_room {
                index.add(&Self::room_id(room), changes).await?;
            }
        }
        let people = (0..=self.rooms).map(|n| (Self::sender_id(n), self.name(n)));
        let rooms = (0..self.rooms).map(|n| (Self::room_id(n), self.name(n + 1)));
        Ok(index.name(people.chain(rooms).collect()).await?)
    }
}

#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    fn json(mut self) -> Value {
        self.0.sort_unstable();
        let at = |part: f64| {
            let index = ((self.0.len() as f64 - 1.0) * part).round() as usize;
            self.0.get(index).map_or(0.0, |time| (time.as_secs_f64() * 1e6).round() / 1e3)
        };
        json!({ "p50": at(0.5), "p99": at(0.99), "samples": self.0.len() })
    }
}

fn asking(text: impl Into<String>) -> Query {
    Query { text: text.into(), limit: ROWS, ..Query::default() }
}

/// Searches by class; each is for something that a message has.
fn classes(generated: &Generated, samples: u32) -> Vec<(&'static str, Vec<Query>)> {
    let mut classes: Vec<(&'static str, Vec<Query>)> = Vec::new();
    let mut add = |class: &'static str, query: Query| match classes.iter_mut().find(|(name, _)| *name == class) {
        Some((_, queries)) => queries.push(query),
        None => classes.push((class, vec![query])),
    };
    for nth in 0..samples {
        let n = (mixed(u64::from(nth) ^ 0x5ea) % u64::from(generated.size)) as u32;
        let seed = u64::from(nth) * 31;
        let han = Generated::word(&generated.han, seed);
        let other = Generated::word(&generated.han, seed + 1);
        let latin = Generated::word(&generated.latin, seed + 2).to_lowercase();
        let rare = Generated::word(&generated.rare, seed + 3);
        let short = |text: &str, length: usize| text.chars().take(length).collect::<String>();
        let room = Some(Generated::room_id(generated.room(n)));
        let sender = generated.sender(n).max(1);
        add("one Han character", asking(short(han, 1)));
        add("two Han characters", asking(short(han, 2)));
        add("a Han word", asking(han));
        add("two Han words", asking(format!("{han} {other}")));
        add("Han words that touch", asking(format!("{han}{other}")));
        add("a rare word", asking(rare));
        add("two letters", asking(short(&latin, 2)));
        add("a beginning of a word", asking(short(&latin, 4)));
        add("a Latin word", asking(latin.clone()));
        add("Latin and a number", asking(format!("{latin} {}", mixed(seed) % 200)));
        let pinyin = generated.name(sender).latin.to_lowercase().replace(' ', "");
        add("a name and a word", asking(format!("{pinyin} {}", short(han, 2))));
        add("in one conversation", Query { room: room.clone(), ..asking(short(han, 2)) });
        add("of one person", Query { sender: Some(Generated::sender_id(sender)), ..asking(short(han, 2)) });
        add("files of a conversation", Query { room, kinds: vec![MessageKind::File], ..asking("") });
        let month = generated.at(n);
        add("in one month", Query { since: Some(month), before: Some(month + 30 * 86_400_000), ..asking(han) });
        add("nothing", asking(format!("zzq{nth}")));
    }
    classes
}

fn like_count(connection: &Connection, text: &str) -> anyhow::Result<usize> {
    let mut statement = connection.prepare_cached("SELECT id FROM message WHERE text LIKE ?1 ORDER BY id DESC")?;
    Ok(statement.query_map([format!("%{text}%")], |row| row.get::<_, i64>(0))?.count())
}

/// All that a search finds, page by page.
async fn all(index: &MessageIndex, text: &str) -> anyhow::Result<usize> {
    let mut query = Query { limit: 500, ..asking(text) };
    let mut count = 0;
    loop {
        let found = index.find(query.clone()).await?;
        count += found.hits.len();
        match found.next {
            Some(next) => query.cursor = Some(next),
            None => return Ok(count),
        }
    }
}

async fn run(size: u32) -> anyhow::Result<Value> {
    let folder = tempfile::TempDir::new()?;
    let path = folder.path().join("search.db");
    let (index, _) = MessageIndex::open(&path, Key::new(KEY)).await?;
    let generated = Generated::new(size);
    let text: u64 = (0..size).step_by(97).map(|n| generated.text(n).len() as u64).sum::<u64>() * 97 / u64::from(size);
    let begin = Instant::now();
    generated.fill(&index).await?;
    let filled = begin.elapsed();
    index.close().await?;
    let file = std::fs::metadata(&path)?.len();
    let (index, _) = MessageIndex::open(&path, Key::new(KEY)).await?;

    let mut floor = Times::default();
    for n in 0..300 {
        // The messages of some days, without a word.
        let at = generated.at((mixed(n) % u64::from(size)) as u32);
        let begin = Instant::now();
        std::hint::black_box(index.find(Query { before: Some(at + 86_400_000), ..asking("") }).await?);
        floor.0.push(begin.elapsed());
    }
    let mut searches = serde_json::Map::new();
    let mut found = 0;
    for (class, queries) in classes(&generated, 300) {
        let mut times = Times::default();
        for query in queries {
            let begin = Instant::now();
            found += index.find(query).await?.hits.len();
            times.0.push(begin.elapsed());
        }
        searches.insert(class.into(), times.json());
    }
    ensure!(found > 0, "nothing was found");

    let mut one = Times::default();
    for n in 0..200 {
        let message = Message { event: format!("$one{n}"), ..generated.message(n) };
        let begin = Instant::now();
        index.add(&Generated::room_id(0), vec![Change::Message(message)]).await?;
        one.0.push(begin.elapsed());
    }

    let connection = Connection::open(&path)?;
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"; PRAGMA cache_size = -8192;", hex::encode(KEY)))?;
    let mut scan = Times::default();
    let (mut expected, mut all_found) = (0, 0);
    for word in generated.rare.iter().chain(generated.han.iter().skip(60)) {
        let begin = Instant::now();
        let count = like_count(&connection, word)?;
        scan.0.push(begin.elapsed());
        expected += count;
        all_found += all(&index, word).await?.min(count);
    }
    let seconds = |d: Duration| (d.as_secs_f64() * 1e3).round() / 1e3;
    Ok(json!({
        "bench": "messages",
        "release": !cfg!(debug_assertions),
        "messages": size,
        "rooms": generated.rooms,
        "text_bytes": text,
        "fill_s": seconds(filled),
        "file_mb": file as f64 / 1e6,
        "bytes_each": file / u64::from(size),
        "floor": floor.json(),
        "search": searches,
        "take_one": one.json(),
        "like_scan": scan.json(),
        "expected": expected,
        "found": all_found,
    }))
}

fn main() -> anyhow::Result<()> {
    let mut size = 100_000;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--size" => size = arguments.next().context("--size takes a number")?.parse()?,
            // Cargo passes it to every bench.
            "--bench" => {}
            other => bail!("unknown argument {other}"),
        }
    }
    ensure!(size >= 1_000, "--size is at least 1000");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!("{}", serde_json::to_string_pretty(&runtime.block_on(run(size))?)?);
    Ok(())
}
