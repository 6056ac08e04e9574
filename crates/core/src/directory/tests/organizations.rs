use super::registry::{Doctor, Registry, hospital, hospital_staff, staff};
use super::*;
use consilium_api::organizations::{OrganizationPage, OrganizationQuery, Position};
use consilium_fhir::{Address, ContactPoint, Element, Extension, Organization, Reference, terms};

/// A hospital in a province, with a place, a grade and a switchboard.
fn placed(hospital: Organization, province: (&str, &str), at: Option<(f64, f64)>) -> Organization {
    let position = at.map(|(latitude, longitude)| consilium_fhir::Position { latitude, longitude }.to_extension());
    let address = hospital.address.into_iter().map(|address| Address {
        state: Some(province.0.into()),
        state_element: Some(Element::translated("en", province.1)),
        extension: position.iter().cloned().collect(),
        ..address
    });
    Organization {
        address: address.collect(),
        extension: vec![Extension::string(terms::HOSPITAL_GRADE, "三级甲等")],
        telecom: vec![ContactPoint::work("phone", "0591-555-0100")],
        ..hospital
    }
}

const JIANGDONG: (&str, &str) = ("江东省", "Jiangdong");
const YUNZHONG: (&str, &str) = ("云中省", "Yunzhong");

/// The staff of three hospitals in one province, one hospital in another, and one of which nothing is known but its name.
fn country() -> Registry {
    let registry = Registry::new(100);
    let [first, second, third] = super::registry::hospitals();
    registry
        .put(placed(first, JIANGDONG, Some((26.0, 119.0))))
        .put(placed(second, JIANGDONG, Some((25.0, 120.0))))
        .put(placed(third, JIANGDONG, Some((26.2, 119.4))))
        .put(placed(
            hospital("ylyy", "云岭市第一人民医院", "Yunling First People’s Hospital", &[], ("云岭", "Yunling")),
            YUNZHONG,
            None,
        ))
        .put(Organization { id: Some("nowhere".into()), name: Some("St Nowhere".into()), ..Organization::default() })
        .list_all(&staff())
        .list(&Doctor::new("gulnar", "古丽娜尔", "Gulnar", "").at("ylyy"));
    registry
}

impl Desk {
    async fn hospitals(&self, query: OrganizationQuery) -> OrganizationPage {
        self.directory.organizations(query).await.unwrap()
    }

    async fn find_hospitals(&self, text: &str) -> Vec<String> {
        let query = OrganizationQuery { text: text.into(), limit: 500, ..OrganizationQuery::default() };
        self.hospitals(query).await.rows.into_iter().map(|row| row.id).collect()
    }
}

const HEART: &str = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";

#[tokio::test]
async fn hospitals_stand_by_province_and_city_where_most_colleagues_are_first() {
    let desk = Desk::with(&country()).await;
    desk.directory.set_viewer(Some("@lin.jianing:jz.example"));
    let page = desk.hospitals(OrganizationQuery { limit: 500, ..OrganizationQuery::default() }).await;
    let rows: Vec<_> = page.rows.iter().map(|r| (r.id.as_str(), r.colleagues, r.joined, r.own)).collect();
    assert_eq!(
        rows,
        [
            ("jzfy", 4, 2, true),
            (HEART, 2, 0, false),
            ("bhch", 4, 1, false),
            ("ylyy", 1, 0, false),
            ("nowhere", 0, 0, false)
        ]
    );
    assert_eq!((page.total, page.colleagues), (5, 11));
    let groups: Vec<_> = page
        .groups
        .iter()
        .map(|g| (g.province.zh.as_str(), g.city.en.as_str(), g.index, g.organizations, g.colleagues))
        .collect();
    assert_eq!(
        groups,
        [
            ("江东省", "Jiangzhou", 0, 2, 6),
            ("江东省", "Binhai", 2, 1, 4),
            ("云中省", "Yunling", 3, 1, 1),
            ("", "", 4, 1, 0)
        ]
    );
    assert_eq!(page.rows[0].grade, "三级甲等");
    // Pages are cut from the same order.
    let second = desk.hospitals(OrganizationQuery { offset: 2, limit: 1, ..OrganizationQuery::default() }).await;
    assert_eq!((second.rows[0].id.as_str(), second.total, second.groups.len()), ("bhch", 5, 0));
}

#[tokio::test]
async fn a_hospital_is_found_by_its_names_and_by_where_it_is() {
    let desk = Desk::with(&country()).await;
    for (text, ids) in [
        ("滨海", vec!["bhch"]),
        ("jdfy", vec!["jzfy"]),
        ("donghu heart", vec![HEART]),
        ("中心", vec!["bhch"]),
        ("江州 心血管", vec![HEART]),
        ("云中", vec!["ylyy"]),
        ("yunz", vec!["ylyy"]),
        ("jiangdong", vec!["jzfy", HEART, "bhch"]),
        ("yunling 一", vec!["ylyy"]),
        ("nowhere", vec!["nowhere"]),
        ("火星", vec![]),
        ("\" OR *", vec![]),
    ] {
        assert_eq!(desk.find_hospitals(text).await, ids, "{text}");
    }
    let at = |province: Option<&str>, city: Option<&str>| OrganizationQuery {
        province: province.map(Into::into),
        city: city.map(Into::into),
        limit: 500,
        ..OrganizationQuery::default()
    };
    assert_eq!(desk.hospitals(at(Some("江东省"), None)).await.total, 3);
    assert_eq!(desk.hospitals(at(Some("江东省"), Some("江州"))).await.total, 2);
    assert_eq!(desk.hospitals(at(Some("云中省"), Some("江州"))).await.total, 0);
    assert_eq!(desk.hospitals(at(Some(""), None)).await.rows[0].id, "nowhere");
}

