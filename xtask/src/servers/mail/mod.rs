//! A mailbox for everything that demo and test servers send: nothing leaves the machine.

mod message;
mod page;
mod smtp;

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};

pub use message::Message;

/// How many messages are kept; the oldest go first.
const KEPT: usize = 500;

/// What was received, oldest first; shared by both servers.
#[derive(Debug, Clone, Default)]
struct Mailbox {
    messages: Arc<Mutex<Vec<Message>>>,
}

impl Mailbox {
    fn add(&self, message: Message) {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        let surplus = (messages.len() + 1).saturating_sub(KEPT);
        messages.drain(..surplus);
        messages.push(message);
    }

    fn all(&self) -> Vec<Message> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Takes mail on one loopback port and shows it on another, for as long as the program runs.
#[derive(Debug)]
pub struct MailSink {
    smtp_port: u16,
    http_port: u16,
    mailbox: Mailbox,
}

impl MailSink {
    /// `smtp_port` takes mail by SMTP; `http_port` answers `GET /messages` (JSON) and `GET /` (a page). 0 means any.
    pub fn start(smtp_port: u16, http_port: u16) -> Result<Self> {
        let mailbox = Mailbox::default();
        let smtp = listen(smtp_port)?;
        let http = listen(http_port)?;
        let sink = Self {
            smtp_port: smtp.local_addr()?.port(),
            http_port: http.local_addr()?.port(),
            mailbox: mailbox.clone(),
        };
        let inbox = mailbox.clone();
        serve(smtp, move |stream| smtp::receive(stream, |message| inbox.add(message)));
        serve(http, move |stream| page::answer(stream, &mailbox.all()));
        Ok(sink)
    }

    pub fn smtp_port(&self) -> u16 {
        self.smtp_port
    }

    /// Base URL of the page.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.http_port)
    }

    pub fn http_port(&self) -> u16 {
        self.http_port
    }

    /// The messages received so far, oldest first.
    pub fn messages(&self) -> Vec<Message> {
        self.mailbox.all()
    }
}

fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| format!("taking port {port} for mail"))
}

/// One thread a connection: there are never more than a few.
fn serve(listener: TcpListener, handle: impl Fn(TcpStream) -> std::io::Result<()> + Clone + Send + 'static) {
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let handle = handle.clone();
            std::thread::spawn(move || {
                let patience = Some(Duration::from_secs(60));
                stream.set_read_timeout(patience).ok();
                stream.set_write_timeout(patience).ok();
                // A caller that hangs up early is its own affair.
                handle(stream).ok();
            });
        }
    });
}
