//! Names as they are borne: Han names in pinyin with the surname's own reading, compound surnames, names of other
//! nationalities in their usual Latin spelling, and Western names with their diacritics.

use rand::Rng;
use rand::rngs::SmallRng;

/// A name in the scripts its bearer writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Empty for who has no Chinese name.
    pub han: String,
    pub han_family: String,
    pub han_given: String,
    /// As written in Latin letters, in the bearer's order.
    pub latin: String,
    pub latin_family: String,
    pub latin_given: String,
}

impl Name {
    /// A Han name; syllables of the given name are joined as pinyin orthography wants (GB/T 28039: one word).
    pub fn han(family: (&str, &str), given: &[(&str, &str)]) -> Self {
        let han_given: String = given.iter().map(|(han, _)| *han).collect();
        let latin_given = join_syllables(given.iter().map(|(_, latin)| *latin));
        Self {
            han: format!("{}{han_given}", family.0),
            han_family: family.0.to_owned(),
            han_given,
            latin: format!("{} {latin_given}", family.1),
            latin_family: family.1.to_owned(),
            latin_given,
        }
    }

    pub fn western(given: &str, family: &str) -> Self {
        Self {
            han: String::new(),
            han_family: String::new(),
            han_given: String::new(),
            latin: format!("{given} {family}"),
            latin_family: family.to_owned(),
            latin_given: given.to_owned(),
        }
    }

    /// A name of two parts, neither of which is a surname: own and father's name, or two names.
    fn two_parts(first: (&str, &str), second: (&str, &str), separator: &str) -> Self {
        Self {
            han: format!("{}{separator}{}", first.0, second.0),
            han_family: String::new(),
            han_given: first.0.to_owned(),
            latin: format!("{} {}", first.1, second.1),
            latin_family: String::new(),
            latin_given: first.1.to_owned(),
        }
    }
}

/// `jia` + `ning` → `Jianing`; an apostrophe before a syllable that begins with a vowel: `Jing'an`.
fn join_syllables<'a>(syllables: impl Iterator<Item = &'a str>) -> String {
    let mut word = String::new();
    for syllable in syllables {
        if word.is_empty() {
            let mut letters = syllable.chars();
            word.extend(letters.next().into_iter().flat_map(char::to_uppercase));
            word.push_str(letters.as_str());
        } else {
            if syllable.starts_with(['a', 'e', 'o']) {
                word.push('\'');
            }
            word.push_str(syllable);
        }
    }
    word
}

/// A believable name: mostly Han, some of other nationalities, some Western. `western` is their share in per cent.
pub fn draw(rng: &mut SmallRng, western: u32) -> Name {
    let roll = rng.random_range(0..100);
    if roll < western {
        return Name::western(pick(rng, WESTERN_GIVEN), pick(rng, WESTERN_FAMILY));
    }
    match rng.random_range(0..1000) {
        0..20 => Name::two_parts(pick(rng, UYGHUR_GIVEN), pick(rng, UYGHUR_FATHER), "·"),
        20..32 => {
            let first = rng.random_range(0..TIBETAN.len());
            let second = (first + rng.random_range(1..TIBETAN.len())) % TIBETAN.len();
            Name::two_parts(TIBETAN[first], TIBETAN[second], "")
        }
        32..40 => {
            let (han, latin) = pick(rng, MONGOLIAN);
            Name {
                latin: latin.to_owned(),
                han: han.to_owned(),
                han_given: han.to_owned(),
                latin_given: latin.to_owned(),
                ..Name::western("", "")
            }
        }
        40..52 => {
            let mut name = draw_han(rng);
            name.latin_given = pick(rng, ENGLISH_GIVEN).to_owned();
            name.latin = format!("{} {}", name.latin_given, name.latin_family);
            name
        }
        _ => draw_han(rng),
    }
}

fn draw_han(rng: &mut SmallRng) -> Name {
    let family = match rng.random_range(0..100) {
        0..2 => pick(rng, COMPOUND_SURNAMES),
        2..6 => pick(rng, SPECIAL_SURNAMES),
        // The commonest surnames are borne by far more people than the others.
        6..60 => pick(rng, &SURNAMES[..24]),
        _ => pick(rng, SURNAMES),
    };
    let pool = if rng.random_bool(0.5) { WOMEN } else { MEN };
    let second = pick(rng, pool);
    if rng.random_bool(0.16) {
        return Name::han(family, &[second]);
    }
    let pool = if rng.random_bool(0.6) { EITHER } else { pool };
    let first = pick(rng, pool);
    if first == second { Name::han(family, &[first]) } else { Name::han(family, &[first, second]) }
}

