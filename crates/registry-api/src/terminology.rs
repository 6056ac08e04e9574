//! Titles and departments: the codes that forms, FHIR resources and the client's directory share.

use serde::Serialize;

/// One concept of a code system with its designations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Concept {
    pub code: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

const fn concept(code: &'static str, zh: &'static str, en: &'static str) -> Concept {
    Concept { code, zh, en }
}

/// System of `PractitionerRole.code` and `Practitioner.qualification.code`.
pub const TITLE_SYSTEM: &str = "urn:oid:2.16.156.10011.2.3.1.209";
/// System of `PractitionerRole.specialty`: 医疗机构诊疗科目名录.
pub const DEPARTMENT_SYSTEM: &str = "urn:oid:2.16.156.10011.2.3.2.62";

/// Professional titles, highest first: the order in which colleagues rank.
pub const TITLES: &[Concept] = &[
    concept("chief", "主任医师", "Chief Physician"),
    concept("associate_chief", "副主任医师", "Associate Chief Physician"),
    concept("attending", "主治医师", "Attending Physician"),
    concept("resident", "住院医师", "Resident"),
];

/// Departments by the code of 医疗机构诊疗科目名录, in its order.
pub const DEPARTMENTS: &[Concept] = &[
    concept("02", "全科医疗科", "General Practice"),
    concept("03.01", "呼吸与危重症医学科", "Pulmonary & Critical Care"),
    concept("03.02", "消化内科", "Gastroenterology"),
    concept("03.03", "神经内科", "Neurology"),
    concept("03.04", "心血管内科", "Cardiology"),
    concept("03.05", "血液内科", "Haematology"),
    concept("03.06", "肾病学科", "Nephrology"),
    concept("03.07", "内分泌科", "Endocrinology"),
    concept("03.08", "免疫学科", "Rheumatology & Immunology"),
    concept("03.09", "变态反应科", "Allergology"),
    concept("03.10", "老年病科", "Geriatrics"),
    concept("04.01", "普通外科", "General Surgery"),
    concept("04.02", "神经外科", "Neurosurgery"),
    concept("04.03", "骨科", "Orthopaedics"),
    concept("04.04", "泌尿外科", "Urology"),
    concept("04.05", "胸外科", "Thoracic Surgery"),
    concept("04.06", "心脏大血管外科", "Cardiovascular Surgery"),
    concept("04.07", "烧伤科", "Burns"),
    concept("04.08", "整形外科", "Plastic Surgery"),
    concept("05.01", "妇科", "Gynaecology"),
    concept("05.02", "产科", "Obstetrics"),
    concept("05.05", "生殖健康与不孕症科", "Reproductive Medicine"),
    concept("07", "儿科", "Paediatrics"),
    concept("08", "小儿外科", "Paediatric Surgery"),
    concept("10", "眼科", "Ophthalmology"),
    concept("11", "耳鼻咽喉科", "Otorhinolaryngology"),
    concept("12", "口腔科", "Stomatology"),
    concept("13", "皮肤科", "Dermatology"),
    concept("14", "医疗美容科", "Aesthetic Medicine"),
    concept("15", "精神科", "Psychiatry"),
    concept("16", "传染科", "Infectious Diseases"),
    concept("19", "肿瘤科", "Medical Oncology"),
    concept("20", "急诊医学科", "Emergency"),
    concept("21", "康复医学科", "Rehabilitation"),
    concept("26", "麻醉科", "Anaesthesiology"),
    concept("27", "疼痛科", "Pain Medicine"),
    concept("28", "重症医学科", "Intensive Care"),
    concept("30", "医学检验科", "Laboratory Medicine"),
    concept("31", "病理科", "Pathology"),
    concept("32.01", "放射科", "Radiology"),
    concept("32.05", "超声科", "Ultrasound"),
    concept("32.09", "核医学科", "Nuclear Medicine"),
    concept("50", "中医科", "Traditional Chinese Medicine"),
    concept("52", "中西医结合科", "Integrated Medicine"),
];

/// The title with this code.
pub fn title(code: &str) -> Option<&'static Concept> {
    TITLES.iter().find(|c| c.code == code)
}

/// The department with this code.
pub fn department(code: &str) -> Option<&'static Concept> {
    DEPARTMENTS.iter().find(|c| c.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique() {
        for list in [TITLES, DEPARTMENTS] {
            assert_eq!(list.iter().map(|c| c.code).collect::<HashSet<_>>().len(), list.len());
        }
    }
}
