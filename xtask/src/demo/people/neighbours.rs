//! Colleagues whom the design's screens show, so that a demonstration looks like them.

use std::collections::HashMap;

use rand::rngs::SmallRng;

use super::departments::DEPARTMENTS;
use super::hospitals::{HOSPITALS, hospital};
use super::names::{Name, Reading};
use super::{Colleague, Date, finish};

/// Name parts, hospital, department, title, interests.
pub struct Neighbour {
    family: Reading,
    given: &'static [Reading],
    /// Replaces the pinyin spelling, where somebody writes another.
    latin_given: Option<&'static str>,
    hospital: &'static str,
    department: &'static str,
    title: &'static str,
    interests: &'static [&'static str],
}

macro_rules! neighbours {
    ($($family:literal $family_latin:literal [$($han:literal $latin:literal)+] $($as:literal)? @ $hospital:literal $department:literal $title:literal [$($interest:literal)*];)*) => {
        pub const NEIGHBOURS: &[Neighbour] = &[$(Neighbour {
            family: ($family, $family_latin),
            given: &[$(($han, $latin)),+],
            latin_given: neighbours!(@latin $($as)?),
            hospital: $hospital,
            department: $department,
            title: $title,
            interests: &[$($interest),*],
        }),*];
    };
    (@latin) => { None };
    (@latin $as:literal) => { Some($as) };
}

neighbours! {
    "张" "Zhang" ["薇" "wei"] @ "jzfy" "32.05" "attending" ["心脏与血管超声"];
    "张" "Zhang" ["伟" "wei"] @ "jzsy" "04.03" "associate_chief" ["脊柱外科"];
    "张" "Zhang" ["伟" "wei"] @ "jzfy" "20" "resident" ["住院医师规范化培训"];
    "张" "Zhang" ["巍" "wei"] @ "jzfy" "03.03" "chief" ["脑血管病"];
    "章" "Zhang" ["薇" "wei"] @ "jzfy" "03.07" "associate_chief" ["糖尿病与代谢"];
    "张" "Zhang" ["文" "wen" "博" "bo"] @ "bhch" "03.01" "associate_chief" ["间质性肺病"];
    "张" "Zhang" ["婉" "wan" "清" "qing"] @ "bhfy" "07" "attending" ["新生儿重症"];
    "张" "Zhang" ["卫" "wei" "东" "dong"] @ "jzsy" "04.01" "chief" ["肝胆胰外科"];
    "张" "Zhang" ["玮" "wei" "琳" "lin"] @ "bhch" "03.06" "attending" ["血液净化"];
    "张" "Zhang" ["文" "wen" "森" "sen"] "Winston" @ "bhimc" "19" "chief" ["胸部肿瘤"];
    "张" "Zhang" ["吴" "wu" "越" "yue"] @ "dhheart" "32.01" "resident" ["心血管影像"];
    "张" "Zhang" ["望" "wang" "舒" "shu"] @ "jzfy" "03.08" "attending" ["系统性血管炎"];
    "章" "Zhang" ["文" "wen" "静" "jing"] @ "jzsy" "03.02" "attending" ["炎症性肠病"];
    "王" "Wang" ["雪" "xue" "梅" "mei"] @ "jzfy" "32.05" "associate_chief" ["心脏与血管超声"];
    "王" "Wang" ["新" "xin" "宇" "yu"] @ "dhheart" "28" "attending" ["ECMO" "心源性休克"];
    "刘" "Liu" ["子" "zi" "轩" "xuan"] @ "jzfy" "03.04" "resident" ["住院医师规范化培训"];
    "孙" "Sun" ["立" "li" "新" "xin"] @ "bhch" "02" "associate_chief" ["慢性病管理"];
    "辛" "Xin" ["怡" "yi" "然" "ran"] @ "jzfy" "03.04" "attending" ["冠脉介入"];
    "司徒" "Situ" ["俊" "jun" "杰" "jie"] @ "jzfy" "32.01" "attending" ["腹部影像"];
}

impl Neighbour {
    pub fn colleague(
        &self,
        index: usize,
        today: Date,
        rng: &mut SmallRng,
        addresses: &mut HashMap<String, u32>,
    ) -> Colleague {
        let mut name = Name::han(self.family, self.given);
        if let Some(given) = self.latin_given {
            name.latin = format!("{given} {}", name.latin_family);
            name.latin_given = given.to_owned();
        }
        let hospital = hospital(self.hospital).unwrap_or(&HOSPITALS[0]);
        let department =
            DEPARTMENTS.iter().find(|department| department.code == self.department).unwrap_or(&DEPARTMENTS[0]);
        let interests = self.interests.iter().map(|interest| (*interest).to_owned()).collect();
        finish(index, name, hospital, department, self.title, interests, today, rng, addresses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hospitals_and_departments_exist() {
        for neighbour in NEIGHBOURS {
            assert!(hospital(neighbour.hospital).is_some(), "{}", neighbour.hospital);
            assert!(DEPARTMENTS.iter().any(|department| department.code == neighbour.department));
        }
    }
}
