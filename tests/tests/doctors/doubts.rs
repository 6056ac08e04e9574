//! Colleagues whose devices or keys give reason to ask them.

use crate::ward::{LIN, WEISS, joined};
use consilium_api::chat::RoomRef;
use consilium_api::devices::{AccountRef, ColleagueDevices, DeviceDoubt, DeviceDoubtKind};
use consilium_api::security::OwnPassword;
use consilium_api::{Commands, Subscriptions};
use consilium_tests::Doctor;
use consilium_tests::doctor::wait;

async fn sees(doctor: &Doctor, room: &str, kinds: &[DeviceDoubtKind]) -> Vec<DeviceDoubt> {
    let doubts = Subscriptions::doubts(&doctor.core, RoomRef { room_id: room.to_owned() }).await.expect("the doubts");
    wait(doubts, |doubts| doubts.iter().map(|doubt| doubt.kind).eq(kinds.iter().copied())).await
}

async fn sees_devices(doctor: &Doctor, user_id: &str, expected: ColleagueDevices) {
    let of = AccountRef { user_id: user_id.to_owned() };
    let devices = Subscriptions::colleague_devices(&doctor.core, of).await.expect("the devices");
    wait(devices, |devices| *devices == expected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unconfirmed_device_and_changed_keys_are_told_until_they_are_settled() {
    let (testbed, _) = joined().await;
    let server = testbed.registry_url();
    let at = async |computer: &'static str| Doctor::signed_in(computer, &server, "weiss@minjiang.example", WEISS).await;
    let lin = Doctor::signed_in("lin", &server, "lin.jianing@jzfy.example", LIN).await;
    let weiss = at("weiss").await;
    weiss.sees_security(|security| security.verified == Some(true)).await;
    let user_id = weiss.sees_signed_in().await.user_id;
    let room = lin.starts_conversation_with("hannah").await;
    weiss.accepts_invitation_of("林嘉宁").await;
    let at_weiss = weiss.opens(&room).await;
    lin.writes(&room, "Lactate 4.2").await;
    at_weiss.sees_text("Lactate 4.2").await;
    let devices = |confirmed, unconfirmed, changed_keys| ColleagueDevices { confirmed, unconfirmed, changed_keys };
    sees(&lin, &room, &[]).await;
    sees_devices(&lin, &user_id, devices(1, 0, false)).await;

    // Somebody who knows the password signs in elsewhere.
    let ward = at("weiss-ward").await;
    let told = sees(&lin, &room, &[DeviceDoubtKind::UnconfirmedDevice]).await;
    assert_eq!(told[0].person.user_id, user_id);
    sees_devices(&lin, &user_id, devices(1, 1, false)).await;

    // They begin afresh there: then it is the first computer that the new keys do not confirm.
    ward.core.identity_reset(OwnPassword { password: WEISS.into() }).await.expect("afresh");
    sees(&lin, &room, &[DeviceDoubtKind::ChangedKeys]).await;
    sees_devices(&lin, &user_id, devices(1, 1, true)).await;
    let lin = lin.restart().await;
    lin.sees_signed_in().await;
    sees(&lin, &room, &[DeviceDoubtKind::ChangedKeys]).await;

    // Lin has asked her: it was she.
    lin.core.keys_accept(AccountRef { user_id: user_id.clone() }).await.expect("accepting them");
    sees(&lin, &room, &[DeviceDoubtKind::UnconfirmedDevice]).await;
    sees_devices(&lin, &user_id, devices(1, 1, false)).await;
    weiss.core.sign_out(()).await.expect("her first computer goes");
    sees(&lin, &room, &[]).await;
    sees_devices(&lin, &user_id, devices(1, 0, false)).await;
}
