//! Colleagues as vCards 4.0 (RFC 6350), for the address book of another program.

use consilium_api::account::Name;
use consilium_api::directory::{ColleagueCard, ContactKind, Text, VCardFile};
use consilium_api::registry::terminology;

/// Octets of a line before it is folded (RFC 6350, 3.2).
const LONGEST_LINE: usize = 75;

/// One vCard for each colleague, one after the other.
pub(crate) fn vcards(cards: &[ColleagueCard]) -> VCardFile {
    let file_name = match cards {
        [one] => format!("{}.vcf", file_name(one)),
        _ => "colleagues.vcf".to_owned(),
    };
    VCardFile { file_name, text: cards.iter().map(vcard).collect(), count: cards.len() as u32 }
}

/// A proposed name for a file with this card, without its extension.
pub(crate) fn file_name(card: &ColleagueCard) -> String {
    safe(&shown_name(&card.name))
}

/// Whether contacts of a kind are in a QR code: what a telephone can call or write to.
pub(crate) fn is_on_business_card(kind: ContactKind) -> bool {
    matches!(kind, ContactKind::Phone | ContactKind::Mobile | ContactKind::Email)
}

/// A card for a QR code: who it is, and the contacts it has; each thing once, in the doctor's own script, so that the code
/// stays coarse enough for a telephone.
pub(crate) fn business_card(card: &ColleagueCard) -> String {
    let mut lines = Lines(String::new());
    lines.add("BEGIN", "VCARD");
    lines.add("VERSION", "4.0");
    let Name { han, latin } = &card.name;
    let is_han = !han.is_empty();
    lines.add(if is_han && !latin.is_empty() { "FN;PREF=1" } else { "FN" }, &text(&shown_name(&card.name)));
    if is_han && !latin.is_empty() {
        lines.add("FN", &text(latin));
    }
    let own = |zh: &str, en: &str| text(if (is_han && !zh.is_empty()) || en.is_empty() { zh } else { en });
    let unit = department(card).map_or_else(String::new, |d| format!(";{}", own(d.zh, d.en)));
    let hospital = own(&card.hospital.zh, &card.hospital.en);
    if !hospital.is_empty() {
        lines.add("ORG", &format!("{hospital}{unit}"));
    }
    if let Some(title) = terminology::title(&card.title) {
        lines.add("TITLE", &own(title.zh, title.en));
    }
    for contact in card.contacts.iter().filter(|contact| is_on_business_card(contact.kind)) {
        let property = if contact.kind == ContactKind::Email { "EMAIL" } else { "TEL" };
        lines.add(property, &text(&contact.value));
    }
    account(card, &mut lines);
    lines.add("END", "VCARD");
    lines.0
}

fn account(card: &ColleagueCard, lines: &mut Lines) {
    let account = card.user_id.as_deref().and_then(|id| id.strip_prefix('@'));
    // An address is not escaped as a text is: one that is none stays out.
    if let Some(account) = account.filter(|a| a.bytes().all(|b| b.is_ascii_graphic())) {
        lines.add("IMPP", &format!("matrix:u/{account}"));
    }
}

