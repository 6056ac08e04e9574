//! Forty invented hospitals in invented cities. Their names, numbers and domains belong to nobody: area codes with 555
//! numbers, `.example` domains.

use consilium_fhir::Position;

/// A city with its province, telephone area code, Latin spellings, and where it would be (degrees, WGS 84).
#[derive(Debug, Clone, Copy)]
pub struct City {
    pub han: &'static str,
    pub latin: &'static str,
    pub province: Province,
    pub area_code: &'static str,
    pub latitude: f64,
    pub longitude: f64,
}

/// Empty for what is abroad.
#[derive(Debug, Clone, Copy)]
pub struct Province {
    pub han: &'static str,
    pub latin: &'static str,
}

const fn province(han: &'static str, latin: &'static str) -> Province {
    Province { han, latin }
}

const JIANGDONG: Province = province("江东省", "Jiangdong");
const YUNZHONG: Province = province("云中省", "Yunzhong");
const BEIYUAN: Province = province("北原省", "Beiyuan");
const XILING: Province = province("西陵省", "Xiling");
const ABROAD: Province = province("", "");

const fn city(
    han: &'static str,
    latin: &'static str,
    province: Province,
    area_code: &'static str,
    (latitude, longitude): (f64, f64),
) -> City {
    City { han, latin, province, area_code, latitude, longitude }
}

const JIANGZHOU: City = city("江州", "Jiangzhou", JIANGDONG, "0591", (26.07, 119.30));
const BINHAI: City = city("滨海", "Binhai", JIANGDONG, "0599", (24.48, 118.09));
const DONGHU: City = city("东湖", "Donghu", JIANGDONG, "0592", (25.43, 119.01));
const YUNLING: City = city("云岭", "Yunling", YUNZHONG, "0883", (25.61, 100.27));
const WANGCHUAN: City = city("望川", "Wangchuan", YUNZHONG, "0884", (27.26, 103.72));
const SONGLING: City = city("松岭", "Songling", BEIYUAN, "0466", (47.35, 123.92));
const LUMING: City = city("鹿鸣", "Luming", BEIYUAN, "0467", (45.30, 130.97));
const NANYU: City = city("南屿", "Nanyu", JIANGDONG, "0595", (23.66, 117.40));
const MINGHU: City = city("明湖", "Minghu", JIANGDONG, "0596", (27.33, 117.47));
const SHIQIAO: City = city("石桥", "Shiqiao", BEIYUAN, "0468", (43.17, 124.35));
const TIANQUAN: City = city("天泉", "Tianquan", XILING, "0977", (36.62, 101.78));
const SHALING: City = city("沙岭", "Shaling", XILING, "0978", (39.74, 98.49));
/// A partner hospital abroad.
const WEXBRIDGE: City = city("", "Wexbridge", ABROAD, "+44 1632", (54.97, -1.62));

/// What a hospital treats decides which departments it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    General,
    International,
    Heart,
    Dental,
    WomenAndChildren,
    Cancer,
    Mental,
    Eye,
    Chinese,
    Rehabilitation,
}

/// A hospital.
#[derive(Debug, Clone, Copy)]
pub struct Hospital {
    /// FHIR id, and with `.example` its mail domain.
    pub id: &'static str,
    /// Empty if it has no Chinese name.
    pub han: &'static str,
    pub latin: &'static str,
    /// What people call it.
    pub short: &'static str,
    pub city: City,
    pub grade: &'static str,
    pub kind: Kind,
    /// Its share of the colleagues, relative to the others'.
    pub weight: u32,
}

impl Hospital {
    pub fn domain(&self) -> String {
        format!("{}.example", self.id)
    }

    /// Number of its switchboard.
    pub fn switchboard(&self) -> String {
        let separator = if self.city.area_code.starts_with('+') { ' ' } else { '-' };
        let place = HOSPITALS.iter().position(|other| other.id == self.id).unwrap_or_default();
        format!("{}{separator}555{separator}{:04}", self.city.area_code, 2000 + place * 10)
    }