fn pick<T: Copy>(rng: &mut SmallRng, from: &[T]) -> T {
    from[rng.random_range(0..from.len())]
}

pub(super) type Reading = (&'static str, &'static str);

/// Ordered by how many bear them.
pub(super) const SURNAMES: &[Reading] = &[
    ("王", "Wang"),
    ("李", "Li"),
    ("张", "Zhang"),
    ("刘", "Liu"),
    ("陈", "Chen"),
    ("杨", "Yang"),
    ("黄", "Huang"),
    ("赵", "Zhao"),
    ("吴", "Wu"),
    ("周", "Zhou"),
    ("徐", "Xu"),
    ("孙", "Sun"),
    ("马", "Ma"),
    ("朱", "Zhu"),
    ("胡", "Hu"),
    ("郭", "Guo"),
    ("何", "He"),
    ("林", "Lin"),
    ("高", "Gao"),
    ("罗", "Luo"),
    ("郑", "Zheng"),
    ("梁", "Liang"),
    ("谢", "Xie"),
    ("宋", "Song"),
    ("唐", "Tang"),
    ("许", "Xu"),
    ("韩", "Han"),
    ("邓", "Deng"),
    ("冯", "Feng"),
    ("曹", "Cao"),
    ("彭", "Peng"),
    ("肖", "Xiao"),
    ("田", "Tian"),
    ("董", "Dong"),
    ("潘", "Pan"),
    ("袁", "Yuan"),
    ("蔡", "Cai"),
    ("蒋", "Jiang"),
    ("余", "Yu"),
    ("于", "Yu"),
    ("杜", "Du"),
    ("叶", "Ye"),
    ("程", "Cheng"),
    ("魏", "Wei"),
    ("苏", "Su"),
    ("吕", "Lü"),
    ("丁", "Ding"),
    ("卢", "Lu"),
    ("姚", "Yao"),
    ("沈", "Shen"),
    ("钟", "Zhong"),
    ("姜", "Jiang"),
    ("崔", "Cui"),
    ("谭", "Tan"),
    ("陆", "Lu"),
    ("范", "Fan"),
    ("汪", "Wang"),
    ("廖", "Liao"),
    ("石", "Shi"),
    ("金", "Jin"),
    ("贾", "Jia"),
    ("夏", "Xia"),
    ("韦", "Wei"),
    ("付", "Fu"),
    ("方", "Fang"),
    ("邹", "Zou"),
    ("白", "Bai"),
    ("孟", "Meng"),
    ("熊", "Xiong"),
    ("秦", "Qin"),
    ("邱", "Qiu"),
    ("江", "Jiang"),
    ("尹", "Yin"),
    ("薛", "Xue"),
    ("闫", "Yan"),
    ("段", "Duan"),
    ("雷", "Lei"),
    ("侯", "Hou"),
    ("龙", "Long"),
    ("史", "Shi"),
    ("陶", "Tao"),
    ("黎", "Li"),
    ("贺", "He"),
    ("顾", "Gu"),
    ("毛", "Mao"),
    ("郝", "Hao"),
    ("龚", "Gong"),
    ("邵", "Shao"),
    ("钱", "Qian"),
    ("严", "Yan"),
    ("武", "Wu"),
    ("戴", "Dai"),
    ("莫", "Mo"),
    ("孔", "Kong"),
    ("向", "Xiang"),
    ("汤", "Tang"),
    ("章", "Zhang"),
    ("辛", "Xin"),
];

/// Surnames whose reading differs from the character's usual one.
pub(super) const SPECIAL_SURNAMES: &[Reading] = &[
    ("单", "Shan"),
    ("曾", "Zeng"),
    ("解", "Xie"),
    ("仇", "Qiu"),
    ("区", "Ou"),
    ("查", "Zha"),
    ("朴", "Piao"),
    ("盖", "Ge"),
    ("任", "Ren"),
    ("华", "Hua"),
    ("翟", "Zhai"),
    ("覃", "Qin"),
    ("种", "Chong"),
];

/// Surnames of two characters; they stay whole.
pub(super) const COMPOUND_SURNAMES: &[Reading] = &[
    ("欧阳", "Ouyang"),
    ("司徒", "Situ"),
    ("上官", "Shangguan"),
    ("诸葛", "Zhuge"),
    ("司马", "Sima"),
    ("夏侯", "Xiahou"),
    ("皇甫", "Huangfu"),
    ("慕容", "Murong"),
    ("令狐", "Linghu"),
    ("尉迟", "Yuchi"),
];

