//! The six doctors of the demo who have accounts, and the three who wait for a verifier.

use consilium_registry_api::{ApplicationForm, Workplace};

use super::people::hospitals::{Hospital, hospital};

/// A doctor of the demo.
#[derive(Debug, Clone, Copy)]
pub struct Doctor {
    pub han: &'static str,
    pub latin: &'static str,
    pub hospital: &'static str,
    /// Code of the department and of the title.
    pub department: &'static str,
    pub title: &'static str,
    pub licence: &'static str,
    pub phone: &'static str,
    /// Part of the address before the `@`.
    pub mailbox: &'static str,
}

/// The first verifier; made on the registry's command line.
pub const VERIFIER: Doctor = Doctor {
    han: "李静",
    latin: "Li Jing",
    hospital: "jzfy",
    department: "02",
    title: "associate_chief",
    licence: "990420000020086",
    phone: "0591-555-0101",
    mailbox: "li.jing",
};

/// They apply, are verified and make their accounts, as everybody does.
pub const PHYSICIANS: &[Doctor] = &[
    Doctor {
        han: "林嘉宁",
        latin: "Lin Jianing",
        hospital: "jzfy",
        department: "03.04",
        title: "attending",
        licence: "990420000083517",
        phone: "0591-555-0120",
        mailbox: "lin.jianing",
    },
    Doctor {
        han: "陈思远",
        latin: "Chen Siyuan",
        hospital: "dhheart",
        department: "04.06",
        title: "chief",
        licence: "990410000061190",
        phone: "0591-555-0134",
        mailbox: "chen.siyuan",
    },
    Doctor {
        han: "张伟",
        latin: "Zhang Wei",
        hospital: "bhch",
        department: "03.04",
        title: "chief",
        licence: "990410000074417",
        phone: "0599-555-0148 转 6217",
        mailbox: "zhang.wei",
    },
    Doctor {
        han: "欧阳静",
        latin: "Ouyang Jing",
        hospital: "jzfy",
        department: "28",
        title: "associate_chief",
        licence: "990420000052863",
        phone: "0591-555-0155",
        mailbox: "ouyang.jing",
    },
    Doctor {
        han: "",
        latin: "Hannah Weiss",
        hospital: "aldhelm",
        department: "03.04",
        title: "chief",
        licence: "990430000019204",
        phone: "+44 1632 555 0119",
        mailbox: "weiss.hannah",
    },
];

/// They have applied and wait, so that the verifier's queue shows something: the first with a licence number that is
/// in use.
pub const APPLICANTS: &[Doctor] = &[
    Doctor {
        han: "周明哲",
        latin: "Zhou Mingzhe",
        hospital: "jzfy",
        department: "03.01",
        title: "attending",
        licence: "990410000074417",
        phone: "0591-555-0163",
        mailbox: "zhou.mingzhe",
    },
    Doctor {
        han: "何雨桐",
        latin: "He Yutong",
        hospital: "jzfy",
        department: "20",
        title: "resident",
        licence: "990410000032086",
        phone: "0591-555-0177",
        mailbox: "he.yutong",
    },
    Doctor {
        han: "",
        latin: "Priya Raman",
        hospital: "bhimc",
        department: "19",
        title: "attending",
        licence: "990430000047731",
        phone: "0599-555-0182",
        mailbox: "raman.priya",
    },
];

impl Doctor {
    pub fn hospital(&self) -> Option<&'static Hospital> {
        hospital(self.hospital)
    }

    pub fn email(&self) -> String {
        format!("{}@{}.example", self.mailbox, self.hospital)
    }

    /// The name in the bearer's first script.
    pub fn name(&self) -> &'static str {
        if self.han.is_empty() { self.latin } else { self.han }
    }

    pub fn form(&self) -> ApplicationForm {
        ApplicationForm {
            han_name: self.han.into(),
            latin_name: self.latin.into(),
            title: self.title.into(),
            licence_number: self.licence.into(),
            work_email: self.email(),
            work_phone: self.phone.into(),
            workplace: Workplace::Listed {
                organization_id: self.hospital.into(),
                name: self.hospital().map(Hospital::name).unwrap_or_default().into(),
            },
            department: self.department.into(),
        }
    }

    /// Whether a person typing `name` means this doctor: either script, or the part of the address, in any case.
    pub fn answers_to(&self, name: &str) -> bool {
        let plain = |text: &str| text.to_lowercase().replace([' ', '.', '-', '_'], "");
        let wanted = plain(name);
        !wanted.is_empty() && [self.han, self.latin, self.mailbox].iter().any(|known| plain(known) == wanted)
    }
}

/// All who have accounts, the verifier first.
pub fn doctors() -> impl Iterator<Item = &'static Doctor> {
    std::iter::once(&VERIFIER).chain(PHYSICIANS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_complete() {
        for doctor in doctors().chain(APPLICANTS) {
            assert_eq!(doctor.form().normalized().problems(), [], "{}", doctor.latin);
            assert!(doctor.hospital().is_some(), "{}", doctor.hospital);
        }
    }

    #[test]
    fn names_are_understood_in_either_script() {
        let named =
            |name: &str| doctors().filter(|doctor| doctor.answers_to(name)).map(|one| one.latin).collect::<Vec<_>>();
        assert_eq!(named("林嘉宁"), ["Lin Jianing"]);
        assert_eq!(named("lin jianing"), ["Lin Jianing"]);
        assert_eq!(named("lin.jianing"), ["Lin Jianing"]);
        assert_eq!(named("HANNAH WEISS"), ["Hannah Weiss"]);
        assert!(named("").is_empty());
        assert!(named("zhou mingzhe").is_empty());
    }

    #[test]
    fn one_applicant_uses_a_licence_that_is_in_use() {
        let used: Vec<_> = doctors().map(|doctor| doctor.licence).collect();
        assert_eq!(APPLICANTS.iter().filter(|applicant| used.contains(&applicant.licence)).count(), 1);
    }
}
