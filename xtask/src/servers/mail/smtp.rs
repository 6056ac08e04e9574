//! The receiving side of SMTP (RFC 5321), as much as senders on the same machine need: no authentication, no TLS.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;

use super::Message;

/// Longest line and largest message taken, in bytes.
const LINE_LIMIT: u64 = 64 * 1024;
const MESSAGE_LIMIT: usize = 10 * 1024 * 1024;

/// Speaks with one sender until it leaves.
pub fn receive(stream: TcpStream, deliver: impl Fn(Message)) -> Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    let mut say = |text: &str| write!(writer, "{text}\r\n");
    let mut recipients: Vec<String> = Vec::new();
    say("220 localhost mailbox ready")?;
    while let Some(line) = read_line(&mut reader)? {
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => say(&format!("250-localhost\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {MESSAGE_LIMIT}"))?,
            "HELO" | "NOOP" => say("250 ok")?,
            "RSET" | "MAIL" => {
                recipients.clear();
                say("250 ok")?;
            }
            "RCPT" => match address(&line) {
                Some(address) => {
                    recipients.push(address);
                    say("250 ok")?;
                }
                None => say("501 an address in angle brackets is needed")?,
            },
            "DATA" if recipients.is_empty() => say("503 name a recipient first")?,
            "DATA" => {
                say("354 end with a dot alone on a line")?;
                match read_data(&mut reader)? {
                    Some(raw) => {
                        deliver(Message::parse(&recipients, &raw));
                        say("250 kept")?;
                    }
                    None => say("552 too large")?,
                }
                recipients.clear();
            }
            "QUIT" => return say("221 goodbye"),
            _ => say("502 not known here")?,
        }
    }
    Ok(())
}

/// What stands between the angle brackets of `RCPT TO:<…>`.
fn address(line: &str) -> Option<String> {
    let (_, rest) = line.split_once('<')?;
    let (address, _) = rest.split_once('>')?;
    (!address.is_empty()).then(|| address.to_owned())
}

/// A line with its end, or nothing when the sender has left.
fn read_line(reader: &mut impl BufRead) -> Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    reader.take(LINE_LIMIT).read_until(b'\n', &mut line)?;
    match line.last() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(line)),
        Some(_) => Err(Error::new(ErrorKind::InvalidData, "overlong or unfinished line")),
    }
}

/// The message up to the lone dot, with doubled dots undone (RFC 5321, 4.5.2); nothing when it is too large.
fn read_data(reader: &mut impl BufRead) -> Result<Option<Vec<u8>>> {
    let mut raw = Vec::new();
    let mut size = 0;
    while let Some(line) = read_line(reader)? {
        if line == b".\r\n" || line == b".\n" {
            return Ok((size <= MESSAGE_LIMIT).then_some(raw));
        }
        size += line.len();
        if size <= MESSAGE_LIMIT {
            raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }
    Err(ErrorKind::UnexpectedEof.into())
}

#[cfg(test)]
mod tests {
    use crate::servers::http::Client;
    use crate::servers::mail::MailSink;
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpStream;

    /// Sends the lines one by one and gives the codes that came back.
    fn talk(port: u16, lines: &[&str]) -> anyhow::Result<Vec<String>> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        let mut replies = BufReader::new(stream.try_clone()?);
        let mut codes = Vec::new();
        let mut reply = || -> anyhow::Result<String> {
            loop {
                let mut line = String::new();
                replies.read_line(&mut line)?;
                if line.as_bytes().get(3) != Some(&b'-') {
                    return Ok(line.chars().take(3).collect());
                }
            }
        };
        codes.push(reply()?);
        for line in lines {
            write!(stream, "{line}\r\n")?;
            codes.push(reply()?);
        }
        Ok(codes)
    }

    #[test]
    fn keeps_a_message_and_shows_it_as_json_and_as_a_page() -> anyhow::Result<()> {
        let sink = MailSink::start(0, 0)?;
        let codes = talk(
            sink.smtp_port(),
            &[
                "EHLO here",
                "MAIL FROM:<no-reply@demo.example> SIZE=100",
                "RCPT TO:<hannah.weiss@ic.example>",
                "DATA",
                "Subject: code\r\n\r\n..leading dot\r\n<b>123456</b>\r\n.",
                "QUIT",
            ],
        )?;
        assert_eq!(codes, ["220", "250", "250", "250", "354", "250", "221"]);
        let mail = Client::new(&sink.url()).get("/messages")?.body;
        assert_eq!(mail[0]["to"], "hannah.weiss@ic.example");
        assert_eq!(mail[0]["text"], ".leading dot\n<b>123456</b>\n");
        let page = Client::new(&sink.url()).get("/")?.body.to_string();
        assert!(page.contains("&lt;b&gt;123456&lt;/b&gt;"), "{page}");
        assert_eq!(Client::new(&sink.url()).get("/other")?.status, 404);
        Ok(())
    }

    #[test]
    fn wants_a_recipient_and_knows_its_verbs() -> anyhow::Result<()> {
        let sink = MailSink::start(0, 0)?;
        let codes = talk(sink.smtp_port(), &["HELO x", "DATA", "RCPT TO:nobody", "VRFY x", "QUIT"])?;
        assert_eq!(codes, ["220", "250", "503", "501", "502", "221"]);
        assert!(sink.messages().is_empty());
        Ok(())
    }
}
