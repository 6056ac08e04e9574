//! Imports the files that it is given into an empty registry on SQLite, beside a bare insert of the same bodies, and then
//! searches the directory with twenty callers at once (IHE ITI-90), beside the bare answer of `/fhir/metadata`; at last they
//! ask for news of the published directory when there are none. Prints one JSON object; times in milliseconds unless they
//! are named otherwise.
//!
//! The first file has the organisations, one a line.

#![allow(clippy::print_stdout)]

use anyhow::{Context as _, ensure};
use chrono::TimeDelta;
use consilium_registry::{Import, publish_now, run_import};
use consilium_testbed::Testbed;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use reqwest::Response;
use reqwest::header::{self, HeaderValue};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Callers at once.
const CALLERS: usize = 20;
/// Calls of each kind.
const CALLS: usize = 1_000;
/// Questions for news.
const POLLS: usize = 10_000;
/// Calls of each kind before, which do not count.
const WARM: usize = 100;
/// Open calls that one address may make at once; after that the registry's clock has to go on.
const OPEN: usize = 60;

fn main() -> anyhow::Result<()> {
    // Cargo adds `--bench` when it runs this itself.
    let files: Vec<PathBuf> = std::env::args_os().skip(1).filter(|arg| arg != "--bench").map(Into::into).collect();
    ensure!(!files.is_empty(), "name the files to import");
    let runtime = tokio::runtime::Runtime::new()?;
    let answer = runtime.block_on(measured(files))?;
    println!("{answer}");
    Ok(())
}

async fn measured(files: Vec<PathBuf>) -> anyhow::Result<Value> {
    let bed = Testbed::start().await?;
    let folder = bed.folder().to_owned();
    let (bare_s, resources) = tokio::task::block_in_place(|| bare(&folder, &files))?;
    let begun = Instant::now();
    let import = Import { files: files.clone(), vouched: true, ..Import::default() };
    let (totals, findings) = tokio::task::block_in_place(|| run_import(bed.registry()?, &import))?;
    let import_s = begun.elapsed().as_secs_f64();
    let mut said = Vec::new();
    findings.text(&mut said)?;
    ensure!(totals.written, "the files are at fault: {}", String::from_utf8_lossy(&said));
    let begun = Instant::now();
    let (again, _) = tokio::task::block_in_place(|| run_import(bed.registry()?, &import))?;
    let again_s = begun.elapsed().as_secs_f64();
    ensure!(again.new + again.changed == 0, "the same files again changed something");
    let file_mb = std::fs::metadata(folder.join("registry.sqlite"))?.len() as f64 / 1e6;

    let anybody = Caller::new(&bed, String::new());
    let mut floor = Vec::new();
    while floor.len() < CALLS {
        bed.clock.turn(TimeDelta::seconds(OPEN as i64));
        floor.extend(anybody.all(vec!["metadata".to_owned(); OPEN]).await?);
    }
    // After the import, because a verifier's entry is one.
    let session = bed.session(&bed.verifier().await?).await?;
    let caller = Caller::new(&bed, session.access_token.clone());
    let mut search = BTreeMap::new();
    for (class, paths) in classes(&files)? {
        caller.all(paths.iter().cycle().take(WARM).cloned().collect()).await?;
        let times = caller.all(paths.iter().cycle().skip(WARM).take(CALLS).cloned().collect()).await?;
        search.insert(class, spread(times));
    }
    let polls = polls(&bed, session.access_token).await?;
    Ok(json!({
        "polls": polls,
        "colleagues": totals.read.roles, "resources": resources, "import_s": import_s, "bare_s": bare_s,
        "again_s": again_s, "file_mb": file_mb, "floor": spread(floor), "search": search, "callers": CALLERS,
    }))
}

/// Questions for news of the published directory, as clients ask them every few minutes, all answered 304.
async fn polls(bed: &Testbed, token: String) -> anyhow::Result<Value> {
    publish_now(bed.registry()?).await?;
    let mut caller = Caller::new(bed, token);
    let manifest: Value = caller.get("$bulk-publish").await?.json().await?;
    let links = manifest["link"].as_array().context("a manifest has links")?;
    let next = links.iter().find(|link| link["relation"] == "next").and_then(|link| link["url"].as_str());
    let (_, page) = next.context("and one leads on")?.split_once("/fhir/").context("at the same server")?;
    let etag = caller.get(page).await?.headers().get(header::ETAG).cloned();
    caller.etag = Some(etag.context("a page has an ETag")?);
    caller.all(vec![page.to_owned(); WARM]).await?;
    let (begun, cpu) = (Instant::now(), cpu_seconds());
    let times = caller.all(vec![page.to_owned(); POLLS]).await?;
    let each = |seconds: f64| (POLLS as f64 / seconds).round();
    let per_core = cpu.zip(cpu_seconds()).map(|(before, after)| each(after - before));
    // The callers are in this process, too: the service alone could answer more.
    Ok(json!({ "times": spread(times), "per_second": each(begun.elapsed().as_secs_f64()), "per_cpu_second": per_core }))
}

/// What this process has computed so far, if the system tells (Linux, proc(5): in hundredths of a second).
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((user + system) / 100.0)
}

