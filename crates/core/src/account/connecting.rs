//! How a connection to the homeserver is made: a network that swallows everything is found out once, not by each request.
//!
//! The SDK asks the homeserver something for each message that it cannot read, one after the other, before it shows a
//! conversation. Where a connection is refused that costs nothing; where nobody answers, each would wait its own time.

use futures::future::BoxFuture;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tower::{BoxError, Layer, Service};

/// How long making a connection may take, TLS included.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long after that nobody else tries.
const REST: Duration = Duration::from_secs(5);

/// In front of what makes connections; clones share what they know.
#[derive(Clone, Debug)]
pub(super) struct Connecting {
    patience: Duration,
    rest: Duration,
    given_up: Arc<Mutex<Option<Instant>>>,
}

impl Default for Connecting {
    fn default() -> Self {
        Self { patience: PATIENCE, rest: REST, given_up: Arc::default() }
    }
}

impl Connecting {
    fn rests(&self) -> bool {
        let given_up = *self.given_up.lock().unwrap_or_else(PoisonError::into_inner);
        given_up.is_some_and(|at| at.elapsed() < self.rest)
    }

    fn give_up(&self) {
        *self.given_up.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}

impl<S> Layer<S> for Connecting {
    type Service = Connector<S>;

    fn layer(&self, inner: S) -> Connector<S> {
        Connector { inner, connecting: self.clone() }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Connector<S> {
    inner: S,
    connecting: Connecting,
}

impl<S, R> Service<R> for Connector<S>
where
    S: Service<R, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<S::Response, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, to: R) -> Self::Future {
        let connecting = self.connecting.clone();
        if connecting.rests() {
            return Box::pin(async { Err("nobody answered a moment ago".into()) });
        }
        let made = self.inner.call(to);
        Box::pin(async move {
            match tokio::time::timeout(connecting.patience, made).await {
                Ok(made) => made,
                Err(_) => {
                    connecting.give_up();
                    Err("nobody answers".into())
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    /// A client and the address of somebody who takes connections and says nothing.
    async fn unanswered(patience: Duration, rest: Duration) -> (reqwest::Client, String, TcpListener) {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://{}/", silent.local_addr().unwrap());
        let connecting = Connecting { patience, rest, ..Connecting::default() };
        let client = reqwest::Client::builder().connector_layer(connecting).build().unwrap();
        (client, address, silent)
    }

    #[tokio::test]
    async fn only_the_first_waits_for_who_does_not_answer() {
        let (client, address, silent) = unanswered(Duration::from_millis(50), Duration::from_secs(600)).await;
        for _ in 0..20 {
            let error = client.get(&address).send().await.unwrap_err();
            assert!(error.is_connect(), "{error:?}");
        }
        let mut tried = 0;
        while tokio::time::timeout(Duration::from_millis(50), silent.accept()).await.is_ok() {
            tried += 1;
        }
        assert_eq!(tried, 1);
    }

    #[tokio::test]
    async fn it_is_tried_again_after_a_rest() {
        let (client, address, silent) = unanswered(Duration::from_millis(20), Duration::from_millis(20)).await;
        client.get(&address).send().await.unwrap_err();
        tokio::time::sleep(Duration::from_millis(30)).await;
        client.get(&address).send().await.unwrap_err();
        for _ in 0..2 {
            silent.accept().await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_refusal_keeps_nobody_from_trying() {
        let (client, address, silent) = unanswered(PATIENCE, Duration::from_secs(600)).await;
        drop(silent);
        client.get(&address).send().await.unwrap_err();
        let listener = TcpListener::bind(address.trim_start_matches("https://").trim_end_matches('/')).await.unwrap();
        let asked = tokio::spawn(client.get(&address).send());
        listener.accept().await.unwrap();
        asked.abort();
    }
}