    /// Where it would be: within some ten kilometres of the middle of its city.
    pub fn position(&self) -> Position {
        // FNV-1a, so that it stays where it is.
        let hash = self
            .id
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let aside = |shift: u32| ((hash >> shift) % 2001) as f64 / 10_000.0 - 0.1;
        // To a hundred metres: nobody measures a hospital closer.
        let rounded = |degrees: f64| (degrees * 1000.0).round() / 1000.0;
        Position {
            latitude: rounded(self.city.latitude + aside(8)),
            longitude: rounded(self.city.longitude + aside(32)),
        }
    }

    /// The name it is listed under.
    pub fn name(&self) -> &'static str {
        if self.han.is_empty() { self.latin } else { self.han }
    }
}

macro_rules! hospitals {
    ($($id:literal $han:literal $latin:literal $short:literal $city:ident $grade:literal $kind:ident $weight:literal;)*) => {
        /// All of them; positions never change, because people are drawn by position.
        pub const HOSPITALS: &[Hospital] = &[$(Hospital {
            id: $id, han: $han, latin: $latin, short: $short, city: $city, grade: $grade, kind: Kind::$kind, weight: $weight,
        }),*];
    };
}

hospitals! {
    "jzfy" "江州大学附属第一医院" "Jiangzhou University First Hospital" "江大一附院" JIANGZHOU "三级甲等" General 30;
    "bhch" "滨海市中心医院" "Binhai Central Hospital" "滨海中心" BINHAI "三级甲等" General 26;
    "dhheart" "东湖心血管病医院" "Donghu Heart Hospital" "东湖心血管" JIANGZHOU "三级甲等" Heart 14;
    "jzsy" "江州市第三人民医院" "Jiangzhou Third People’s Hospital" "江州三院" JIANGZHOU "三级甲等" General 20;
    "bhimc" "滨海国际医疗中心" "Binhai International Medical Centre" "滨海国际" BINHAI "三级乙等" International 14;
    "jzdental" "江州大学附属口腔医院" "Jiangzhou University Dental Hospital" "江大口腔" JIANGZHOU "三级甲等" Dental 6;
    "bhfy" "滨海市妇幼保健院" "Binhai Women and Children’s Hospital" "滨海妇幼" BINHAI "三级甲等" WomenAndChildren 10;
    "ylph" "云岭省立医院" "Yunling Provincial Hospital" "云岭省立" YUNLING "三级甲等" General 20;
    "aldhelm" "" "St Aldhelm’s Hospital" "St Aldhelm’s" WEXBRIDGE "" International 8;
    "jzfe" "江州大学附属第二医院" "Jiangzhou University Second Hospital" "江大二附院" JIANGZHOU "三级甲等" General 22;
    "jzcancer" "江州市肿瘤医院" "Jiangzhou Cancer Hospital" "江州肿瘤" JIANGZHOU "三级甲等" Cancer 10;
    "jztcm" "江州市中医院" "Jiangzhou Hospital of Traditional Chinese Medicine" "江州中医院" JIANGZHOU "三级甲等" Chinese 9;
    "jzchild" "江州市儿童医院" "Jiangzhou Children’s Hospital" "江州儿童" JIANGZHOU "三级甲等" WomenAndChildren 10;
    "bhdx" "滨海大学附属医院" "Binhai University Hospital" "滨大附院" BINHAI "三级甲等" General 20;
    "bhey" "滨海市第二人民医院" "Binhai Second People’s Hospital" "滨海二院" BINHAI "三级乙等" General 13;
    "bhmind" "滨海市精神卫生中心" "Binhai Mental Health Centre" "滨海精卫" BINHAI "三级甲等" Mental 5;
    "dhsy" "东湖市第一人民医院" "Donghu First People’s Hospital" "东湖一院" DONGHU "三级甲等" General 17;
    "dhzy" "东湖市中西医结合医院" "Donghu Integrated Medicine Hospital" "东湖中西医" DONGHU "三级乙等" Chinese 6;
    "dheye" "东湖眼科医院" "Donghu Eye Hospital" "东湖眼科" DONGHU "三级乙等" Eye 5;
    "dhfy" "东湖市妇幼保健院" "Donghu Women and Children’s Hospital" "东湖妇幼" DONGHU "三级乙等" WomenAndChildren 6;
    "ylyy" "云岭市第一人民医院" "Yunling First People’s Hospital" "云岭一院" YUNLING "三级甲等" General 15;
    "ylmz" "云岭民族医院" "Yunling Hospital of the Nationalities" "云岭民族" YUNLING "三级乙等" General 9;
    "yltcm" "云岭市中医院" "Yunling Hospital of Traditional Chinese Medicine" "云岭中医院" YUNLING "三级乙等" Chinese 5;
    "wcrm" "望川市人民医院" "Wangchuan People’s Hospital" "望川人民" WANGCHUAN "三级甲等" General 13;
    "wcfy" "望川市妇幼保健院" "Wangchuan Women and Children’s Hospital" "望川妇幼" WANGCHUAN "二级甲等" WomenAndChildren 5;
    "slzx" "松岭市中心医院" "Songling Central Hospital" "松岭中心" SONGLING "三级甲等" General 13;
    "slkf" "松岭康复医院" "Songling Rehabilitation Hospital" "松岭康复" SONGLING "二级甲等" Rehabilitation 4;
    "lmrm" "鹿鸣市人民医院" "Luming People’s Hospital" "鹿鸣人民" LUMING "三级乙等" General 10;
    "lmtcm" "鹿鸣市中医院" "Luming Hospital of Traditional Chinese Medicine" "鹿鸣中医院" LUMING "二级甲等" Chinese 4;
    "nyrm" "南屿市人民医院" "Nanyu People’s Hospital" "南屿人民" NANYU "三级甲等" General 12;
    "nyfy" "南屿市妇幼保健院" "Nanyu Women and Children’s Hospital" "南屿妇幼" NANYU "二级甲等" WomenAndChildren 4;
    "mhrm" "明湖市第一医院" "Minghu First Hospital" "明湖一院" MINGHU "三级甲等" General 12;
    "mhheart" "明湖心脏中心" "Minghu Heart Centre" "明湖心脏" MINGHU "三级乙等" Heart 6;
    "mhcancer" "明湖肿瘤医院" "Minghu Cancer Hospital" "明湖肿瘤" MINGHU "三级乙等" Cancer 6;
    "sqrm" "石桥市人民医院" "Shiqiao People’s Hospital" "石桥人民" SHIQIAO "三级乙等" General 9;
    "sqkg" "石桥矿区医院" "Shiqiao Miners’ Hospital" "石桥矿区" SHIQIAO "二级甲等" General 6;
    "tqph" "西陵省人民医院" "Xiling Provincial People’s Hospital" "西陵省医" TIANQUAN "三级甲等" General 16;
    "tqmind" "天泉市精神卫生中心" "Tianquan Mental Health Centre" "天泉精卫" TIANQUAN "三级乙等" Mental 4;
    "slgrm" "沙岭地区人民医院" "Shaling District People’s Hospital" "沙岭人民" SHALING "三级乙等" General 8;
    "slgmz" "沙岭民族医院" "Shaling Hospital of the Nationalities" "沙岭民族" SHALING "二级甲等" General 5;
}

/// The hospital with this id.
pub fn hospital(id: &str) -> Option<&'static Hospital> {
    HOSPITALS.iter().find(|hospital| hospital.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_is_near_its_city_and_has_a_number_and_a_place_of_its_own() {
        let mut seen = HashSet::new();
        for hospital in HOSPITALS {
            let Position { latitude, longitude } = hospital.position();
            assert!(
                (latitude - hospital.city.latitude).abs() < 0.11 && (longitude - hospital.city.longitude).abs() < 0.11
            );
            assert!(seen.insert(hospital.switchboard()) && seen.insert(format!("{latitude} {longitude}")));
        }
    }

    #[test]
    fn forty_with_names_of_their_own() {
        assert_eq!(HOSPITALS.len(), 40);
        for unique in [|h: &Hospital| h.id, |h: &Hospital| h.latin, |h: &Hospital| h.short, |h: &Hospital| h.name()] {
            assert_eq!(HOSPITALS.iter().map(unique).collect::<HashSet<_>>().len(), 40);
        }
    }
}
