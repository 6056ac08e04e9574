//! Who gets in, over real sockets.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test ends where it breaks")]

mod common;

use common::start;
use consilium_api::media::UPLOAD_LIMIT;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn a_socket_opens_with_the_token_alone() {
    let host = start().await;
    let mut other = host.token.clone();
    other.replace_range(63.., if other.ends_with('0') { "1" } else { "0" });
    for offered in [
        None,
        Some("consilium".to_owned()),
        Some(format!("consilium, {other}")),
        Some(format!("consilium, {}", &host.token[..63])),
        Some(host.token.clone()),
        Some(format!("{}, consilium", host.token)),
    ] {
        assert_eq!(host.try_open(offered.as_deref(), &[]).await.err(), Some(401), "{offered:?}");
    }
    assert!(host.try_open(Some(&format!("consilium, {}", host.token)), &[]).await.is_ok());
}

#[tokio::test]
async fn a_socket_of_another_site_is_refused_even_with_the_token() {
    let host = start().await;
    let offered = format!("consilium, {}", host.token);
    let port = host.address.port();
    for origin in [
        "https://example.org".to_owned(),
        "null".to_owned(),
        format!("https://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{}", port ^ 1),
        format!("http://localhost:{port}"),
        format!("http://127.0.0.1:{port}.example.org"),
        "http://127.0.0.1".to_owned(),
    ] {
        assert_eq!(host.try_open(Some(&offered), &[("origin", origin.clone())]).await.err(), Some(403), "{origin}");
    }
    let own = format!("http://127.0.0.1:{port}");
    assert!(host.try_open(Some(&offered), &[("origin", own)]).await.is_ok());
}

#[tokio::test]
async fn a_name_rebound_to_loopback_gets_nothing() {
    let host = start().await;
    let port = host.address.port();
    let bearer = format!("Bearer {}", host.token);
    for name in [
        format!("example.org:{port}"),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1:{}", port ^ 1),
        format!("0.0.0.0:{port}"),
        format!("localhost.example.org:{port}"),
        format!("127.0.0.1:{port}@example.org"),
    ] {
        for path in ["/", "/media/evidence/a/licence", "/ws"] {
            let answer = host.get(path).header("host", &name).header("authorization", &bearer).send().await.unwrap();
            assert_eq!(answer.status(), 421, "{name} {path}");
            assert!(!answer.text().await.unwrap().contains("会诊"));
        }
    }
    let own = format!("localhost:{port}");
    assert_eq!(host.get("/").header("host", own).send().await.unwrap().status(), 200);
}

