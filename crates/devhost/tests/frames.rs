//! Calls and subscriptions, over real sockets.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test ends where it breaks")]

mod common;

use common::{eventually, start};
use futures::SinkExt;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn a_call_is_answered_by_its_id() {
    let host = start().await;
    let mut page = host.open().await;
    page.send(json!({"id": 7, "type": "call", "command": "echo", "input": {"name": "林嘉宁"}})).await;
    assert_eq!(page.next().await, json!({"id": 7, "type": "ok", "value": {"name": "林嘉宁"}}));
    page.send(json!({"id": 8, "type": "call", "command": "echo"})).await;
    assert_eq!(page.next().await, json!({"id": 8, "type": "ok", "value": null}));
    page.send(json!({"id": 9, "type": "call", "command": "none", "input": null})).await;
    let answer = page.next().await;
    assert_eq!(
        (&answer["id"], &answer["type"], &answer["error"]["code"]),
        (&json!(9), &json!("error"), &json!("invalid_input"))
    );
}

#[tokio::test]
async fn a_slow_call_holds_up_no_other() {
    let host = start().await;
    let mut page = host.open().await;
    page.send(json!({"id": 1, "type": "call", "command": "wait"})).await;
    page.send(json!({"id": 2, "type": "call", "command": "echo"})).await;
    assert_eq!(page.next().await["id"], 2);
    host.core.release.notify_one();
    assert_eq!(page.next().await, json!({"id": 1, "type": "ok", "value": "released"}));
}

#[tokio::test]
async fn what_was_asked_for_is_done_though_the_page_went_away() {
    let host = start().await;
    let mut page = host.open().await;
    page.send(json!({"id": 1, "type": "call", "command": "wait"})).await;
    page.send(json!({"id": 2, "type": "call", "command": "echo"})).await;
    page.next().await;
    drop(page);
    tokio::time::sleep(Duration::from_millis(100)).await;
    host.core.release.notify_one();
    eventually("the call ran to its end", || host.core.finished.load(Ordering::SeqCst) == 1).await;
}

#[tokio::test]
async fn events_come_in_order_without_gaps_and_then_the_end() {
    let host = start().await;
    let mut page = host.open().await;
    // More than fits between the subscription and the socket at a time.
    page.send(json!({"id": 3, "type": "subscribe", "subscription": "count", "input": 1500})).await;
    for n in 0..1500 {
        assert_eq!(page.next().await, json!({"id": 3, "type": "event", "seq": n, "event": n}));
    }
    assert_eq!(page.next().await, json!({"id": 3, "type": "end"}));
    page.send(json!({"id": 4, "type": "subscribe", "subscription": "none"})).await;
    assert_eq!(page.next().await["error"]["code"], "invalid_input");
    // Both ids are free again.
    page.send(json!({"id": 3, "type": "subscribe", "subscription": "count", "input": 1})).await;
    assert_eq!(page.next().await, json!({"id": 3, "type": "event", "seq": 0, "event": 0}));
}

#[tokio::test]
async fn unsubscribing_drops_the_stream_and_frees_the_id() {
    let host = start().await;
    let mut page = host.open().await;
    let open = json!({"id": 5, "type": "subscribe", "subscription": "forever"});
    page.send(open.clone()).await;
    assert_eq!(page.next().await["seq"], 0);
    page.send(open.clone()).await;
    assert_eq!(page.next().await["error"]["code"], "invalid_input", "the id is taken");
    page.send(json!({"id": 5, "type": "unsubscribe"})).await;
    eventually("the stream is dropped", || host.core.open.load(Ordering::SeqCst) == 0).await;
    page.send(open).await;
    assert_eq!(page.next().await, json!({"id": 5, "type": "event", "seq": 0, "event": "first"}));
    page.send(json!({"id": 99, "type": "unsubscribe"})).await;
    page.send(json!({"id": 6, "type": "call", "command": "echo"})).await;
    assert_eq!(page.next().await["id"], 6, "an unknown id is no fault");
}

