//! A mail server that takes everything and shows it.

use mail_parser::MessageParser;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};

#[derive(Clone, Debug)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    /// The text, decoded.
    pub body: String,
}

impl Mail {
    /// The six digits of a confirmation mail.
    pub fn code(&self) -> Option<String> {
        let digits = self.subject.rsplit(' ').next()?;
        (digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.to_owned())
    }

    /// The first link in the text.
    pub fn link(&self) -> Option<&str> {
        let link = &self.body[self.body.find("http")?..];
        link.split(|c: char| c.is_whitespace() || c == '"' || c == '<').next()
    }
}

#[derive(Debug, Default)]
struct Shared {
    mails: Mutex<Vec<Mail>>,
    down: AtomicBool,
}

#[derive(Debug)]
pub struct MailSink {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    _stops: DropGuard,
}

impl MailSink {
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let stop = CancellationToken::new();
        let (accepting, stopped) = (shared.clone(), stop.clone());
        tokio::spawn(stopped.run_until_cancelled_owned(async move {
            while let Ok((socket, _)) = listener.accept().await {
                if !accepting.down.load(Ordering::SeqCst) {
                    tokio::spawn(converse(socket, accepting.clone()));
                }
            }
        }));
        Ok(Self { address, shared, _stops: stop.drop_guard() })
    }

    /// While it is down every connection is closed at once.
    pub fn set_down(&self, down: bool) {
        self.shared.down.store(down, Ordering::SeqCst);
    }

    /// All mails to this address, first come first.
    pub fn to(&self, address: &str) -> Vec<Mail> {
        let mails = self.shared.mails.lock().unwrap_or_else(PoisonError::into_inner);
        mails.iter().filter(|m| m.to == address).cloned().collect()
    }

    /// The code of the latest confirmation mail to this address.
    pub fn code_to(&self, address: &str) -> Option<String> {
        self.to(address).iter().rev().find_map(Mail::code)
    }

    /// Waits until so many mails have come to this address.
    pub async fn wait(&self, address: &str, count: usize) -> anyhow::Result<Vec<Mail>> {
        for _ in 0..200 {
            let mails = self.to(address);
            if mails.len() >= count {
                return Ok(mails);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        anyhow::bail!("{count} mails did not come within five seconds")
    }
}

/// SMTP, as much of RFC 5321 as a client needs that wants no extension.
async fn converse(mut socket: TcpStream, shared: Arc<Shared>) -> std::io::Result<()> {
    let (read, mut write) = socket.split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 sink ESMTP\r\n").await?;
    let mut recipients: Vec<String> = Vec::new();
    while let Some(line) = lines.next_line().await? {
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "EHLO" => b"250-sink\r\n250 8BITMIME\r\n",
            "MAIL" => {
                recipients.clear();
                b"250 OK\r\n"
            }
            "RCPT" => {
                let address = line.split(['<', '>']).nth(1).unwrap_or_default();
                recipients.push(address.to_owned());
                b"250 OK\r\n"
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut message = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    message.push_str(line.strip_prefix('.').unwrap_or(&line));
                    message.push('\n');
                }
                let mut mails = shared.mails.lock().unwrap_or_else(PoisonError::into_inner);
                mails.extend(recipients.drain(..).map(|to| mail(to, &message)));
                b"250 OK\r\n"
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"250 OK\r\n",
        };
        write.write_all(answer).await?;
    }
    Ok(())
}

fn mail(to: String, message: &str) -> Mail {
    let parsed = MessageParser::default().parse(message.as_bytes());
    let parsed = parsed.as_ref();
    Mail {
        to,
        subject: parsed.and_then(|mail| mail.subject()).unwrap_or_default().to_owned(),
        body: parsed.and_then(|mail| mail.body_text(0)).unwrap_or_default().into_owned(),
    }
}
