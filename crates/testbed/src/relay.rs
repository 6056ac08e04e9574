//! A network between the clients and the homeserver that can lose what the homeserver says of messages.

use anyhow::Context;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

/// Passes on what comes to it until it is dropped.
#[derive(Debug)]
pub struct Relay {
    pub url: Url,
    loses: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Relay {
    pub async fn start(to: &Url) -> anyhow::Result<Self> {
        let to: SocketAddr = to.socket_addrs(|| None)?.first().copied().context("an address")?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/", listener.local_addr()?).parse()?;
        let loses = watch::Sender::new(false);
        let state = loses.subscribe();
        let serving = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass_on(client, to, state.clone()));
            }
        });
        Ok(Self { url, loses, serving })
    }

    /// From now on messages arrive, and nobody is told: neither who sends them nor who listens.
    pub fn lose_answers(&self) {
        self.loses.send_replace(true);
    }

    /// Connections whose answers were lost end; new ones work.
    pub fn recover(&self) {
        self.loses.send_replace(false);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn pass_on(client: TcpStream, to: SocketAddr, mut loses: watch::Receiver<bool>) -> Option<()> {
    let server = TcpStream::connect(to).await.ok()?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let is_of_messages = Arc::new(AtomicBool::new(false));
    let requests = tokio::spawn({
        let is_of_messages = is_of_messages.clone();
        async move {
            let mut request = vec![0; 64 * 1024];
            while let Ok(length @ 1..) = from_client.read(&mut request).await {
                let request = request.get(..length)?;
                if let Some(path) = path(request) {
                    is_of_messages.store(path.contains("/send/") || path.contains("/sync"), Ordering::SeqCst);
                }
                to_server.write_all(request).await.ok()?;
            }
            Some(())
        }
    });
    let mut answer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from_server.read(&mut answer).await {
        if *loses.borrow() && is_of_messages.load(Ordering::SeqCst) {
            let _ = loses.wait_for(|loses| !loses).await;
            break;
        }
        if to_client.write_all(answer.get(..length)?).await.is_err() {
            break;
        }
    }
    requests.abort();
    Some(())
}

/// The path, if a request begins here.
fn path(request: &[u8]) -> Option<&str> {
    let line = request.split(|byte| *byte == b'\r').next()?;
    std::str::from_utf8(line).ok()?.strip_suffix(" HTTP/1.1")?.split([' ', '?']).nth(1)
}
