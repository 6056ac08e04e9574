//! IHE mCSD ITI-90.

use crate::colleagues::{DEPARTMENTS, Directory, TITLES, ids, refusal};
use consilium_testbed::{Backend, on_both_databases};
use reqwest::Method;
use serde_json::Value;

on_both_databases! {
    names_are_found_by_their_beginning_by_what_they_contain_and_exactly,
    tokens_references_and_dates_select,
    what_belongs_to_the_matches_comes_along,
    a_form_is_searched_as_a_query_is,
    what_is_not_understood_is_said_and_never_repeated,
    nothing_that_is_sent_becomes_part_of_a_statement,
    without_a_session_hospitals_alone_are_found,
    an_index_that_is_not_there_is_built_at_the_start,
}

/// Ids of a path's matches, in alphabetical order.
async fn sorted(directory: &Directory, path: &str) -> anyhow::Result<Vec<String>> {
    let mut found = directory.found(path).await?;
    found.sort();
    Ok(found)
}

async fn names_are_found_by_their_beginning_by_what_they_contain_and_exactly(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    for (query, expected) in [
        ("name=zhang", &["p-wei", "p-zhang"][..]),
        ("name=ZHÀNG w", &["p-zhang"]),
        ("name=Zhang,mull", &["p-mueller", "p-wei", "p-zhang"]),
        ("name=zhang&name=wei", &["p-wei", "p-zhang"]),
        ("name=zhang&given=wei", &["p-zhang"]),
        ("family=zhang", &["p-zhang"]),
        ("given=张", &["p-wei"]),
        ("family=muller", &["p-mueller"]),
        ("given=JURGEN", &["p-mueller"]),
        ("name=伟", &["p-zhang"]),
        ("name=民", &[]),
        ("name:contains=民", &["p-zhang"]),
        ("name:contains=EIMI", &["p-zhang"]),
        ("name:contains=g weim", &["p-zhang"]),
        ("name:contains=ang", &["p-wei", "p-zhang"]),
        ("family:contains=ang", &["p-zhang"]),
        ("name:contains=艾合", &["p-gulnar"]),
        ("name=𠮷", &["p-yoshida"]),
        ("name:exact=Müller", &["p-mueller"]),
        ("name:exact=Muller", &[]),
        ("name:exact=müller", &[]),
        ("name:exact=Jürgen Müller", &["p-mueller"]),
        (r"family=o'neil\, j", &["p-oneil"]),
        (r"family:exact=O'Neil\, Jr", &["p-oneil"]),
        ("family=o'neil, jr", &["p-oneil"]),
    ] {
        assert_eq!(sorted(&directory, &format!("Practitioner?{query}")).await?, expected, "{query}");
    }
    for (query, expected) in [
        ("name=绿谷", &["lgzx"][..]),
        ("name=lugu", &["lgzx"]),
        ("name=lgch", &["lgzx"]),
        ("name=Central", &[]),
        ("name:contains=central", &["lgzx"]),
        ("name:contains=gu cen", &["lgzx"]),
        ("name:contains=妇幼", &["jzfb"]),
        ("name:exact=LGCH", &["lgzx"]),
        ("address-city=江", &["jzfb", "jzfy"]),
        ("address-city=Jiangz", &["jzfb"]),
        ("address-city:contains=谷", &["lgzx"]),
    ] {
        assert_eq!(sorted(&directory, &format!("Organization?{query}")).await?, expected, "{query}");
    }
    Ok(())
}

