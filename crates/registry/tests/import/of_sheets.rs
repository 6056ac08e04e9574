//! The sheet that a hospital's personnel office has.

use super::{Operator as _, Reader, of, offline, said};
use anyhow::ensure;
use consilium_registry::{Import, publish_now};
use consilium_testbed::{Backend, Doctor, VERIFIER_PASSWORD, on_both_databases, weiss};
use flate2::read::GzDecoder;
use serde_json::Value;
use std::io::Read as _;

on_both_databases! {
    a_sheet_of_excel_becomes_colleagues_of_a_hospital_that_is_listed,
    every_row_that_is_wrong_is_told_with_its_line_and_column,
    contacts_are_for_the_hospital_until_their_owners_decide,
}

pub const MAPPING: &str = r#"
    header = 2
    staff_system = "https://jzfy.example/staff"

    [columns]
    "姓名" = "name"
    "拼音" = "pinyin"
    "工号" = "staff_number"
    "科室" = "department"
    "职称" = "title"
    "办公电话" = "phone"
    "邮箱" = "email"
    "专长" = "interests"

    [constants]
    hospital = "江州大学附属第一医院"
    city = "江州"

    [values.department]
    "心内一病区" = "03.04"

    [values.title]
    "主任医师、教授" = "chief"

    [leave_out]
    department = ["财务科"]
"#;

pub const HEADER: &str = "江州大学附属第一医院职工名册,,,,,,,\n姓名,拼音,工号,科室,职称,办公电话,邮箱,专长\n";

async fn a_sheet_of_excel_becomes_colleagues_of_a_hospital_that_is_listed(on: Backend) -> anyhow::Result<()> {
    let reader = Reader::start_on(on).await?;
    let rows = "林　凡,,1001,心内一病区,主任医师、教授,0591-555-0131,Lin.Fan@jzfy.example,\"冠脉介入、\n心力衰竭\"\n\
                𠮷田一郎,Yoshida Ichiro,1002,儿科,住院医师,,,\n\
                ,,,,,,,\n\
                吴账,,1003,财务科,会计师,,,\n\
                林　凡,,1001,老年病科,主任医师,,,\n";
    let mut import = reader.sheet("staff.csv", rows)?;
    // As Excel in China saves it.
    let sheet = format!("{HEADER}{rows}");
    let (text, ..) = encoding_rs::GB18030.encode(&sheet);
    import.files = vec![reader.file("gb.csv", &text)?];
    let (totals, findings) = reader.import(&import)?;
    assert_eq!((totals.read.practitioners, totals.read.roles, totals.new), (2, 3, 5), "{}", said(&findings));
    assert!(said(&findings).contains("GB18030"), "{}", said(&findings));

    let roles = reader
        .found("PractitionerRole?organization=jzfy&specialty=03.04&role=chief&_include=PractitionerRole:practitioner")
        .await?;
    let [role, person] = roles.as_slice() else { anyhow::bail!("{roles:?}") };
    assert_eq!(person["name"][0]["text"], "林凡");
    assert_eq!(person["name"][1]["text"], "Lin Fan");
    assert_eq!(person["identifier"][0]["value"], "1001");
    let telecom: Vec<&Value> = role["telecom"].as_array().unwrap().iter().map(|contact| &contact["value"]).collect();
    assert_eq!(telecom, ["0591-555-0131", "lin.fan@jzfy.example"]);
    let interests: Vec<&Value> =
        role["specialty"].as_array().unwrap().iter().filter_map(|one| one.get("text")).collect();
    assert_eq!(interests, ["冠脉介入", "心力衰竭"], "of a cell of two lines");
    assert_eq!(reader.found("Practitioner?name=𠮷田").await?.len(), 1);
    assert_eq!(
        reader.found("PractitionerRole?practitioner.name=林凡").await?.len(),
        2,
        "a second post in a second row"
    );
    assert_eq!(reader.found("Organization?name=江州大学").await?.len(), 1, "the hospital was listed");
    assert!(reader.found("Practitioner?name=吴账").await?.is_empty(), "an accountant is no physician");

    // The same with the semicolons of a European Excel, and with tabs: nothing changes.
    for (delimiter, mark) in [(";", "\u{FEFF}"), ("\t", "")] {
        let rows = rows.replace(',', delimiter);
        let header = HEADER.replace(',', delimiter);
        import.files = vec![reader.file("other.csv", format!("{mark}{header}{rows}"))?];
        let (totals, _) = reader.import(&import)?;
        assert_eq!((totals.new, totals.changed, totals.unchanged), (0, 0, 5), "{delimiter:?}");
    }
    Ok(())
}

