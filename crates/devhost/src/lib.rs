//! The core behind a loopback WebSocket, for browser tests and work on the user interface. Never shipped.
//!
//! Whoever speaks to the port must be this page: a random token opens everything but the static files, and a request
//! must name the port's own address as its host and, where the browser says so, its origin. That keeps out other
//! users of the machine, other sites in the same browser, and names that were rebound to loopback.

// The SDK's futures nest deeper than the default allows.
#![recursion_limit = "256"]

mod access;
mod assets;
mod bytes;
mod frames;
mod overflow;
mod served;
mod socket;
mod token;

pub use frames::{ClientFrame, HostFrame};
pub use served::Served;
pub use token::Token;

use access::Access;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What every request handler knows.
#[derive(Clone, Debug)]
struct State<H> {
    host: H,
    access: Arc<Access>,
    /// Turns true when the host stops: open sockets outlast a graceful shutdown otherwise.
    stopping: watch::Receiver<bool>,
}

/// A bound port that is not served yet.
#[derive(Debug)]
pub struct DevHost {
    listener: TcpListener,
    address: SocketAddr,
    token: Token,
}

impl DevHost {
    /// Binds 127.0.0.1 at this port, or at a free one for 0.
    pub async fn bind(port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, token: Token::random() })
    }

    /// The address to open, with the token in its fragment, which a browser sends to nobody.
    pub fn url(&self) -> String {
        format!("http://{}/#token={}", self.address, self.token.reveal())
    }

    /// Serves until `stop` completes; then closes every socket.
    pub async fn serve<H: Served>(
        self,
        host: H,
        ui: &Path,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let (stopped, stopping) = watch::channel(false);
        let access = Arc::new(Access::new(self.token, self.address.port()));
        let app = router(State { host, access, stopping }, ui);
        axum::serve(self.listener, app)
            .with_graceful_shutdown(async move {
                stop.await;
                let _ = stopped.send(true);
            })
            .await
    }
}

fn router<H: Served>(state: State<H>, ui: &Path) -> Router {
    let access = state.access.clone();
    Router::new()
        .route("/upload", post(bytes::upload::<H>))
        .route("/media/{*path}", get(bytes::media::<H>))
        .route("/ws", get(socket::open::<H>))
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(access.clone(), access::with_token))
        .with_state(state)
        .fallback_service(assets::serve(ui))
        .layer(from_fn_with_state(access.clone(), access::own_host_and_origin))
        .layer(from_fn_with_state(access, assets::settle_headers))
}
