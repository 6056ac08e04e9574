//! Whom a text names that was pasted or read from a QR code: a vCard, a link to an account, or the account itself.

use consilium_fhir::user_id_of_matrix_uri;
use matrix_sdk::ruma::{OwnedUserId, UserId};

/// Characters of a name that a card claims.
const LONGEST_NAME: usize = 100;

/// What a text says of somebody. Only an account or an id that the directory knows makes it true.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub user_id: Option<String>,
    /// UID of a vCard: FHIR Practitioner id, if Consilium wrote it.
    pub uid: Option<String>,
    /// As a vCard has it; empty if it has none.
    pub name: String,
}

impl Named {
    pub(super) fn is_nobody(&self) -> bool {
        *self == Self::default()
    }
}

/// Whom a text names first.
pub(super) fn named(text: &str) -> Named {
    let upper = text.to_ascii_uppercase();
    match upper.find("BEGIN:VCARD") {
        Some(start) => {
            let end = upper.get(start..).and_then(|card| card.find("END:VCARD")).map_or(text.len(), |end| start + end);
            in_vcard(text.get(start..end).unwrap_or_default())
        }
        None => Named { user_id: account_among(text).map(String::from), ..Named::default() },
    }
}

fn in_vcard(card: &str) -> Named {
    // A line that begins with a blank goes on with the one before (RFC 6350, 3.2).
    let card = card.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
    let mut named = Named::default();
    for line in card.lines() {
        let Some((property, value)) = property(line) else { continue };
        match property.as_str() {
            // Cards of others have it under names of their own.
            "IMPP" | "URL" | "X-MATRIX" | "X-JABBER" | "NOTE" if named.user_id.is_none() => {
                named.user_id = account_among(&unescaped(value)).map(String::from);
            }
            "UID" => named.uid = Some(unescaped(value)).filter(|uid| !uid.is_empty()),
            "FN" if named.name.is_empty() => {
                let plain = |c: &char| !c.is_control();
                named.name = unescaped(value).chars().filter(plain).take(LONGEST_NAME).collect();
            }
            _ => {}
        }
    }
    named
}

/// Name of the property, without its group and in capitals, and its value.
fn property(line: &str) -> Option<(String, &str)> {
    let mut quoted = false;
    let colon = line.find(|c| {
        quoted ^= c == '"';
        c == ':' && !quoted
    })?;
    let name = line.get(..colon)?.split(';').next()?;
    let name = name.rsplit('.').next()?;
    Some((name.trim().to_ascii_uppercase(), line.get(colon + 1..)?))
}

/// A value as it is read (RFC 6350, 3.4).
fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut chars = value.trim().chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(other) => text.push(other),
                None => {}
            },
            (c, false) => text.push(c),
        }
    }
    text
}

/// The first account that a word of the text names.
fn account_among(text: &str) -> Option<OwnedUserId> {
    let around = |c: char| {
        c.is_whitespace()
            || matches!(c, '<' | '>' | '"' | '\'' | '(' | ')' | '（' | '）' | '，' | '。' | '；' | '、' | '：')
    };
    text.split(around).find_map(account)
}

fn account(word: &str) -> Option<OwnedUserId> {
    let word = word.trim_end_matches([',', '.', ';', '!', '?']);
    let lower = word.to_ascii_lowercase();
    let user_id = if lower.starts_with("matrix:") {
        let rest = word.get("matrix:".len()..)?;
        let path = rest.strip_prefix("u/").or_else(|| rest.strip_prefix("user/"))?;
        user_id_of_matrix_uri(&format!("matrix:u/{path}"))?
    } else if let Some(at) = lower.find("matrix.to/#/") {
        let path = word.get(at + "matrix.to/#/".len()..)?.split(['?', '/']).next()?;
        // The same escapes in an address that has its sign.
        let path = path.strip_prefix('@').or_else(|| path.strip_prefix("%40"))?.replace("%3A", ":").replace("%3a", ":");
        user_id_of_matrix_uri(&format!("matrix:u/{path}"))?
    } else if word.starts_with('@') {
        word.to_owned()
    } else {
        return None;
    };
    UserId::parse(user_id).ok().filter(|account| !account.localpart().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contacts::vcard;

    fn account_in(text: &str) -> Option<String> {
        named(text).user_id
    }

    #[test]
    fn an_account_is_found_however_it_is_written() {
        for text in [
            "@zhang.wei:jz.example",
            "  @zhang.wei:jz.example.  ",
            "matrix:u/zhang.wei:jz.example",
            "MATRIX:u/zhang.wei:jz.example?action=chat",
            "matrix:user/zhang.wei:jz.example",
            "https://matrix.to/#/@zhang.wei:jz.example",
            "https://matrix.to/#/%40zhang.wei%3Ajz.example?via=jz.example",
            "张伟（matrix:u/zhang.wei:jz.example）。",
            "请联系 <@zhang.wei:jz.example>，谢谢",
        ] {
            assert_eq!(account_in(text).as_deref(), Some("@zhang.wei:jz.example"), "{text}");
        }
        for text in [
            "",
            "张伟",
            "zhang.wei@bhch.example",
            "@zhang.wei",
            "matrix:r/ward:jz.example",
            "https://matrix.to/#/#ward:jz.example",
            "@:jz.example",
        ] {
            assert!(named(text).is_nobody(), "{text}");
        }
        assert_eq!(account_in("matrix:u/a%2Fb:jz.example").as_deref(), Some("@a/b:jz.example"));
    }

    #[test]
    fn a_vcard_says_who_it_is_of() {
        let card = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID;VALUE=text:p-1\r\nFN;LANGUAGE=zh:张\r\n 伟\r\nFN:Zhang Wei\r\n\
                    TEL;TYPE=\"voice,work\":1\r\nitem1.IMPP;PREF=1:xmpp:zhang@x.example\r\nITEM2.impp:matrix:u/zhang.wei:jz.exam\r\n ple\r\nEND:VCARD\r\n\
                    BEGIN:VCARD\r\nIMPP:matrix:u/eve:jz.example\r\nEND:VCARD";
        let named = named(card);
        assert_eq!((named.user_id.as_deref(), named.uid.as_deref()), (Some("@zhang.wei:jz.example"), Some("p-1")));
        assert_eq!(named.name, "张伟");
    }

    #[test]
    fn a_card_of_somebody_without_an_account_has_a_name_at_least() {
        let card = "begin:vcard\nversion:3.0\nFN:Jürgen\\, O’Neil\\nTEL:110\nEMAIL:j@x.example\nend:vcard";
        assert!(named(card) == Named { name: "Jürgen, O’NeilTEL:110".into(), ..Named::default() });
        assert!(named("BEGIN:VCARD\nEND:VCARD").is_nobody());
        assert_eq!(named(&format!("BEGIN:VCARD\nFN:{}", "名".repeat(500))).name.chars().count(), LONGEST_NAME);
    }

    #[test]
    fn our_own_cards_are_recognised() {
        let card = vcard::tests::zhang();
        for text in [vcard::vcards(std::slice::from_ref(&card)).text, vcard::business_card(&card)] {
            assert_eq!(account_in(&text), card.user_id);
        }
    }
}
