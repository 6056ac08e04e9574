//! Which departments a hospital has, and what their doctors are interested in.

use super::hospitals::Kind;

/// A department with its share of a general hospital's doctors and the fields its doctors name.
#[derive(Debug, Clone, Copy)]
pub struct Department {
    /// Code of the terminology that forms and directory share.
    pub code: &'static str,
    pub weight: u32,
    pub interests: &'static [&'static str],
}

macro_rules! departments {
    ($($code:literal $weight:literal [$($interest:literal)*];)*) => {
        pub const DEPARTMENTS: &[Department] =
            &[$(Department { code: $code, weight: $weight, interests: &[$($interest),*] }),*];
    };
}

departments! {
    "02" 14 ["慢性病管理" "健康体检" "家庭病床" "高血压随访"];
    "03.01" 38 ["间质性肺病" "慢阻肺" "肺栓塞" "呼吸介入" "重症肺炎"];
    "03.02" 36 ["炎症性肠病" "消化内镜" "肝硬化" "胰腺炎"];
    "03.03" 38 ["脑血管病" "癫痫" "帕金森病" "神经免疫" "认知障碍"];
    "03.04" 46 ["冠脉介入" "结构性心脏病" "心力衰竭" "心律失常与射频消融" "高血压" "心源性休克"];
    "03.05" 18 ["淋巴瘤" "骨髓移植" "多发性骨髓瘤" "凝血障碍"];
    "03.06" 24 ["血液净化" "肾小球疾病" "腹膜透析" "肾移植随访"];
    "03.07" 26 ["糖尿病与代谢" "甲状腺疾病" "垂体与肾上腺" "骨质疏松"];
    "03.08" 16 ["系统性血管炎" "系统性红斑狼疮" "类风湿关节炎"];
    "03.09" 6 ["过敏性鼻炎" "药物过敏" "食物过敏"];
    "03.10" 16 ["老年综合征" "衰弱评估" "多重用药"];
    "04.01" 46 ["肝胆胰外科" "胃肠外科" "甲状腺与乳腺" "疝与腹壁" "微创外科"];
    "04.02" 24 ["颅脑创伤" "脑肿瘤" "脑血管外科" "脊髓疾病"];
    "04.03" 40 ["脊柱外科" "关节置换" "创伤骨科" "运动医学" "手外科"];
    "04.04" 24 ["泌尿系肿瘤" "结石" "前列腺疾病" "男科"];
    "04.05" 18 ["肺癌微创手术" "食管外科" "纵隔肿瘤"];
    "04.06" 16 ["冠脉搭桥" "瓣膜手术" "主动脉夹层" "机械循环支持"];
    "04.07" 7 ["大面积烧伤" "创面修复" "瘢痕治疗"];
    "04.08" 7 ["修复重建" "显微外科" "颌面整形"];
    "05.01" 26 ["妇科肿瘤" "宫腔镜" "子宫内膜异位症" "盆底疾病"];
    "05.02" 28 ["高危妊娠" "产前诊断" "妊娠期高血压"];
    "05.05" 8 ["辅助生殖" "复发性流产" "多囊卵巢综合征"];
    "07" 38 ["新生儿重症" "儿童呼吸" "儿童心脏" "儿童神经" "儿童血液"];
    "08" 8 ["新生儿外科" "儿童泌尿" "先天畸形"];
    "10" 16 ["白内障" "眼底病" "青光眼" "角膜病"];
    "11" 16 ["耳科与听力" "鼻内镜" "头颈肿瘤" "睡眠呼吸障碍"];
    "12" 16 ["正畸" "种植" "牙周病" "颌面外科"];
    "13" 14 ["银屑病" "皮肤肿瘤" "激光治疗" "大疱性皮肤病"];
    "14" 4 ["激光美容" "注射美容"];
    "15" 12 ["抑郁障碍" "睡眠障碍" "儿童精神" "老年精神"];
    "16" 16 ["病毒性肝炎" "结核病" "发热待查" "艾滋病"];
    "19" 26 ["胸部肿瘤" "消化道肿瘤" "乳腺肿瘤" "免疫治疗" "姑息治疗"];
    "20" 34 ["急性中毒" "心肺复苏" "多发伤" "急性胸痛"];
    "21" 14 ["神经康复" "骨科康复" "心肺康复"];
    "26" 34 ["心脏麻醉" "小儿麻醉" "产科麻醉" "危重患者麻醉"];
    "27" 7 ["癌痛" "神经阻滞" "带状疱疹后神经痛"];
    "28" 30 ["脓毒症" "ECMO" "急性呼吸窘迫综合征" "连续肾替代治疗"];
    "30" 14 ["临床微生物" "分子诊断" "血液学检验"];
    "31" 14 ["肿瘤病理" "肾脏病理" "分子病理"];
    "32.01" 28 ["心血管影像" "神经影像" "腹部影像" "介入放射"];
    "32.05" 22 ["心脏与血管超声" "产科超声" "介入超声"];
    "32.09" 6 ["PET-CT" "核素治疗" "心肌灌注显像"];
    "50" 20 ["针灸" "脾胃病" "中医妇科" "骨伤推拿"];
    "52" 8 ["中西医结合心血管" "中西医结合肿瘤" "中西医结合风湿"];
}

/// Departments every hospital needs beside its own field.
const SUPPORT: &[&str] = &["20", "26", "28", "30", "32.01", "32.05"];

impl Kind {
    /// How many of this hospital's doctors work in the department, relative to its others.
    pub fn share(self, department: &Department) -> u32 {
        let code = department.code;
        let own = match self {
            Self::General | Self::International => return department.weight,
            Self::Heart => matches!(code, "03.04" | "04.06"),
            Self::Dental => code == "12",
            Self::WomenAndChildren => matches!(code, "05.01" | "05.02" | "05.05" | "07" | "08"),
            Self::Cancer => matches!(code, "19" | "04.05" | "04.01" | "31" | "32.09" | "27"),
            Self::Mental => code == "15",
            Self::Eye => code == "10",
            Self::Chinese => matches!(code, "50" | "52" | "21" | "03.02" | "04.03"),
            Self::Rehabilitation => matches!(code, "21" | "27" | "03.10"),
        };
        if own {
            department.weight * 10
        } else if SUPPORT.contains(&code) {
            department.weight
        } else {
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DEPARTMENTS;
    use consilium_registry_api::terminology;

    #[test]
    fn the_same_departments_as_the_terminology() {
        let ours: Vec<_> = DEPARTMENTS.iter().map(|department| department.code).collect();
        let theirs: Vec<_> = terminology::DEPARTMENTS.iter().map(|concept| concept.code).collect();
        assert_eq!(ours, theirs);
    }
}