fn vcard(card: &ColleagueCard) -> String {
    let mut lines = Lines(String::new());
    lines.add("BEGIN", "VCARD");
    lines.add("VERSION", "4.0");
    lines.add("KIND", "individual");
    lines.add("UID;VALUE=text", &text(&card.id));
    // Two forms of one name are alternatives (5.4); the one in the doctor's own script is preferred (5.3).
    let Name { han, latin } = &card.name;
    if !han.is_empty() {
        lines.add("FN;ALTID=1;LANGUAGE=zh;PREF=1", &text(han));
    }
    if !latin.is_empty() {
        let language = if han.is_empty() { "FN" } else { "FN;ALTID=1;LANGUAGE=zh-Latn;PREF=2" };
        lines.add(language, &text(latin));
    }
    if han.is_empty() && latin.is_empty() {
        lines.add("FN", &text(&card.id));
    }
    for (language, hospital, department) in [
        ("zh", &card.hospital.zh, department(card).map(|d| d.zh)),
        ("en", &card.hospital.en, department(card).map(|d| d.en)),
    ] {
        if !hospital.is_empty() {
            let unit = department.map_or_else(String::new, |d| format!(";{}", text(d)));
            lines.add(&format!("ORG;ALTID=1;LANGUAGE={language}"), &format!("{}{unit}", text(hospital)));
        }
    }
    if let Some(title) = terminology::title(&card.title) {
        lines.add("TITLE;ALTID=1;LANGUAGE=zh", &text(title.zh));
        lines.add("TITLE;ALTID=1;LANGUAGE=en", &text(title.en));
    }
    for Text { zh, en } in &card.specialties {
        let expertise = if zh.is_empty() { en } else { zh };
        // RFC 6715, 2.1.
        lines.add("EXPERTISE", &text(expertise));
    }
    for contact in &card.contacts {
        let place = if contact.private { "home" } else { "work" };
        match contact.kind {
            ContactKind::Phone => lines.add(&format!("TEL;TYPE=\"voice,{place}\""), &text(&contact.value)),
            // Where a mobile is does not matter.
            ContactKind::Mobile => lines.add("TEL;TYPE=cell", &text(&contact.value)),
            ContactKind::Fax => lines.add(&format!("TEL;TYPE=\"fax,{place}\""), &text(&contact.value)),
            ContactKind::Email => lines.add(&format!("EMAIL;TYPE={place}"), &text(&contact.value)),
            // What it is to another program is not known.
            ContactKind::Other => {}
        }
    }
    let city = if card.city.zh.is_empty() { &card.city.en } else { &card.city.zh };
    if !city.is_empty() {
        lines.add("ADR;TYPE=work", &format!(";;;{};;;", text(city)));
    }
    account(card, &mut lines);
    lines.add("END", "VCARD");
    lines.0
}

fn department(card: &ColleagueCard) -> Option<&'static terminology::Concept> {
    terminology::department(&card.department)
}

fn shown_name(name: &Name) -> String {
    if name.han.is_empty() { name.latin.clone() } else { name.han.clone() }
}

