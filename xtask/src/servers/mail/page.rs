//! The mailbox over HTTP.

use std::io::{BufRead, BufReader, Read, Result, Write};
use std::net::TcpStream;

use super::Message;

/// Answers one request and closes.
pub fn answer(stream: TcpStream, messages: &[Message]) -> Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?).take(64 * 1024);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut local = false;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? == 0 || header.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("host")
        {
            local = is_local(value.trim());
        }
    }
    let mut words = request.split_ascii_whitespace();
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (status, media_type, body) = match (method, path) {
        // A page of another site whose name was pointed at this machine must not read the codes.
        _ if !local => ("421 Misdirected Request", "text/plain", "ask for 127.0.0.1".to_owned()),
        ("GET", "/messages") => ("200 OK", "application/json", serde_json::to_string(messages)?),
        ("GET", "/") => ("200 OK", "text/html; charset=utf-8", page(messages)),
        ("GET", _) => ("404 Not Found", "text/plain", "not found".to_owned()),
        _ => ("405 Method Not Allowed", "text/plain", "only GET".to_owned()),
    };
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn is_local(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name == "127.0.0.1" || name.eq_ignore_ascii_case("localhost")
}

/// All messages, the latest first, reloading by itself.
fn page(messages: &[Message]) -> String {
    let mut list = String::new();
    for mail in messages.iter().rev() {
        list.push_str(&format!(
            "<article><h2>{}</h2><p>{} · <time>{}</time></p><pre>{}</pre></article>",
            escape(&mail.subject),
            escape(&mail.to),
            escape(&mail.date),
            escape(&mail.text)
        ));
    }
    if list.is_empty() {
        list.push_str("<p>没有邮件。 No mail yet.</p>");
    }
    format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"5\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>演示邮箱 Demo mail</title>\
         <style>:root{{color-scheme:light dark;font:14px/22px system-ui,'Noto Sans CJK SC',sans-serif}}\
         body{{max-width:720px;margin:24px auto;padding:0 16px}}h1{{font-size:20px}}h2{{font-size:16px;margin:0}}\
         article{{border-top:1px solid;padding:12px 0}}pre{{white-space:pre-wrap;overflow-wrap:anywhere}}</style>\
         <h1>演示邮箱 Demo mail</h1><main>{list}</main></html>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_loopback_names_are_answered() {
        assert!(is_local("127.0.0.1:8025"));
        assert!(is_local("localhost"));
        assert!(!is_local("attacker.example:8025"));
        assert!(!is_local(""));
    }
}