#[tokio::test]
async fn subscriptions_end_with_the_socket_and_open_again_on_the_next() {
    let host = start().await;
    let mut page = host.open().await;
    for id in 0..3 {
        page.send(json!({"id": id, "type": "subscribe", "subscription": "forever"})).await;
        page.next().await;
    }
    assert_eq!(host.core.open.load(Ordering::SeqCst), 3);
    drop(page);
    eventually("all streams are dropped", || host.core.open.load(Ordering::SeqCst) == 0).await;

    let mut again = host.open().await;
    again.send(json!({"id": 0, "type": "subscribe", "subscription": "forever"})).await;
    assert_eq!(again.next().await, json!({"id": 0, "type": "event", "seq": 0, "event": "first"}));
}

#[tokio::test]
async fn two_pages_do_not_see_each_other() {
    let host = start().await;
    let (mut one, mut two) = (host.open().await, host.open().await);
    one.send(json!({"id": 1, "type": "subscribe", "subscription": "count", "input": 2})).await;
    two.send(json!({"id": 1, "type": "call", "command": "echo", "input": "two"})).await;
    assert_eq!(two.next().await, json!({"id": 1, "type": "ok", "value": "two"}));
    two.send(json!({"id": 1, "type": "unsubscribe"})).await;
    for seq in 0..2 {
        assert_eq!(one.next().await["seq"], seq);
    }
}

#[tokio::test]
async fn a_page_that_does_not_read_loses_its_subscription_and_not_the_memory() {
    let host = start().await;
    let mut page = host.open().await;
    page.send(json!({"id": 1, "type": "subscribe", "subscription": "flood"})).await;
    eventually("the stream is dropped while nobody reads", || host.core.open.load(Ordering::SeqCst) == 1).await;
    eventually("the flood ends", || host.core.open.load(Ordering::SeqCst) == 0).await;
    let mut next = 0;
    let error = loop {
        let frame: Value = page.next().await;
        if frame["type"] == "error" {
            break frame;
        }
        assert_eq!(frame["seq"], next, "what came is without gaps");
        next += 1;
    };
    assert_eq!((&error["id"], &error["error"]["code"]), (&json!(1), &json!("internal")));
    assert!(next < 4000, "{next} events of 64 KiB were kept");
    page.send(json!({"id": 2, "type": "call", "command": "echo"})).await;
    assert_eq!(page.next().await["id"], 2, "the socket goes on");
}

#[tokio::test]
async fn what_is_no_frame_closes_the_socket() {
    let host = start().await;
    for text in ["", "{", "[]", r#"{"id":1}"#, r#"{"id":-1,"type":"unsubscribe"}"#, r#"{"id":1,"type":"call"}"#] {
        let mut page = host.open().await;
        page.socket.send(Message::text(text)).await.unwrap();
        assert_eq!(page.closed().await, 1002, "{text}");
    }
    let mut page = host.open().await;
    page.socket.send(Message::binary(b"x".to_vec())).await.unwrap();
    assert_eq!(page.closed().await, 1002);
}

#[tokio::test]
async fn a_frame_that_is_too_large_is_not_taken() {
    let host = start().await;
    let mut page = host.open().await;
    let text = json!({"id": 1, "type": "call", "command": "echo", "input": "x".repeat(1024 * 1024)}).to_string();
    let _ = page.socket.send(Message::text(text)).await;
    let answer =
        tokio::time::timeout(Duration::from_secs(10), futures::StreamExt::next(&mut page.socket)).await.unwrap();
    assert!(!matches!(answer, Some(Ok(Message::Text(_)))), "{answer:?}");
}

#[tokio::test]
async fn stopping_closes_the_open_sockets() {
    let mut host = start().await;
    let mut page = host.open().await;
    page.send(json!({"id": 1, "type": "subscribe", "subscription": "forever"})).await;
    page.next().await;
    host.stop.take().unwrap().send(()).unwrap();
    assert_eq!(page.closed().await, 1001);
    tokio::time::timeout(Duration::from_secs(10), host.done).await.expect("the host ends").unwrap().unwrap();
    assert_eq!(host.core.open.load(Ordering::SeqCst), 0);
}