async fn tokens_references_and_dates_select(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let base = directory.bed.registry_url();
    for (query, expected) in [
        ("PractitionerRole?specialty=03.04", vec!["r-mueller", "r-zhang"]),
        (&format!("PractitionerRole?specialty={DEPARTMENTS}|03.04&role=chief&organization=lgzx"), vec!["r-zhang"]),
        (&format!("PractitionerRole?specialty={TITLES}|03.04"), vec![]),
        ("PractitionerRole?specialty=|03.04", vec![]),
        (
            &format!("PractitionerRole?specialty={DEPARTMENTS}|&organization=lgzx"),
            vec!["r-wei", "r-yoshida", "r-zhang"],
        ),
        ("PractitionerRole?specialty=03.04,07&role=CHIEF", vec!["r-gulnar", "r-mueller", "r-zhang"]),
        ("PractitionerRole?practitioner=Practitioner/p-wei", vec!["r-wei"]),
        (&format!("PractitionerRole?practitioner={base}/fhir/Practitioner/p-wei"), vec!["r-wei"]),
        ("PractitionerRole?practitioner=https://elsewhere.example/Practitioner/p-wei", vec![]),
        ("PractitionerRole?organization:Organization=lgzx&active=true", vec!["r-wei", "r-yoshida", "r-zhang"]),
        ("PractitionerRole?practitioner.name=zhang", vec!["r-wei", "r-zhang"]),
        ("PractitionerRole?practitioner.family=zhang&specialty=03.04", vec!["r-zhang"]),
        ("PractitionerRole?practitioner:Practitioner.name:contains=üller", vec!["r-mueller"]),
        ("PractitionerRole?organization.name=lugu&role=attending", vec!["r-wei", "r-yoshida"]),
        ("PractitionerRole?organization.address-city=绿谷&practitioner.given:exact=Weimin", vec!["r-zhang"]),
        ("PractitionerRole?organization.name=nowhere", vec![]),
        ("PractitionerRole?_id=r-wei,r-zhang,none", vec!["r-wei", "r-zhang"]),
        ("PractitionerRole?_id=r-wei,r-zhang&specialty=03.04", vec!["r-zhang"]),
        ("Practitioner?_id=r-wei", vec![]),
        ("Practitioner?identifier=urn:staff|staff-wei", vec!["p-wei"]),
        ("Practitioner?identifier=|Staff-wei", vec![]),
        ("Practitioner?active=false", vec![]),
        ("Organization?active=false", vec!["lgzx-heart"]),
        ("Organization?active=true,false&partof=Organization/lgzx", vec!["lgzx-heart"]),
        ("Organization?identifier=|bare", vec!["lgzx"]),
        ("Organization?identifier=urn:hospitals|", vec!["lgzx"]),
        ("Organization?type=prov&name=绿", vec!["lgzx"]),
        ("Practitioner?_lastUpdated=lt2020", vec![]),
        ("Practitioner?_lastUpdated=ge2020-01&_lastUpdated=le2100&name=wei", vec!["p-wei", "p-zhang"]),
        ("Practitioner?_lastUpdated=ne2020&family=ehmet", vec!["p-gulnar"]),
    ] {
        assert_eq!(sorted(&directory, query).await?, expected, "{query}");
    }
    Ok(())
}

async fn what_belongs_to_the_matches_comes_along(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let include = "_include=PractitionerRole:practitioner&_include=PractitionerRole:organization:Organization";
    let bundle = directory.bundle(&format!("PractitionerRole?organization=lgzx&_sort=_id&{include}")).await?;
    assert_eq!(bundle["type"], "searchset");
    assert_eq!(bundle["total"], 3, "matches alone are counted");
    assert_eq!(ids(&bundle, "match"), ["r-wei", "r-yoshida", "r-zhang"]);
    assert_eq!(ids(&bundle, "include"), ["p-zhang", "p-wei", "p-yoshida", "lgzx"], "each once");
    let url = |entry: &Value| entry["fullUrl"].as_str().unwrap().to_owned();
    assert_eq!(url(&bundle["entry"][0]), format!("{}/fhir/PractitionerRole/r-wei", directory.bed.registry_url()));

    let bundle = directory.bundle("Practitioner?family=zhang&_revinclude=PractitionerRole:practitioner").await?;
    assert_eq!((ids(&bundle, "match"), ids(&bundle, "include")), (vec!["p-zhang".into()], vec!["r-zhang".into()]));
    let role = &bundle["entry"][1]["resource"];
    assert_eq!(role["specialty"][1]["text"], "疑难会诊");
    assert_eq!(role["meta"]["versionId"], "1");
    Ok(())
}