#[tokio::test]
async fn the_card_of_a_hospital_counts_its_departments() {
    let registry = country();
    let desk = Desk::with(&registry).await;
    let card = desk.directory.organization("jzfy").await.unwrap();
    assert_eq!((card.province.en.as_str(), card.city.zh.as_str()), ("Jiangdong", "江州"));
    assert_eq!((card.grade.as_str(), card.phone.as_str()), ("三级甲等", "0591-555-0100"));
    assert_eq!((card.colleagues, card.joined), (4, 2));
    let mut departments: Vec<_> =
        card.departments.iter().map(|d| (d.code.as_str(), d.label.en.as_str(), d.colleagues, d.joined)).collect();
    departments.sort_unstable();
    assert_eq!(
        departments,
        [
            ("03.04", "Cardiology", 1, 1),
            ("07", "Paediatrics", 1, 0),
            ("19", "Medical Oncology", 1, 0),
            ("32.05", "Ultrasound", 1, 1)
        ]
    );
    // Everyone of a department is the same people in the list of colleagues.
    let query = DirectoryQuery { organizations: vec!["jzfy".into()], departments: vec!["32.05".into()], ..asking("") };
    assert_eq!(ids(desk.page(query).await.rows), ["zhang-wei-2"]);
    assert_eq!(desk.directory.organization("mars").await.unwrap_err().code, ErrorCode::NotFound);

    registry.list(&Doctor::new("new", "王新", "Wang", "Xin").department("07").account("@wang:jz.example"));
    registry.delete("PractitionerRole/role-zhang-wei-2");
    desk.directory.sync(&registry).await.unwrap();
    let card = desk.directory.organization("jzfy").await.unwrap();
    assert_eq!(card.departments.first().map(|d| (d.code.as_str(), d.colleagues, d.joined)), Some(("07", 2, 1)));
    assert!(card.departments.iter().all(|d| d.code != "32.05"), "who left is not counted");
}

#[tokio::test]
async fn places_have_a_middle_if_a_hospital_there_says_where_it_is() {
    let desk = Desk::with(&country()).await;
    let places = desk.directory.places().await.unwrap();
    assert_eq!((places.organizations, places.colleagues), (5, 11));
    let keys: Vec<_> = places.provinces.iter().map(|p| (p.key.as_str(), p.organizations, p.cities.len())).collect();
    assert_eq!(keys, [("江东省", 3, 2), ("云中省", 1, 1), ("", 1, 1)]);
    let jiangzhou = places.provinces[0].cities[0].position.unwrap();
    assert!((jiangzhou.latitude - 26.1).abs() < 1e-9 && (jiangzhou.longitude - 119.2).abs() < 1e-9);
    assert_eq!(places.provinces[0].cities[1].position, Some(Position { latitude: 25.0, longitude: 120.0 }));
    assert_eq!(places.provinces[1].position, None);
}

#[tokio::test]
async fn what_becomes_of_a_hospital_shows() {
    let registry = hospital_staff();
    registry.put(Organization {
        id: Some("cardiology".into()),
        name: Some("心血管内科".into()),
        part_of: Some(Reference::to("Organization", "jzfy", "")),
        ..Organization::default()
    });
    let desk = Desk::with(&registry).await;
    assert_eq!(desk.find_hospitals("").await.len(), 3, "a department without colleagues of its own is no hospital");
    let [first, ..] = super::registry::hospitals();
    registry.put(placed(Organization { name: Some("江州第一医院".into()), ..first }, JIANGDONG, Some((91.0, 0.0))));
    registry.list(&Doctor::new("in-part", "王新", "Wang", "Xin").at("cardiology"));
    desk.directory.sync(&registry).await.unwrap();
    let card = desk.directory.organization("jzfy").await.unwrap();
    assert_eq!((card.name.zh.as_str(), card.province.zh.as_str()), ("江州第一医院", "江东省"));
    assert_eq!(desk.directory.organization("cardiology").await.unwrap().colleagues, 1);
    assert!(desk.directory.places().await.unwrap().provinces.iter().all(|p| p.position.is_none()), "91° is nowhere");
    registry.delete("Organization/jzfy");
    desk.directory.sync(&registry).await.unwrap();
    assert_eq!(desk.directory.organization("jzfy").await.unwrap_err().code, ErrorCode::NotFound);
}
