//! The program as an operator runs it, and what it writes down.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use anyhow::Context as _;
use consilium_registry_api::*;
use consilium_testbed::{Applicant, Backend, Testbed, lin_jianing, on_both_databases};
use reqwest::Method;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

on_both_databases! {
    an_operator_appoints_imports_serves_and_stops,
    an_import_that_is_killed_is_completed_by_doing_it_again,
}

fn registry(bed: &Testbed) -> anyhow::Result<Command> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_consilium-registry"));
    let settings = &bed.settings;
    let token_file = bed.folder().join("token");
    std::fs::write(&token_file, format!("{}\n", bed.synapse.admin_token))?;
    for (key, value) in [
        ("DATABASE", bed.database()),
        ("LISTEN", settings.listen.to_string().into()),
        ("NAME", "Consilium".into()),
        ("HOMESERVER", settings.homeserver.as_str().into()),
        ("SERVER_NAME", settings.server_name.clone().into()),
        ("HOMESERVER_ADMIN_TOKEN_FILE", token_file.into()),
        ("SECRET_FILE", settings.secret_file.clone().into()),
        ("SMTP", settings.smtp.clone().into()),
        ("MAIL_FROM", settings.mail_from.clone().into()),
        ("EVIDENCE_DIR", settings.evidence_dir.clone().into()),
        ("PUBLISHED_DIR", settings.published_dir.clone().into()),
    ] {
        command.env(format!("CONSILIUM_REGISTRY_{key}"), value);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).env("RUST_LOG", "debug");
    Ok(command)
}

struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn an_operator_appoints_imports_serves_and_stops(on: Backend) -> anyhow::Result<()> {
    let mut bed = Testbed::start_on(on).await?;
    bed.stop_registry().await;

    let mut create = registry(&bed)?;
    create.args(["create-verifier", "--han-name", "周敏", "--latin-name", "Zhou Min", "--title", "chief"]);
    create.args(["--department", "02", "--organization-name", "江州大学附属第一医院", "--city", "江州"]);
    create.args(["--email", "zhou.min@jzfy.example", "--phone", "0591-555-0100", "--organization-id", "jzfy"]);
    let mut child = create.spawn()?;
    child.stdin.take().context("no input")?.write_all("密码 with spaces \n".as_bytes())?;
    let output = child.wait_with_output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made: Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!(made["user_id"], "@zhou.min:jiangzhou.example");
    bed.synapse.login("zhou.min", "密码 with spaces ").await?;

    let another = bed.folder().join("another secret");
    let refused = registry(&bed)?.env("CONSILIUM_REGISTRY_SECRET_FILE", another).arg("serve").output()?;
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && words.contains("the secret file is not the one"), "{words}");

    let wrong = registry(&bed)?.args(["import", "/no/such/file.ndjson"]).output()?;
    assert!(!wrong.status.success());
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("cannot open /no/such/file.ndjson"));
    let file = bed.folder().join("o.ndjson");
    std::fs::write(&file, "{\"resourceType\":\"Organization\",\"id\":\"o1\",\"name\":\"江州市第二医院\"}\n\n")?;
    let report = bed.folder().join("report.jsonl");
    let import = |args: &[&str]| -> anyhow::Result<(bool, Value)> {
        let output = registry(&bed)?.arg("import").arg(&file).args(args).arg("--report").arg(&report).output()?;
        Ok((output.status.success(), serde_json::from_slice(&output.stdout)?))
    };
    for (args, written) in [(["--dry-run"].as_slice(), false), (&[], true)] {
        let (done, counts) = import(args)?;
        let of = |name: &str| counts[name].as_u64().unwrap();
        assert_eq!((done, of("organizations"), of("practitioners"), of("roles"), of("new")), (true, 1, 0, 0, 1));
        assert_eq!(counts["written"], written);
    }
    std::fs::write(&file, "{\"resourceType\":\"Organization\",\"id\":\"o2\"}\n")?;
    let (done, counts) = import(&[])?;
    assert!(!done && counts["errors"] == 1 && counts["written"] == false);
    let line: Value = serde_json::from_str(std::fs::read_to_string(&report)?.trim_end())?;
    assert_eq!((&line["severity"], &line["line"]), (&"error".into(), &1.into()));
    assert_eq!(line["column"], "Organization.name");
    let export = bed.folder().join("directory.ndjson.gz");
    let output = registry(&bed)?.arg("export").arg(&export).output()?;
    let counts: Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!(counts, serde_json::json!({"organizations": 2, "practitioners": 1, "roles": 1}));
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&export)?.permissions()) & 0o777, 0o600);

    let mut serving = Stopped(registry(&bed)?.arg("serve").spawn()?);
    let mut log = BufReader::new(serving.0.stderr.take().context("no log")?);
    let mut written = String::new();
    while !written.contains(&format!("listening on {}\n", bed.settings.listen)) {
        anyhow::ensure!(log.read_line(&mut written)? > 0, "it ended: {written}");
    }
    let reader = std::thread::spawn(move || log.lines().map_while(Result::ok).collect::<Vec<_>>().join("\n"));

    // A doctor goes all the way, and the log at its most talkative knows nothing about it.
    let account = bed.synapse.login("zhou.min", "密码 with spaces ").await?;
    let practitioner_id = made["practitioner_id"].as_str().unwrap().to_owned();
    let verifier = consilium_testbed::Doctor { account, practitioner_id, password: String::new() };
    let lin = Applicant::new(lin_jianing());
    lin.apply(&bed).await?.read::<ApplicationView>()?;
    let code = bed.mail.code_to(&lin.form.work_email).unwrap();
    lin.confirm_email(&bed).await?;
    lin.submit(&bed).await?;
    lin.approved_by(&bed, &verifier).await?;
    let token = lin.registration_token(&bed).await?;
    let account = bed.synapse.register(&token.localpart, "correct horse battery", &token.token).await?;
    let openid_token = bed.synapse.openid_token(&account).await?;
    let request = bed.request(Method::POST, &lin.path("/binding")).bearer_auth(&lin.secret);
    let request = request.json(&BindingRequest { openid_token: openid_token.clone() });
    bed.send(request).await?.read::<Binding>()?;
    let session = bed.session(&verifier).await?;
    bed.call(Method::GET, "/fhir/Organization?name:contains=%E6%B1%9F", "").await?;

    let pid = serving.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status()?.success());
    assert!(serving.0.wait()?.success());
    written += &reader.join().unwrap();
    assert!(written.contains("/v1/applications/{id}"), "calls are logged by their route");
    for secret in [
        &lin.secret,
        &lin.id,
        &code,
        &token.token,
        &openid_token.access_token,
        &session.access_token,
        &bed.synapse.admin_token,
        "990420000083517",
        "林嘉宁",
        "Lin Jianing",
        "lin.jianing@",
        "0591-555-0120",
        "%E6%B1",
    ] {
        assert!(!written.contains(secret), "the log holds {secret}");
    }
    Ok(())
}

