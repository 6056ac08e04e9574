//! One message, decoded.

use std::time::SystemTime;

use mail_parser::{DateTime, MessageParser};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Envelope recipients, joined by `, `.
    pub to: String,
    pub subject: String,
    /// The text part, or the HTML part without its markup.
    pub text: String,
    /// RFC 3339; the time of receipt where the message names none.
    pub date: String,
}

impl Message {
    /// Decodes an RFC 5322 message (MIME parts, transfer encodings, encoded words).
    pub fn parse(recipients: &[String], raw: &[u8]) -> Self {
        let parsed = MessageParser::default().parse(raw);
        let parsed = parsed.as_ref();
        Self {
            to: recipients.join(", "),
            subject: parsed.and_then(|mail| mail.subject()).unwrap_or_default().to_owned(),
            text: parsed
                .and_then(|mail| mail.body_text(0))
                .map_or_else(|| String::from_utf8_lossy(raw).into_owned(), |text| text.replace("\r\n", "\n")),
            date: parsed.and_then(|mail| mail.date().cloned()).unwrap_or_else(now).to_rfc3339(),
        }
    }
}

fn now() -> DateTime {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    DateTime::from_timestamp(i64::try_from(since_epoch.as_secs()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(raw: &str) -> Message {
        Message::parse(&["lin.jianing@jzfy.example".to_owned()], raw.replace('\n', "\r\n").as_bytes())
    }

    #[test]
    fn decodes_encoded_words_and_base64() {
        let mail = parse(
            "Subject: =?utf-8?B?5oKo55qE6aqM6K+B56CB?=\nDate: Tue, 24 Nov 2026 03:02:02 +0800\nMIME-Version: 1.0\n\
             Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n\
             6aqM6K+B56CBOiAxMjM0NTYK\n",
        );
        assert_eq!(mail.subject, "您的验证码");
        assert_eq!(mail.text, "验证码: 123456\n");
        assert_eq!(mail.date, "2026-11-24T03:02:02+08:00");
        assert_eq!(mail.to, "lin.jianing@jzfy.example");
    }

    #[test]
    fn takes_the_text_of_a_multipart_message_and_unfolds_headers() {
        let mail = parse(
            "Subject: Reset your\n password\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=\"b\"\n\n\
             --b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n\
             Follow http://127.0.0.1/?token=3Dabc and=\n come back.\n\
             Second line.\n--b\nContent-Type: text/html\n\n<p>Follow</p>\n--b--\n",
        );
        assert_eq!(mail.subject, "Reset your password");
        assert_eq!(mail.text.trim_end(), "Follow http://127.0.0.1/?token=abc and come back.\nSecond line.");
    }

    #[test]
    fn a_message_of_html_alone_becomes_text() {
        let mail =
            parse("Subject: x\nContent-Type: text/html; charset=utf-8\n\n<html><body><p>代码 42</p></body></html>\n");
        assert!(mail.text.contains("代码 42"), "{}", mail.text);
        assert!(!mail.text.contains('<'), "{}", mail.text);
    }
}