/// A text value: separators and line breaks escaped (3.4), other control characters left out.
fn text(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.replace("\r\n", "\n").chars() {
        match c {
            '\n' | '\r' => escaped.push_str("\\n"),
            '\\' | ',' | ';' => escaped.extend(['\\', c]),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// A name that every file system takes.
fn safe(name: &str) -> String {
    let kept: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '·' | '-' | ' ') { c } else { '_' })
        .take(60)
        .collect();
    let trimmed = kept.trim();
    if trimmed.is_empty() { "colleague".to_owned() } else { trimmed.to_owned() }
}

struct Lines(String);

impl Lines {
    /// A content line, folded: a line break and a blank between characters, never within one.
    fn add(&mut self, name: &str, value: &str) {
        let mut octets = 0;
        for c in format!("{name}:{value}").chars() {
            if octets + c.len_utf8() > LONGEST_LINE {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(c);
            octets += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use consilium_api::directory::Contact;

    fn contact(kind: ContactKind, private: bool, value: &str) -> Contact {
        Contact { kind, private, value: value.into() }
    }

    pub(crate) fn zhang() -> ColleagueCard {
        ColleagueCard {
            id: "zhang-wei".into(),
            name: Name { han: "张伟".into(), latin: "Zhang Wei".into() },
            title: "chief".into(),
            department: "03.04".into(),
            specialties: vec![Text { zh: "冠脉介入; 结构性心脏病".into(), en: String::new() }],
            organization_id: "bhch".into(),
            hospital: Text { zh: "滨海市中心医院".into(), en: "Binhai Central Hospital, Main Campus".into() },
            city: Text { zh: "滨海".into(), en: "Binhai".into() },
            contacts: vec![
                contact(ContactKind::Phone, false, "0599-555-0148 转 6217"),
                contact(ContactKind::Mobile, false, "139-5550-0142"),
                contact(ContactKind::Email, false, "zhang.wei@bhch.example"),
                contact(ContactKind::Email, true, "zhang@home.example"),
                contact(ContactKind::Other, false, "pager 77"),
            ],
            doubt: None,
            requestable: Vec::new(),
            leaves: Vec::new(),
            verification: None,
            user_id: Some("@zhang.wei:jz.example".into()),
            me: false,
            favourite: true,
            note: "never exported".into(),
        }
    }

    #[test]
    fn a_card_is_what_the_standard_says() {
        let file = vcards(&[zhang()]);
        assert_eq!((file.file_name.as_str(), file.count), ("张伟.vcf", 1));
        let expected = [
            "BEGIN:VCARD",
            "VERSION:4.0",
            "KIND:individual",
            "UID;VALUE=text:zhang-wei",
            "FN;ALTID=1;LANGUAGE=zh;PREF=1:张伟",
            "FN;ALTID=1;LANGUAGE=zh-Latn;PREF=2:Zhang Wei",
            "ORG;ALTID=1;LANGUAGE=zh:滨海市中心医院;心血管内科",
            "ORG;ALTID=1;LANGUAGE=en:Binhai Central Hospital\\, Main Campus;Cardiology",
            "TITLE;ALTID=1;LANGUAGE=zh:主任医师",
            "TITLE;ALTID=1;LANGUAGE=en:Chief Physician",
            "EXPERTISE:冠脉介入\\; 结构性心脏病",
            "TEL;TYPE=\"voice,work\":0599-555-0148 转 6217",
            "TEL;TYPE=cell:139-5550-0142",
            "EMAIL;TYPE=work:zhang.wei@bhch.example",
            "EMAIL;TYPE=home:zhang@home.example",
            "ADR;TYPE=work:;;;滨海;;;",
            "IMPP:matrix:u/zhang.wei:jz.example",
            "END:VCARD",
            "",
        ];
        assert_eq!(file.text, expected.join("\r\n"));
        assert!(!file.text.contains("never exported"), "a private note stays private");
    }

    #[test]
    fn a_card_for_a_code_says_each_thing_once_in_the_doctors_own_script() {
        let expected = [
            "BEGIN:VCARD",
            "VERSION:4.0",
            "FN;PREF=1:张伟",
            "FN:Zhang Wei",
            "ORG:滨海市中心医院;心血管内科",
            "TITLE:主任医师",
            "TEL:0599-555-0148 转 6217",
            "TEL:139-5550-0142",
            "EMAIL:zhang.wei@bhch.example",
            "EMAIL:zhang@home.example",
            "IMPP:matrix:u/zhang.wei:jz.example",
            "END:VCARD",
            "",
        ];
        assert_eq!(business_card(&zhang()), expected.join("\r\n"));
        let name = Name { han: String::new(), latin: "Hannah Weiss".into() };
        let weiss = business_card(&ColleagueCard { name, contacts: Vec::new(), ..zhang() });
        assert!(
            weiss.contains("FN:Hannah Weiss\r\nORG:Binhai Central Hospital\\, Main Campus;Cardiology\r\nTITLE:Chief")
        );
        assert!(!weiss.contains("TEL") && !weiss.contains("EMAIL"));
    }

    #[test]
    fn long_lines_are_folded_between_characters_and_unfold_to_what_they_were() {
        let long = "心".repeat(100);
        let card = ColleagueCard { specialties: vec![Text { zh: long.clone(), en: String::new() }], ..zhang() };
        let folded = vcards(&[card]).text;
        assert!(folded.split("\r\n").all(|line| line.len() <= LONGEST_LINE));
        assert!(folded.replace("\r\n ", "").contains(&format!("EXPERTISE:{long}\r\n")));
    }

    #[test]
    fn nobody_can_add_a_line_to_a_card_by_their_name() {
        let name = Name { han: String::new(), latin: "Eve\r\nTEL:110\u{0}".into() };
        let file = vcards(&[ColleagueCard { name, ..zhang() }, zhang()]);
        assert!(file.text.contains("FN:Eve\\nTEL:110\r\n"));
        assert_eq!(file.text.matches("BEGIN:VCARD\r\n").count(), 2);
        assert_eq!((file.file_name.as_str(), file.count), ("colleagues.vcf", 2));
        assert_eq!(safe("../a/b\\c\u{0}"), "___a_b_c_");
        assert_eq!(safe("  "), "colleague");
    }
}