pub(super) const EITHER: &[Reading] = &[
    ("嘉", "jia"),
    ("子", "zi"),
    ("思", "si"),
    ("文", "wen"),
    ("明", "ming"),
    ("雨", "yu"),
    ("晓", "xiao"),
    ("建", "jian"),
    ("立", "li"),
    ("志", "zhi"),
    ("国", "guo"),
    ("海", "hai"),
    ("永", "yong"),
    ("春", "chun"),
    ("云", "yun"),
    ("天", "tian"),
    ("安", "an"),
    ("一", "yi"),
    ("佳", "jia"),
    ("新", "xin"),
    ("玉", "yu"),
    ("小", "xiao"),
    ("若", "ruo"),
    ("书", "shu"),
    ("景", "jing"),
    ("俊", "jun"),
    ("梓", "zi"),
    ("宇", "yu"),
    ("泽", "ze"),
    ("启", "qi"),
    ("承", "cheng"),
    ("心", "xin"),
];

pub(super) const WOMEN: &[Reading] = &[
    ("静", "jing"),
    ("雪", "xue"),
    ("梅", "mei"),
    ("丽", "li"),
    ("芳", "fang"),
    ("娜", "na"),
    ("敏", "min"),
    ("燕", "yan"),
    ("艳", "yan"),
    ("玲", "ling"),
    ("婷", "ting"),
    ("慧", "hui"),
    ("怡", "yi"),
    ("然", "ran"),
    ("薇", "wei"),
    ("婉", "wan"),
    ("清", "qing"),
    ("琳", "lin"),
    ("岚", "lan"),
    ("桐", "tong"),
    ("洁", "jie"),
    ("萍", "ping"),
    ("红", "hong"),
    ("霞", "xia"),
    ("欣", "xin"),
    ("颖", "ying"),
    ("蕾", "lei"),
    ("莹", "ying"),
    ("兰", "lan"),
    ("月", "yue"),
    ("珊", "shan"),
    ("雯", "wen"),
    ("瑶", "yao"),
    ("馨", "xin"),
    ("宁", "ning"),
    ("舒", "shu"),
    ("菲", "fei"),
    ("倩", "qian"),
    ("璐", "lu"),
    ("娥", "e"),
];

pub(super) const MEN: &[Reading] = &[
    ("伟", "wei"),
    ("强", "qiang"),
    ("磊", "lei"),
    ("军", "jun"),
    ("勇", "yong"),
    ("杰", "jie"),
    ("涛", "tao"),
    ("超", "chao"),
    ("鹏", "peng"),
    ("斌", "bin"),
    ("波", "bo"),
    ("辉", "hui"),
    ("刚", "gang"),
    ("健", "jian"),
    ("平", "ping"),
    ("东", "dong"),
    ("峰", "feng"),
    ("凯", "kai"),
    ("远", "yuan"),
    ("博", "bo"),
    ("森", "sen"),
    ("轩", "xuan"),
    ("哲", "zhe"),
    ("浩", "hao"),
    ("龙", "long"),
    ("毅", "yi"),
    ("巍", "wei"),
    ("昊", "hao"),
    ("翔", "xiang"),
    ("恒", "heng"),
    ("林", "lin"),
    ("栋", "dong"),
    ("彬", "bin"),
    ("诚", "cheng"),
    ("亮", "liang"),
    ("庆", "qing"),
    ("坤", "kun"),
    ("越", "yue"),
    ("凡", "fan"),
    ("骏", "jun"),
];

const ENGLISH_GIVEN: &[&str] =
    &["Winston", "Grace", "Kevin", "Vivian", "Jason", "Iris", "Leo", "Fiona", "Raymond", "Helen"];

const UYGHUR_GIVEN: &[Reading] = &[
    ("古丽娜尔", "Gulnar"),
    ("阿依努尔", "Aynur"),
    ("热依汗", "Rayhan"),
    ("帕提古丽", "Patigul"),
    ("米热古丽", "Mirigul"),
    ("迪丽努尔", "Dilnur"),
    ("阿依古丽", "Aygul"),
    ("茹仙古丽", "Roshangul"),
    ("买买提", "Mamat"),
    ("吐尔逊", "Tursun"),
    ("阿不都拉", "Abdulla"),
    ("玉素甫", "Yusup"),
    ("木合塔尔", "Muhtar"),
    ("亚森", "Yasin"),
    ("库尔班", "Qurban"),
    ("艾力", "Eli"),
];