async fn a_form_is_searched_as_a_query_is(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let post = |query: &str| {
        let request = directory.bed.request(Method::POST, &format!("/fhir/PractitionerRole/_search{query}"));
        request.bearer_auth(&directory.session.access_token)
    };
    let form = [("practitioner.name", "zhang"), ("specialty", "03.04")];
    let answer = directory.bed.send(post("?_count=1&role=chief").form(&form)).await?;
    let bundle = answer.json();
    assert_eq!(ids(&bundle, "match"), ["r-zhang"]);
    let own = directory.link(&bundle, "self").unwrap();
    assert_eq!(own, "PractitionerRole?_count=1&role=chief&practitioner.name=zhang&specialty=03.04");

    let answer = directory.bed.send(post("").body("{}").header("content-type", "application/json")).await?;
    assert_eq!(refusal(&answer, ""), (415, "not-supported".into()));
    let answer = directory.bed.send(post("").form(&[("practitioner.name", "z".repeat(70_000))])).await?;
    assert_eq!(refusal(&answer, "zzz"), (413, "too-long".into()));
    let answer =
        directory.bed.call(Method::GET, "/fhir/PractitionerRole/_search", &directory.session.access_token).await?;
    assert_eq!(refusal(&answer, ""), (405, "not-supported".into()));
    Ok(())
}

async fn what_is_not_understood_is_said_and_never_repeated(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let bundle = directory.bundle("Practitioner?family=zhang&shoe-size=4711&_elements=id").await?;
    assert_eq!(ids(&bundle, "match"), ["p-zhang"]);
    assert_eq!(directory.link(&bundle, "self").unwrap(), "Practitioner?family=zhang");
    let outcome = &bundle["entry"][1];
    assert_eq!(outcome["search"]["mode"], "outcome");
    let issues = outcome["resource"]["issue"].as_array().unwrap();
    let said: Vec<_> = issues.iter().map(|issue| issue["diagnostics"].as_str().unwrap()).collect();
    let expected = ["Parameter 2 is not known for Practitioner.", "Parameter 3 is not known for Practitioner."];
    assert_eq!(said, expected);
    assert!(!bundle.to_string().contains("shoe-size") && !bundle.to_string().contains("4711"));

    let strictly = directory.bed.request(Method::GET, "/fhir/Practitioner?family=zhang&shoe-size=4711");
    let strictly = strictly.bearer_auth(&directory.session.access_token).header("prefer", "handling=strict");
    assert_eq!(refusal(&directory.bed.send(strictly).await?, "shoe"), (400, "not-supported".into()));

    for (query, sent) in [
        ("Practitioner?name:above=badword", "badword"),
        ("Practitioner?name=", ""),
        ("Practitioner?_lastUpdated=badword", "badword"),
        ("Practitioner?active=badword", "badword"),
        ("Practitioner?identifier=a|badword|c", "badword"),
        ("Practitioner?_count=badword", "badword"),
        ("Practitioner?_total=badword", "badword"),
        ("Practitioner?_page=badword", "badword"),
        (r"Practitioner?name=bad\word", "word"),
        ("PractitionerRole?practitioner=Organization/badword", "badword"),
    ] {
        let answer = directory.get(query).await?;
        assert_eq!(refusal(&answer, sent), (400, "invalid".into()), "{query}");
        let parameter = query.split_once('?').unwrap().1.split([':', '=']).next().unwrap();
        let diagnostics = answer.json()["issue"][0]["diagnostics"].as_str().unwrap().to_owned();
        assert!(diagnostics.starts_with(parameter), "{query}: {diagnostics}");
    }
    let nul = directory.get("Practitioner?name=badword%00").await?;
    assert_eq!(refusal(&nul, "badword"), (400, "invalid".into()));
    assert_eq!(nul.json()["issue"][0]["diagnostics"], "The query holds a NUL character.");
    assert_eq!(refusal(&directory.get("Patient?name=x").await?, ""), (404, "not-found".into()));
    assert_eq!(refusal(&directory.get("Practitioner?_format=xml").await?, "xml"), (406, "not-supported".into()));
    let xml = directory.bed.request(Method::GET, "/fhir/Practitioner").bearer_auth(&directory.session.access_token);
    let answer = directory.bed.send(xml.header("accept", "application/fhir+xml")).await?;
    assert_eq!(refusal(&answer, "xml"), (406, "not-supported".into()));
    assert_eq!(directory.found("Practitioner?_format=json&family=zhang").await?, ["p-zhang"]);
    Ok(())
}

