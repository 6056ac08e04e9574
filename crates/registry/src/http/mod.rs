//! HTTP: routes, what every call goes through, and serving.

mod extract;
mod linger;
mod open;

pub use extract::{Client, Json, bearer, body_within, query};

use self::linger::{LingeringListener, Peer};
use crate::applications::owner::Proof;
use crate::database::nul;
use crate::problem::{Code, Problem};
use crate::settings::Settings;
use crate::state::Registry;
use crate::{accounts, applications, directory, publication, review};
use anyhow::Context as _;
use axum::body::HttpBody as _;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderValue, StatusCode, Version, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post, put};
use axum::{Extension, Router};
use consilium_registry_api::application::EVIDENCE_LIMIT;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

pub type App = Arc<Registry>;

/// Longest time a call may take: a long poll waits 25 s, evidence may come over a slow line.
const CALL_TIMEOUT: Duration = Duration::from_secs(120);

fn router(app: App) -> Router {
    let application = || {
        Router::new()
            .route("/", get(applications::wait::get).delete(applications::withdrawal::delete))
            .route("/email-code", post(applications::email::send_again))
            .route("/email-confirmation", post(applications::email::confirm))
            .route("/evidence/{evidence}", put(applications::evidence::put).delete(applications::evidence::delete))
            .route("/submission", post(applications::submission::post))
    };
    let registration = application()
        .route("/", put(applications::draft::put))
        .route("/registration-token", post(accounts::registration::post))
        .route("/binding", post(accounts::binding::post))
        .layer(Extension(Proof::Secret));
    let change = application().route("/", put(applications::change::put)).layer(Extension(Proof::Session));
    let review = Router::new()
        .route("/applications", get(review::queue::get))
        .route("/applications/{id}", get(review::detail::get))
        .route("/applications/{id}/evidence/{evidence}", get(review::evidence::get))
        .route("/applications/{id}/decision", post(review::decision::post))
        .route("/entries/{practitioner}", get(review::entry::get))
        .route("/entries/{practitioner}/removal", post(review::entry::remove))
        .route("/entries/{practitioner}/merger", post(review::entry::merge))
        .route("/audit", get(review::trail::get));
    let all = Router::new()
        .route("/.well-known/matrix/client", get(open::server_info))
        .route("/healthz", get(open::healthz))
        .nest("/v1/applications/{id}", registration)
        .route("/v1/entry/applications", get(applications::change::list))
        .nest("/v1/entry/applications/{id}", change)
        .route("/v1/session", post(accounts::session::open).delete(accounts::session::end))
        .nest("/v1/review", review)
        .route("/v1/contacts", get(directory::contacts::feed::get))
        .route("/v1/contact-requests", get(directory::contacts::request::list).post(directory::contacts::request::post))
        .route("/v1/contact-requests/{id}/answer", put(directory::contacts::request::answer))
        .route("/v1/entry/history", get(directory::own_history::get))
        .nest("/fhir", directory::routes().merge(publication::routes()).fallback(nothing_here))
        .fallback(nothing_here)
        .method_not_allowed_fallback(async || Problem::of_status(StatusCode::METHOD_NOT_ALLOWED));
    dressed(all).with_state(app)
}