async fn an_import_that_is_killed_is_completed_by_doing_it_again(on: Backend) -> anyhow::Result<()> {
    const COLLEAGUES: u64 = 4_000;
    let bed = Testbed::start_on(on).await?;
    let file = bed.folder().join("many.ndjson");
    let line = |n| {
        format!("{{\"resourceType\":\"Practitioner\",\"id\":\"p{n}\",\"name\":[{{\"text\":\"Doctor Number{n}\"}}]}}\n")
    };
    std::fs::write(&file, (0..COLLEAGUES).map(line).collect::<String>())?;
    let count = |table: &str| -> anyhow::Result<u64> { bed.count(table) };

    // Into an empty directory in one transaction: all or nothing.
    let mut killed = Stopped(registry(&bed)?.arg("import").arg(&file).spawn()?);
    tokio::time::sleep(std::time::Duration::from_millis(1_000)).await;
    killed.0.kill()?;
    killed.0.wait()?;
    let there = count("resources")?;
    assert!(there == 0 || there == COLLEAGUES, "{there}");

    // Into one with colleagues in several.
    if there == 0 {
        bed.verifier().await?;
        let mut killed = Stopped(registry(&bed)?.arg("import").arg(&file).spawn()?);
        while count("resources")? < 3 && killed.0.try_wait()?.is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        killed.0.kill()?;
        killed.0.wait()?;
    }
    let there = count("resources")?;
    assert_eq!(count("entries")?, there, "what is there is whole");
    let output = registry(&bed)?.arg("import").arg(&file).output()?;
    let counts: Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!(counts["new"].as_u64().unwrap() + counts["unchanged"].as_u64().unwrap(), COLLEAGUES, "{counts}");
    let others = count("resources")? - COLLEAGUES;
    assert_eq!(counts["unchanged"].as_u64().unwrap(), there.saturating_sub(others), "{counts}");
    Ok(())
}