/// Seconds in which SQLite takes the same texts into one table, in one transaction, and how many they are.
fn bare(folder: &Path, files: &[PathBuf]) -> anyhow::Result<(f64, u64)> {
    let path = folder.join("bare.sqlite");
    let mut c = SqliteConnection::establish(path.to_str().context("the path is not UTF-8")?)?;
    c.batch_execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE bare (n INTEGER PRIMARY KEY, body TEXT) STRICT",
    )?;
    let begun = Instant::now();
    let mut n = 0;
    c.transaction(|c| {
        for file in files {
            for line in BufReader::new(std::fs::File::open(file)?).lines() {
                n += 1;
                let insert = diesel::sql_query("INSERT INTO bare VALUES (?, ?)");
                insert.bind::<BigInt, _>(n).bind::<Text, _>(line?).execute(c)?;
            }
        }
        anyhow::Ok(())
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    drop(c);
    for end in ["", "-wal", "-shm"] {
        std::fs::remove_file(folder.join(format!("bare.sqlite{end}"))).ok();
    }
    Ok((seconds, n.unsigned_abs()))
}

const SURNAMES: &[&str] = &["张", "王", "李", "林", "欧阳", "单", "吕", "魏"];
const PINYIN: &[&str] = &["zhang", "wang", "li", "lin", "ouyang", "shan", "lü", "wei"];
const GIVEN: &[&str] = &["伟", "敏", "静", "嘉", "国", "文", "海", "明"];
const DEPARTMENTS: &[&str] = &["03.04", "07", "04.03", "32.01", "28", "15", "50", "03.09"];
const TITLES: &[&str] = &["chief", "associate_chief", "attending", "resident"];

/// Kinds of search, each with as many that differ as there are values.
fn classes(files: &[PathBuf]) -> anyhow::Result<Vec<(&'static str, Vec<String>)>> {
    let mut hospitals = Vec::new();
    for line in BufReader::new(std::fs::File::open(&files[0])?).lines() {
        let hospital: Value = serde_json::from_str(&line?)?;
        hospitals.extend(hospital["id"].as_str().map(str::to_owned));
    }
    let of = |values: &[&str], path: &dyn Fn(&str, usize) -> String| -> Vec<String> {
        values.iter().enumerate().map(|(at, value)| path(value, at)).collect()
    };
    let role = "PractitionerRole?_include=PractitionerRole:practitioner&_count=50";
    let hospital = |at: usize| &hospitals[at % hospitals.len()];
    Ok(vec![
        ("a surname in Han", of(SURNAMES, &|name, _| format!("Practitioner?name={name}"))),
        ("a surname in pinyin", of(PINYIN, &|name, _| format!("Practitioner?family={name}"))),
        ("a character within a name", of(GIVEN, &|name, _| format!("Practitioner?name:contains={name}"))),
        (
            "a whole name",
            of(SURNAMES, &|name, at| format!("Practitioner?name:exact={name}{}{}", GIVEN[at], GIVEN[(at + 3) % 8])),
        ),
        (
            "roles by name",
            of(PINYIN, &|name, at| format!("{role}&practitioner.name={name}&specialty={}", DEPARTMENTS[at])),
        ),
        (
            "department and title",
            of(DEPARTMENTS, &|code, at| format!("{role}&specialty={code}&role={}", TITLES[at % TITLES.len()])),
        ),
        (
            "hospital and department",
            of(DEPARTMENTS, &|code, at| format!("{role}&specialty={code}&organization={}", hospital(at))),
        ),
        (
            "name and city",
            of(SURNAMES, &|name, at| {
                format!(
                    "{role}&practitioner.family={name}&organization.name:contains={}",
                    ["人民", "中心", "附属", "妇幼"][at % 4]
                )
            }),
        ),
        (
            "ordered by name",
            of(DEPARTMENTS, &|code, _| format!("Practitioner?_sort=family&name:contains={}", GIVEN[code.len() % 8])),
        ),
        ("nobody", of(SURNAMES, &|name, at| format!("Practitioner?name={name}龘{at}"))),
        (
            "one by id",
            (1..=500)
                .map(|n| format!("PractitionerRole?_id=r-{n:06}&_include=PractitionerRole:practitioner"))
                .collect(),
        ),
        (
            "hospitals",
            of(&["人民", "中心", "附属", "妇幼", "心", "中医"], &|name, _| {
                format!("Organization?name:contains={name}")
            }),
        ),
    ])
}

struct Caller {
    client: reqwest::Client,
    base: String,
    token: String,
    /// What is asked for is known in this version, and is not sent again.
    etag: Option<HeaderValue>,
}

impl Caller {
    fn new(bed: &Testbed, token: String) -> Self {
        Self { client: reqwest::Client::new(), base: format!("{}/fhir/", bed.registry_url()), token, etag: None }
    }

    async fn get(&self, path: &str) -> reqwest::Result<Response> {
        let call = self.client.get(format!("{}{path}", self.base)).bearer_auth(&self.token);
        match &self.etag {
            Some(etag) => call.header(header::IF_NONE_MATCH, etag).send().await,
            None => call.send().await,
        }
    }

    /// Milliseconds of each call, of which there are always as many under way as there are callers.
    async fn all(&self, paths: Vec<String>) -> anyhow::Result<Vec<f64>> {
        let shares = (0..CALLERS).map(|caller| {
            let own: Vec<&String> = paths.iter().skip(caller).step_by(CALLERS).collect();
            async move {
                let mut times = Vec::with_capacity(own.len());
                for path in own {
                    let begun = Instant::now();
                    let call = self.get(path).await?;
                    let status = call.status();
                    let body = call.bytes().await?;
                    times.push(begun.elapsed().as_secs_f64() * 1e3);
                    ensure!(
                        status == if self.etag.is_some() { 304 } else { 200 },
                        "{path}: {status} {}",
                        String::from_utf8_lossy(&body)
                    );
                }
                anyhow::Ok(times)
            }
        });
        Ok(futures::future::try_join_all(shares).await?.concat())
    }
}

/// By nearest rank.
fn spread(mut times: Vec<f64>) -> Value {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((share * times.len() as f64).ceil() as usize).clamp(1, times.len()) - 1];
    json!({"p50": at(0.5), "p95": at(0.95), "samples": times.len()})
}
