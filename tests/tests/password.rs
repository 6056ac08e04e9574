//! A forgotten password: through the link that is mailed to the confirmed work e-mail.

#![recursion_limit = "256"]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a story ends where it breaks")]

use consilium_api::account::{PasswordReset, PasswordResetBegin, SignedOutReason};
use consilium_api::{Commands, ErrorCode};
use consilium_testbed::{Testbed, lin_jianing};
use consilium_tests::Doctor;

const FORGOTTEN: &str = "a long password of lin";
const CHOSEN: &str = "another one, chosen today";
const EMAIL: &str = "lin.jianing@jzfy.example";

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_through_the_mailed_link() {
    let testbed = Testbed::start().await.expect("the servers start");
    let verifier = testbed.verifier().await.expect("a verifier");
    testbed.doctor(&verifier, lin_jianing(), FORGOTTEN).await.expect("Lin joins");
    let server = testbed.registry_url();
    let at_work = Doctor::signed_in("work", &server, EMAIL, FORGOTTEN).await;
    let at_home = Doctor::at_new_computer("home", &server).await;
    at_home.sees_signed_out(None).await;
    let begin = |email: &str| PasswordResetBegin { server: server.clone(), email: email.to_owned() };
    let choose = |password: &str| PasswordReset { new_password: password.to_owned() };
    let refused = at_home.core.password_reset_finish(choose(CHOSEN)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WrongState, "nothing was begun");

    // An address without an account is answered just the same, and gets no mail.
    at_home.core.password_reset_begin(begin("nobody@jzfy.example")).await.expect("no word about it");
    let before = testbed.mail.to(EMAIL).len();
    at_home.core.password_reset_begin(begin(" Lin.Jianing@JZFY.example ")).await.expect("beginning");
    let mails = testbed.mail.wait(EMAIL, before + 1).await.expect("a mail comes");
    assert!(testbed.mail.to("nobody@jzfy.example").is_empty());

    let short = at_home.core.password_reset_finish(choose("short")).await.unwrap_err();
    assert_eq!(short.code, ErrorCode::PasswordTooShort);
    let weak = at_home.core.password_reset_finish(choose("lin.jianing@jzfy")).await.unwrap_err();
    assert_eq!(weak.code, ErrorCode::PasswordTooWeak);
    let early = at_home.core.password_reset_finish(choose(CHOSEN)).await.unwrap_err();
    assert_eq!(early.code, ErrorCode::EmailUnconfirmed, "the link was not opened");

    let mail = mails.last().expect("a mail");
    assert!(mail.subject.contains("重设密码 · Reset your password"), "{}", mail.subject);
    for words in ["重设您的 Consilium（会诊）账号密码", "reset the password of your Consilium account"] {
        assert!(mail.body.contains(words), "in both languages: {}", mail.body);
    }

    // The page behind the link asks once more; its button sends what the link holds.
    let link = mails.last().and_then(|mail| mail.link()).expect("a link").replace("&amp;", "&");
    let http = reqwest::Client::new();
    assert!(http.get(&link).send().await.expect("the page").status().is_success());
    let early = at_home.core.password_reset_finish(choose(CHOSEN)).await.unwrap_err();
    assert_eq!(early.code, ErrorCode::EmailUnconfirmed, "a mail scanner that opens links confirms nothing");
    assert!(http.post(&link).send().await.expect("the button").status().is_success());

    at_home.core.password_reset_finish(choose(CHOSEN)).await.expect("the new password");
    let old = at_home.sign_in(EMAIL, FORGOTTEN).await.unwrap_err();
    assert_eq!(old.code, ErrorCode::WrongCredentials);
    at_home.sign_in(EMAIL, CHOSEN).await.expect("signing in");
    at_home.sees_signed_in().await;
    // Whoever knew the old password is out.
    at_work.sees_signed_out(Some(SignedOutReason::SessionExpired)).await;
}
