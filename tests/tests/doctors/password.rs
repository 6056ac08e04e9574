//! A forgotten password: through the link that is mailed to the confirmed work e-mail.

use consilium_api::account::{PasswordReset, PasswordResetBegin, SignIn, SignedOutReason};
use consilium_api::{Commands, ErrorCode};
use consilium_testbed::{Testbed, lin_jianing, weiss};
use consilium_tests::Doctor;

const FORGOTTEN: &str = "a long password of lin";
const CHOSEN: &str = "another one, chosen today";
const EMAIL: &str = "lin.jianing@jzfy.example";

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_through_the_mailed_link() {
    let testbed = Testbed::start().await.expect("the servers start");
    let verifier = testbed.verifier().await.expect("a verifier");
    testbed.doctor(&verifier, lin_jianing(), FORGOTTEN).await.expect("Lin joins");
    testbed.doctor(&verifier, weiss(), "a long password of weiss").await.expect("Weiss joins");
    let server = testbed.registry_url();
    let at_work = Doctor::signed_in("work", &server, EMAIL, FORGOTTEN).await;
    let colleague = Doctor::signed_in("weiss", &server, "weiss@minjiang.example", "a long password of weiss").await;
    let room = at_work.starts_conversation_with("hannah").await;
    colleague.accepts_invitation_of("林嘉宁").await;
    at_work.writes(&room, "Lactate 4.1.").await;
    let at_weiss = colleague.opens(&room).await;
    at_weiss.sees_text("Lactate 4.1.").await;
    colleague.writes(&room, "Then she needs fluids.").await;
    at_work.opens(&room).await.sees_text("Then she needs fluids.").await;
    at_work.sees_security(|security| security.verified == Some(true)).await;
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

    // She herself loses nothing where she was signed in, however she writes the address.
    let address = server.replace("127.0.0.1", "localhost");
    assert_ne!(address, server);
    let (user, password) = (EMAIL.to_owned(), CHOSEN.to_owned());
    at_work.core.sign_in(SignIn { server: address, user, password, discard: false }).await.expect("signing in again");
    at_work.sees_signed_in().await;
    at_work.sees_conversation(|row| row.room_id == room).await;
    let here = at_work.opens(&room).await;
    for text in ["Lactate 4.1.", "Then she needs fluids."] {
        here.sees_text(text).await;
    }
    at_work.sees_security(|security| security.verified == Some(true)).await;
    assert!(!at_work.data_dir().join("account/message-keys.waiting").exists());
    colleague.writes(&room, "Better now.").await;
    here.sees_text("Better now.").await;
}