async fn raw(host: &common::Running, request: &str) -> String {
    let mut stream = TcpStream::connect(host.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn the_target_and_the_host_header_cannot_disagree() {
    let host = start().await;
    let own = host.address;
    for request in [
        format!("GET http://example.org/ HTTP/1.1\r\nhost: {own}\r\nconnection: close\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: {own}\r\nhost: example.org\r\nconnection: close\r\n\r\n"),
        "GET / HTTP/1.0\r\n\r\n".to_owned(),
    ] {
        let answer = raw(&host, &request).await;
        assert!(answer.contains(" 421 "), "{request} → {answer}");
    }
    let answer = raw(&host, &format!("GET / HTTP/1.1\r\nhost: {own}\r\nconnection: close\r\n\r\n")).await;
    assert!(answer.contains(" 200 "), "{answer}");
}

#[tokio::test]
async fn uploads_and_images_need_the_token_as_a_bearer() {
    let host = start().await;
    for bearer in [None, Some("Bearer ".to_owned()), Some(format!("Basic {}", host.token)), Some(host.token.clone())] {
        let with = |request: reqwest::RequestBuilder| match &bearer {
            Some(bearer) => request.header("authorization", bearer),
            None => request,
        };
        assert_eq!(with(host.get("/media/evidence/a/licence")).send().await.unwrap().status(), 401, "{bearer:?}");
        let upload = with(host.http.post(host.url("/upload"))).body("bytes").send().await.unwrap();
        assert_eq!(upload.status(), 401, "{bearer:?}");
    }
    assert!(host.core.uploads.lock().unwrap().is_empty());
    let in_the_address = host.get(&format!("/media/evidence/a/licence?token={}", host.token)).send().await.unwrap();
    assert_eq!(in_the_address.status(), 401);
}

#[tokio::test]
async fn an_upload_arrives_whole_and_is_named() {
    let host = start().await;
    let bytes: Vec<u8> = (0..UPLOAD_LIMIT).map(|n| n as u8).collect();
    let answer = host.http.post(host.url("/upload")).bearer_auth(&host.token).body(bytes.clone()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.json::<serde_json::Value>().await.unwrap(), serde_json::json!({"upload_id": "upload-1"}));
    assert!(host.core.uploads.lock().unwrap()[0] == bytes);
}

#[tokio::test]
async fn an_upload_that_is_too_large_is_refused_before_it_is_read() {
    let host = start().await;
    let (own, token) = (host.address, &host.token);
    // Announces 200 MB and sends nothing of them: an answer shows that the host does not wait for them.
    let answer = raw(
        &host,
        &format!(
            "POST /upload HTTP/1.1\r\nhost: {own}\r\nauthorization: Bearer {token}\r\ncontent-length: 200000000\r\nconnection: close\r\n\r\n"
        ),
    )
    .await;
    assert!(answer.contains(" 413 ") && answer.contains("\"too_large\""), "{answer}");

    // Announces nothing.
    let piece = bytes_of(UPLOAD_LIMIT / 4 + 1);
    let pieces = futures::stream::iter((0..4).map(move |_| Ok::<_, std::io::Error>(piece.clone())));
    let answer = host.http.post(host.url("/upload")).bearer_auth(token).body(reqwest::Body::wrap_stream(pieces)).send();
    assert_eq!(answer.await.unwrap().status(), 413);
    assert!(host.core.uploads.lock().unwrap().is_empty());
}

fn bytes_of(length: usize) -> Vec<u8> {
    vec![7; length]
}

#[tokio::test]
async fn an_image_is_shown_and_nothing_else_is_rendered() {
    let host = start().await;
    let image = host.get("/media/evidence/a/licence").bearer_auth(&host.token).send().await.unwrap();
    assert_eq!(image.headers()["content-type"], "image/png");
    assert_eq!(image.bytes().await.unwrap().as_ref(), b"bytes");
    let page = host.get("/media/evidence/a/page").bearer_auth(&host.token).send().await.unwrap();
    assert_eq!(page.headers()["content-type"], "application/octet-stream");
    let missing = host.get("/media/evidence/a/none").bearer_auth(&host.token).send().await.unwrap();
    assert_eq!(missing.status(), 404);
    assert_eq!(missing.json::<serde_json::Value>().await.unwrap()["code"], "not_found");
}

#[tokio::test]
async fn the_page_needs_no_token_and_every_answer_has_the_strict_headers() {
    let host = start().await;
    for (path, status, text) in [
        ("/", 200, "会诊"),
        ("/directory", 200, "会诊"),
        ("/conversations/%21room", 200, "会诊"),
        ("/assets/app.js", 200, "export"),
        ("/assets/none.js", 404, ""),
        ("/..%2f..%2f..%2fetc%2fhosts.txt", 404, ""),
        ("/ws", 401, ""),
    ] {
        let answer = host.get(path).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        let headers = answer.headers().clone();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe") && !policy.contains('*'));
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin", "{path}");
        assert!(answer.text().await.unwrap().contains(text), "{path}");
    }
    let cached = host.get("/").header("if-modified-since", "Wed, 01 Jan 2031 00:00:00 GMT").send().await.unwrap();
    assert_eq!(cached.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn nothing_listens_beyond_loopback() {
    let host = start().await;
    assert!(host.address.ip().is_loopback());
    for address in ["127.0.0.2", "[::1]"] {
        let elsewhere = TcpStream::connect(format!("{address}:{}", host.address.port())).await;
        assert!(elsewhere.is_err(), "{address}");
    }
}
