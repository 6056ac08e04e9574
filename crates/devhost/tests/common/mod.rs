//! A host that serves a small counterpart of the core on a real port.
#![allow(dead_code)]

use consilium_api::{Error, ErrorCode, MediaBody, Result};
use consilium_devhost::{DevHost, Served};
use futures::stream::BoxStream;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message, http::HeaderValue};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

#[derive(Clone, Default)]
pub struct Counterpart {
    pub open: Arc<AtomicUsize>,
    pub release: Arc<Notify>,
    pub finished: Arc<AtomicUsize>,
    pub uploads: Arc<Mutex<Vec<Vec<u8>>>>,
}

/// Counts how many streams are alive.
struct Alive(Arc<AtomicUsize>);

impl Alive {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count.clone())
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Served for Counterpart {
    async fn call(&self, command: &str, input: Value) -> Result<Value> {
        match command {
            "echo" => Ok(input),
            "wait" => {
                self.release.notified().await;
                self.finished.fetch_add(1, Ordering::SeqCst);
                Ok(json!("released"))
            }
            _ => Err(Error::new(ErrorCode::InvalidInput, "no such command")),
        }
    }

    async fn watch(&self, subscription: &str, input: Value) -> Result<BoxStream<'static, Value>> {
        let alive = Alive::new(&self.open);
        match subscription {
            "count" => {
                let n = input.as_u64().unwrap_or_default();
                Ok(futures::stream::iter((0..n).map(|n| json!(n))).inspect(move |_| _ = &alive).boxed())
            }
            "forever" => {
                let start = futures::stream::iter([json!("first")]);
                Ok(start.chain(futures::stream::pending()).inspect(move |_| _ = &alive).boxed())
            }
            "flood" => {
                let event = json!("x".repeat(64 * 1024));
                let events = futures::stream::repeat(event).then(|event| async {
                    tokio::task::yield_now().await;
                    event
                });
                Ok(events.inspect(move |_| _ = &alive).boxed())
            }
            _ => Err(Error::new(ErrorCode::InvalidInput, "no such subscription")),
        }
    }

    fn take_upload(&self, bytes: Vec<u8>) -> Result<String> {
        let mut uploads = self.uploads.lock().unwrap();
        uploads.push(bytes);
        Ok(format!("upload-{}", uploads.len()))
    }

    async fn image(&self, path: &str) -> Result<MediaBody> {
        let content_type = match path {
            "evidence/a/licence" => "image/png",
            "evidence/a/page" => "text/html",
            _ => return Err(Error::new(ErrorCode::NotFound, "no such image")),
        };
        Ok(MediaBody { content_type: content_type.into(), bytes: b"bytes".to_vec() })
    }
}

pub struct Running {
    pub core: Counterpart,
    pub address: SocketAddr,
    pub token: String,
    pub http: reqwest::Client,
    pub stop: Option<oneshot::Sender<()>>,
    pub done: tokio::task::JoinHandle<std::io::Result<()>>,
    _ui: tempfile::TempDir,
}

pub async fn start() -> Running {
    let ui = tempfile::tempdir().unwrap();
    std::fs::write(ui.path().join("index.html"), "<!doctype html><title>会诊</title>").unwrap();
    std::fs::create_dir(ui.path().join("assets")).unwrap();
    std::fs::write(ui.path().join("assets/app.js"), "export {}").unwrap();
    let host = DevHost::bind(0).await.unwrap();
    let url = host.url();
    let (address, token) = url.strip_prefix("http://").unwrap().split_once("/#token=").unwrap();
    let (address, token) = (address.parse().unwrap(), token.to_owned());
    let core = Counterpart::default();
    let (stop, stopped) = oneshot::channel();
    let (served, page) = (core.clone(), ui.path().to_owned());
    let done = tokio::spawn(async move {
        host.serve(served, &page, async {
            let _ = stopped.await;
        })
        .await
    });
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    Running { core, address, token, http, stop: Some(stop), done, _ui: ui }
}

impl Running {
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.http.get(self.url(path))
    }

    /// Opens a socket that offers these subprotocols and sends these headers.
    pub async fn try_open(&self, protocols: Option<&str>, headers: &[(&'static str, String)]) -> Result<Page, u16> {
        let mut request = format!("ws://{}/ws", self.address).into_client_request().unwrap();
        if let Some(protocols) = protocols {
            request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_str(protocols).unwrap());
        }
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_str(value).unwrap());
        }
        match connect_async(request).await {
            Ok((socket, response)) => {
                let chosen = response.headers().get("sec-websocket-protocol").map(|v| v.to_str().unwrap().to_owned());
                assert_eq!(chosen.as_deref(), Some("consilium"), "the token is not sent back");
                Ok(Page { socket })
            }
            Err(SocketError::Http(response)) => Err(response.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    pub async fn open(&self) -> Page {
        self.try_open(Some(&format!("consilium, {}", self.token)), &[]).await.unwrap()
    }
}

pub struct Page {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Page {
    pub async fn send(&mut self, frame: Value) {
        self.socket.send(Message::text(frame.to_string())).await.unwrap();
    }

    pub async fn next(&mut self) -> Value {
        let message = tokio::time::timeout(Duration::from_secs(20), self.socket.next()).await.expect("a frame");
        serde_json::from_str(message.unwrap().unwrap().to_text().unwrap()).unwrap()
    }

    /// The code with which the host closes.
    pub async fn closed(&mut self) -> u16 {
        loop {
            match tokio::time::timeout(Duration::from_secs(20), self.socket.next()).await.expect("a close") {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

/// Waits until `holds`, at most some seconds.
pub async fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..400 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}
