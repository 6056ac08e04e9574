//! `media://`: images for the page, as bytes.

use crate::bridge::Served;
use consilium_api::{ErrorCode, Media};
use tauri::http::{Method, Request, Response, StatusCode, header};
use tauri::{Manager, Runtime, UriSchemeContext, UriSchemeResponder, async_runtime};

pub const SCHEME: &str = "media";

/// Answers with the image at the path of the address.
pub fn answer<R: Runtime>(context: UriSchemeContext<'_, R>, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    let app = context.app_handle().clone();
    async_runtime::spawn(async move {
        let response = image(&app.state::<Served>(), &request).await.unwrap_or_else(refusal);
        responder.respond(response);
    });
}

async fn image(served: &Served, request: &Request<Vec<u8>>) -> Result<Response<Vec<u8>>, StatusCode> {
    if request.method() != Method::GET {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    let path = percent_encoding::percent_decode_str(request.uri().path().trim_start_matches('/'))
        .decode_utf8()
        .map_err(|_| StatusCode::BAD_REQUEST)?;
    let core = served.core().map_err(|error| status(error.code))?;
    let body = core.media(&path).await.map_err(|error| status(error.code))?;
    Response::builder()
        .header(header::CONTENT_TYPE, consilium_host::image_type(&body.content_type))
        // The bytes were decrypted for the screen alone.
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(body.bytes)
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::NotSignedIn | ErrorCode::NotAVerifier => StatusCode::FORBIDDEN,
        ErrorCode::Offline | ErrorCode::ServerTrouble => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn refusal(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}