async fn every_row_that_is_wrong_is_told_with_its_line_and_column(on: Backend) -> anyhow::Result<()> {
    let operator = offline(on)?;
    let rows = "林凡,,1001,心内科,主任医师,,,\n\
                ,,1002,儿科,,,,\n\
                吴静,,1003,儿科,教授,,,\n\
                吴平,,1003,骨科,,,,\n\
                吴双,,1003,骨科,,,,\n\
                何敏,,1005,儿科,,见OA,,\n\
                何敏,,1005,儿科,,,,\n\
                何\u{0}静,,1006,儿科,,,,\n\
                何安,,1007,儿科,,,,,,多\n\
                \"何宁,,1008,儿科,,,,\n";
    let import = operator.sheet("staff.csv", &format!("{rows}{}", "何,,,儿科,,,,\n".repeat(30)))?;
    for dry_run in [true, false] {
        let (totals, findings) = operator.run(&Import { dry_run, ..import.clone() })?;
        assert!(!totals.written);
        let said = said(&findings);
        for expected in [
            "staff.csv, line 3, 科室: error: \"心内科\" is no department known here: say in [values.department]",
            "staff.csv, line 4, 姓名: error: there is no name",
            "staff.csv, line 5, 职称: error: \"教授\" is no title known here: say in [values.title]",
            "staff.csv, line 7: error: the staff number is that of line 6, who has another name",
            "staff.csv, line 8, 办公电话: warning: this is no telephone number; it was left out",
            "staff.csv, line 9: duplicate: the same colleague, hospital and department as line 8; left out",
            "staff.csv, line 10: error: the row holds a NUL character",
            "staff.csv, line 11: error: the row has 10 cells, the header 8",
            "staff.csv, line 12: error: a quotation mark that begins here is not closed",
        ] {
            assert!(said.contains(expected), "{expected}\n\n{said}");
        }
        assert!(
            !said.contains("林凡") && !said.contains("1003") && !said.contains("见OA"),
            "no person is named: {said}"
        );
    }
    assert!(operator.listed("Practitioner")?.is_empty());
    let (totals, _) = operator.import(&Import { skip_errors: true, ..import.clone() })?;
    assert_eq!((totals.read.practitioners, totals.errors), (2, 7));
    let names: Vec<Value> =
        operator.listed("Practitioner")?.iter().map(|person| person["name"][0]["text"].clone()).collect();
    assert!(names.contains(&"何敏".into()) && !names.contains(&"吴静".into()), "{names:?}");

    let wrong = operator.file("wrong.csv", "姓名,部门\n林凡,儿科\n")?;
    let (_, findings) = operator.run(&Import { files: vec![wrong], ..import.clone() })?;
    assert!(
        said(&findings).contains("the sheet has no header there") || said(&findings).contains("has no column"),
        "{}",
        said(&findings)
    );
    let (_, findings) = operator.run(&Import { mapping: None, ..import })?;
    assert!(said(&findings).contains("--mapping"), "{}", said(&findings));
    Ok(())
}

async fn contacts_are_for_the_hospital_until_their_owners_decide(on: Backend) -> anyhow::Result<()> {
    let mut reader = Reader::start_on(on).await?;
    let verifier = reader.bed.synapse.login("@zhou.min:jiangzhou.example", VERIFIER_PASSWORD).await?;
    let verifier = Doctor { account: verifier, practitioner_id: String::new(), password: String::new() };
    let hannah = reader.bed.doctor(&verifier, weiss(), "correct horse battery").await?;
    let sheet = reader
        .file("staff.csv", "姓名,科室,电话,手机,邮箱\n何安,儿科,0591-555-0131,139-5550-0131,he.an@jzfy.example\n")?;
    let mapping = r#"
        [columns]
        "姓名" = "name"
        "科室" = "department"
        "电话" = "phone"
        "手机" = "mobile"
        "邮箱" = "email"
        [constants]
        hospital = "江州大学附属第一医院"
        city = "江州"
    "#;
    let mut import = Import { mapping: Some(reader.file("own.toml", mapping)?), ..of([sheet]) };
    reader.import(&import)?;
    let seen = async |reader: &Reader| -> anyhow::Result<Vec<Value>> {
        let mut roles = reader.found("PractitionerRole?practitioner.name=何安").await?;
        ensure!(roles.len() == 1, "{roles:?}");
        let telecom = roles.remove(0)["telecom"].take();
        Ok(telecom.as_array().into_iter().flatten().map(|contact| contact["value"].clone()).collect())
    };
    let same_hospital = seen(&reader).await?;
    assert_eq!(same_hospital, ["0591-555-0131", "he.an@jzfy.example"], "the mobile is for nobody");
    let zhou = std::mem::replace(&mut reader.session, reader.bed.session(&hannah).await?);
    assert!(seen(&reader).await?.is_empty(), "of another hospital");

    // The hospital shows its switchboard's numbers to all, and lets colleagues of the house call the mobile.
    let more = format!("{mapping}\n[visibility]\nphone = \"verified\"\nmobile = \"organization\"\n");
    import.mapping = Some(reader.file("more.toml", more)?);
    let (totals, _) = reader.import(&import)?;
    assert_eq!(totals.changed, 2);
    assert_eq!(seen(&reader).await?, ["0591-555-0131"]);
    reader.session = zhou;
    assert_eq!(seen(&reader).await?, ["0591-555-0131", "139-5550-0131", "he.an@jzfy.example"]);

    // Whatever is shown to whom, published files have none.
    publish_now(reader.bed.registry()?).await?;
    let mut published = String::new();
    for file in std::fs::read_dir(reader.folder().join("published/files"))? {
        GzDecoder::new(std::fs::File::open(file?.path())?).read_to_string(&mut published)?;
    }
    assert!(published.contains("何安") && !published.contains("-0131") && !published.contains("he.an@"));
    Ok(())
}