const UYGHUR_FATHER: &[Reading] = &[
    ("艾合买提", "Ahmat"),
    ("热合曼", "Rahman"),
    ("吐尔地", "Turdi"),
    ("依明", "Imin"),
    ("卡德尔", "Qadir"),
    ("尼亚孜", "Niyaz"),
    ("阿不来提", "Ablat"),
    ("司马义", "Ismayil"),
    ("托合提", "Tohti"),
    ("沙吾提", "Sawut"),
];

const TIBETAN: &[Reading] = &[
    ("扎西", "Tashi"),
    ("次仁", "Tsering"),
    ("卓玛", "Drolma"),
    ("索朗", "Sonam"),
    ("旺堆", "Wangdu"),
    ("格桑", "Kelsang"),
    ("丹增", "Tenzin"),
    ("洛桑", "Lobsang"),
    ("央金", "Yangchen"),
    ("平措", "Phuntsok"),
    ("多吉", "Dorje"),
    ("拉姆", "Lhamo"),
];

const MONGOLIAN: &[Reading] = &[
    ("巴特尔", "Batar"),
    ("其其格", "Checheg"),
    ("苏日娜", "Surna"),
    ("那日苏", "Narsu"),
    ("阿拉坦仓", "Altanchang"),
    ("斯琴高娃", "Sechingowa"),
    ("朝鲁", "Chuluu"),
    ("哈斯巴根", "Hasbagan"),
    ("乌云其木格", "Oyunchimeg"),
    ("特木尔", "Tömör"),
];

const WESTERN_GIVEN: &[&str] = &[
    "Jürgen",
    "François",
    "Søren",
    "Łukasz",
    "Zoë",
    "José",
    "Chloé",
    "Siobhán",
    "Priya",
    "Anna-Lena",
    "João",
    "Ayşe",
    "Marek",
    "Ingrid",
    "Matthew",
    "Eleanor",
    "Rajesh",
    "Fatima",
    "Kateřina",
    "Björn",
    "Amélie",
    "Thomas",
    "Nikolaj",
    "Małgorzata",
    "Alejandro",
    "Réka",
    "Emily",
    "Daniel",
    "Yuki",
    "Thuý",
    "Oluwaseun",
    "Élodie",
];

const WESTERN_FAMILY: &[&str] = &[
    "Müller",
    "Lefèvre",
    "Kjær",
    "Wiśniewski",
    "Hernández",
    "O'Connor",
    "Raman",
    "Gonçalves",
    "Yılmaz",
    "Novák",
    "Lindqvist",
    "Whitfield",
    "Strauß",
    "Ashworth",
    "Iyer",
    "Haddad",
    "Dvořák",
    "Ångström",
    "Dubois",
    "Petersen",
    "Kowalska",
    "García Márquez",
    "Nagy",
    "MacLeod",
    "van der Berg",
    "Tanaka",
    "Nguyễn",
    "Adeyemi",
    "Fernández",
    "Ó Briain",
];

#[cfg(test)]
mod tests {
    use super::*;
    use pinyin::Pinyin;

    /// Another's reading of a whole name, syllable by syllable, without tones.
    fn read(name: &str) -> Vec<String> {
        Pinyin::name(name).without_tone().yu_to_umlaut().to_vec()
    }

    #[test]
    fn every_given_character_is_read_as_a_dictionary_reads_it() {
        for (han, latin) in [EITHER, WOMEN, MEN].concat() {
            assert_eq!(read(&format!("林{han}")).last().map(String::as_str), Some(latin), "{han}");
        }
    }

    #[test]
    fn every_surname_is_read_as_a_surname() {
        for (han, latin) in [SURNAMES, SPECIAL_SURNAMES, COMPOUND_SURNAMES].concat() {
            let syllables = read(&format!("{han}静"));
            assert_eq!(syllables[..syllables.len() - 1].concat(), latin.to_lowercase(), "{han}");
        }
    }

    #[test]
    fn syllables_are_joined_by_the_rules() {
        assert_eq!(Name::han(("林", "Lin"), &[("嘉", "jia"), ("宁", "ning")]).latin, "Lin Jianing");
        assert_eq!(Name::han(("欧阳", "Ouyang"), &[("静", "jing"), ("安", "an")]).latin, "Ouyang Jing'an");
        assert_eq!(Name::han(("吕", "Lü"), &[("娥", "e")]).latin, "Lü E");
    }
}