async fn nothing_that_is_sent_becomes_part_of_a_statement(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let all = directory.found("Practitioner").await?.len();
    assert_eq!(all, 7);
    for text in [
        "' OR '1'='1",
        "'; DROP TABLE entries; --",
        "%",
        "_",
        "%%",
        r"\\%",
        r"zhang\\",
        "\" OR 1=1 --",
        "zhang%",
        "z_ang",
        "*",
        "zhang') UNION SELECT body FROM resources --",
        "\u{10FFFF}",
        "\u{1F}zhang",
        "💉",
    ] {
        for parameter in ["name", "name:contains", "name:exact", "family", "identifier", "_id"] {
            let request = directory.bed.request(Method::GET, "/fhir/Practitioner");
            let request = request.query(&[(parameter, text)]).bearer_auth(&directory.session.access_token);
            let answer = directory.bed.send(request).await?;
            match answer.status.as_u16() {
                200 => assert_eq!(ids(&answer.json(), "match").len(), 0, "{parameter}={text}"),
                // A character that no text holds.
                status => assert_eq!((status, text.chars().any(char::is_control)), (400, true), "{parameter}={text}"),
            }
        }
    }
    assert_eq!(directory.found("Practitioner").await?.len(), all);
    Ok(())
}

async fn without_a_session_hospitals_alone_are_found(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let open = async |path: &str| directory.bed.call(Method::GET, &format!("/fhir/{path}"), "").await;
    for path in [
        "Practitioner?name=zhang",
        "PractitionerRole?specialty=03.04",
        "Organization",
        "Organization?name=lugu",
        "Organization?name:contains=lugu&active=true",
    ] {
        assert_eq!(refusal(&open(path).await?, ""), (401, "login".into()), "{path}");
    }
    // While typing, pinyin and initials find a hospital; to the standard they are no part of its name.
    for text in ["lvgu", "lgzx", "lügu"] {
        let answer = open(&format!("Organization?name:contains={text}&_count=8")).await?;
        let bundle = answer.json();
        assert_eq!(ids(&bundle, "match"), ["lgzx"], "{text}");
        let own = directory.link(&bundle, "self").unwrap();
        assert!(own.starts_with("Organization?name:contains="), "{own}");
    }
    assert!(directory.found("Organization?name:contains=lgzx").await?.is_empty());
    Ok(())
}

async fn an_index_that_is_not_there_is_built_at_the_start(on: Backend) -> anyhow::Result<()> {
    let mut directory = Directory::start_on(on).await?;
    let before = directory.bundle("PractitionerRole?practitioner.name:contains=ang&_sort=_id").await?;
    assert_eq!(ids(&before, "match"), ["r-wei", "r-zhang"]);
    directory.bed.stop_registry().await;
    // As a database looks that an earlier version has made.
    let wiped = "DELETE FROM entries; DELETE FROM words; DELETE FROM suffixes; DELETE FROM codes; \
                 DELETE FROM facts WHERE key = 'search index';";
    tokio::task::block_in_place(|| directory.bed.tamper(wiped))?;
    directory.bed.start_registry().await?;
    let after = directory.bundle("PractitionerRole?practitioner.name:contains=ang&_sort=_id").await?;
    assert_eq!(ids(&after, "match"), ["r-wei", "r-zhang"]);
    Ok(())
}