/// What every call goes through, the last layer first.
fn dressed<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    let panicked = |_: Box<dyn std::any::Any + Send>| Problem::internal("a call panicked").into_response();
    routes
        // Bundles are large and repeat themselves: what more effort would save on the line costs more here.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(EVIDENCE_LIMIT))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, CALL_TIMEOUT))
        .layer(from_fn(worded))
        .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(SetResponseHeaderLayer::overriding(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
}

async fn nothing_here() -> Problem {
    Code::NotFound.into()
}

/// Gives every refusal, whoever made it, the form of its place, and logs the call without what it was about.
async fn worded(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let fhir = request.uri().path().starts_with("/fhir/");
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().map(|p| p.as_str().to_owned());
    let body_may_be_left = !request.body().is_end_stream() && request.version() <= Version::HTTP_11;
    let mut response = match (nul::in_url(request.uri().path()), request.uri().query().is_some_and(nul::in_url)) {
        (true, _) => nothing_here().await.into_response(),
        (_, true) => Problem::because(Code::InvalidBody, "The query holds a NUL character.").into_response(),
        _ => next.run(request).await,
    };
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        let known = response.extensions_mut().remove::<Problem>();
        let allowed = response.headers().get(header::ALLOW).cloned();
        response = match known {
            Some(problem) if fhir => problem.into_outcome(),
            Some(_) => response,
            None if fhir => Problem::of_status(status).into_outcome(),
            None => Problem::of_status(status).into_response(),
        };
        if let Some(allowed) = allowed {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
        if body_may_be_left {
            // What is refused unread ends its connection; whoever is not told so sends the next call into it.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
    let path = path.as_deref().unwrap_or("-");
    tracing::info!(%method, path, status = status.as_u16(), ms = started.elapsed().as_millis() as u64);
    response
}

/// A registry that serves. Dropping it stops it at once; [`Serving::stop`] lets calls end.
#[derive(Debug)]
pub struct Serving {
    pub address: SocketAddr,
    pub registry: Arc<Registry>,
    closing: CancellationToken,
    tasks: TaskTracker,
}

impl Serving {
    /// Ends long polls and the sweep, waits for calls under way.
    pub async fn stop(self) {
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.closing.cancel();
    }
}

/// Binds the address of the settings and serves on it; the public URL defaults to it.
pub async fn serve(
    mut settings: Settings,
    open: impl FnOnce(&Settings) -> anyhow::Result<Registry>,
) -> anyhow::Result<Serving> {
    let listener = TcpListener::bind(settings.listen).await.context("cannot listen on the address")?;
    let address = listener.local_addr()?;
    settings.listen = address;
    let registry = Arc::new(tokio::task::block_in_place(|| open(&settings))?);
    review::trail::check(&registry).await?;
    tokio::task::spawn_blocking(directory::names::warm_up);

    let closing = CancellationToken::new();
    let tasks = TaskTracker::new();
    registry.watchers.end_with(closing.clone());
    let service = router(registry.clone()).into_make_service_with_connect_info::<Peer>();
    let stopped = closing.clone().cancelled_owned();
    tasks.spawn(async move {
        if let Err(error) = axum::serve(LingeringListener(listener), service).with_graceful_shutdown(stopped).await {
            tracing::error!(%error, "serving ended");
        }
    });
    tasks.spawn(accounts::sweep::every_minute(registry.clone(), closing.clone()));
    tasks.spawn(publication::whenever_something_changed(registry.clone(), closing.clone()));
    tasks.spawn_blocking({
        let (registry, closing) = (registry.clone(), closing.clone());
        move || registry.database.listen(&closing, |heard| registry.watchers.heard(heard))
    });
    Ok(Serving { address, registry, closing, tasks })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use tower::ServiceExt as _;

    async fn panics() {
        panic!("林嘉宁")
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_in_the_form_of_its_place_and_tells_nothing() {
        let routes = Router::new().route("/v1/panic", get(panics)).route("/fhir/panic", get(panics));
        for (path, media_type) in [("/v1/panic", "application/problem+json"), ("/fhir/panic", "application/fhir+json")]
        {
            let request = Request::builder().uri(path).body(Body::empty()).unwrap();
            let response = dressed(routes.clone()).oneshot(request).await.unwrap();
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(response.headers()["content-type"], media_type);
            assert_eq!(response.headers()["cache-control"], "no-store");
            let body = String::from_utf8(to_bytes(response.into_body(), 10_000).await.unwrap().to_vec()).unwrap();
            assert!(!body.contains('林') && !body.contains("panic"), "{body}");
        }
    }
}
