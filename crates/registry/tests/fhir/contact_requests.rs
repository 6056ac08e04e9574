//! Asking a colleague for a contact, and the answer.

use crate::contacts::{Colleagues, contact};
use crate::own_entry::Owner;
use chrono::TimeDelta;
use consilium_registry_api::{
    AuditPage, ContactKind, ContactRequest, ContactRequestState, ContactRequests, ContactsPage, RoleContacts,
};
use consilium_testbed::{Answer, Backend, on_both_databases};
use reqwest::Method;
use serde_json::json;

on_both_databases! {
    a_mobile_is_asked_for_granted_and_taken_back,
    who_was_declined_does_not_ask_again_at_once,
    requests_are_for_what_there_is_and_between_two_alone,
    who_asks_everybody_is_slowed_down,
}

const MOBILE: &str = "139-5550-0142";

impl Colleagues {
    async fn asks(&self, asker: &Owner, of: &Owner, kind: &str) -> anyhow::Result<Answer> {
        let body = json!({"practitioner_id": of.session.practitioner_id, "kind": kind});
        let request = self.bed.request(Method::POST, "/v1/contact-requests").bearer_auth(&asker.session.access_token);
        self.bed.send(request.json(&body)).await
    }

    async fn answers(&self, owner: &Owner, id: &str, granted: bool) -> anyhow::Result<Answer> {
        let path = format!("/v1/contact-requests/{id}/answer");
        let request = self.bed.request(Method::PUT, &path).bearer_auth(&owner.session.access_token);
        self.bed.send(request.json(&json!({"granted": granted}))).await
    }

    async fn requests(&self, of: &Owner) -> anyhow::Result<ContactRequests> {
        self.bed.call(Method::GET, "/v1/contact-requests", &of.session.access_token).await?.read()
    }

    async fn feed(&self, of: &Owner, cursor: &str) -> anyhow::Result<ContactsPage> {
        let path = format!("/v1/contacts?cursor={cursor}");
        let path = if cursor.is_empty() { "/v1/contacts" } else { &path };
        self.bed.call(Method::GET, path, &of.session.access_token).await?.read()
    }

    /// What is new of Lin since, and the cursor for later.
    async fn news_of_lin(&self, of: &Owner, mut cursor: String) -> anyhow::Result<(Option<RoleContacts>, String)> {
        let mut news = None;
        loop {
            let page = self.feed(of, &cursor).await?;
            let of_lin = page.entries.into_iter().find(|entry| self.lin.role.ends_with(&entry.role));
            news = of_lin.or(news);
            cursor = page.cursor;
            if !page.more {
                return Ok((news, cursor));
            }
        }
    }
}

async fn a_mobile_is_asked_for_granted_and_taken_back(on: Backend) -> anyhow::Result<()> {
    let colleagues = Colleagues::start_on(on).await?;
    let Colleagues { lin, zhou, hannah, .. } = &colleagues;
    let telecom = json!([contact("phone", "0591-555-0120", "work", ""), contact("phone", MOBILE, "mobile", "")]);
    colleagues.lin_sets(&telecom).await?;
    let (of_lin, cursor) = colleagues.news_of_lin(hannah, String::new()).await?;
    let of_lin = of_lin.unwrap();
    assert_eq!(of_lin.telecom.iter().map(|c| c.value.as_str()).collect::<Vec<_>>(), ["0591-555-0120"]);
    assert_eq!(of_lin.requestable, [ContactKind::Mobile]);

    let asked: ContactRequest = colleagues.asks(hannah, lin, "mobile").await?.read()?;
    assert_eq!((asked.state, asked.name.as_str()), (ContactRequestState::Asked, "林嘉宁"));
    let again: ContactRequest = colleagues.asks(hannah, lin, "mobile").await?.read()?;
    assert_eq!(again.id, asked.id, "who asks twice has asked once");
    assert_eq!(colleagues.ways_to(hannah, MOBILE).await?, [""; 0], "not before it is granted");
    let received = colleagues.requests(lin).await?.received;
    assert_eq!(received.len(), 1);
    assert_eq!((received[0].name.as_str(), received[0].kind), ("Hannah Weiss", ContactKind::Mobile));

    assert_eq!(colleagues.answers(hannah, &asked.id, true).await?.status, 404, "who asks does not answer");
    assert_eq!(colleagues.answers(zhou, &asked.id, true).await?.status, 404);
    assert_eq!(colleagues.answers(lin, &asked.id, true).await?.status, 200);
    let (news, cursor) = colleagues.news_of_lin(hannah, cursor).await?;
    let news = news.expect("the grant comes by the feed");
    assert_eq!(news.telecom.iter().map(|c| c.value.as_str()).collect::<Vec<_>>(), ["0591-555-0120", MOBILE]);
    assert!(news.requestable.is_empty());
    assert!(colleagues.ways_to(hannah, MOBILE).await?.len() > 10, "by every way, also from the version of then");
    assert_eq!(colleagues.ways_to(zhou, MOBILE).await?, [""; 0], "to who asked alone");
    assert_eq!(colleagues.requests(hannah).await?.sent[0].state, ContactRequestState::Granted);

    assert_eq!(colleagues.answers(lin, &asked.id, false).await?.status, 200);
    let (news, _) = colleagues.news_of_lin(hannah, cursor).await?;
    assert_eq!(news.expect("so does its end").telecom.len(), 1);
    assert_eq!(colleagues.ways_to(hannah, MOBILE).await?, [""; 0]);

    // A grant is for what is shown on request, and no more.
    assert_eq!(colleagues.answers(lin, &asked.id, true).await?.status, 200);
    colleagues.lin_sets(&json!([contact("phone", MOBILE, "mobile", "nobody")])).await?;
    assert_eq!(colleagues.ways_to(hannah, MOBILE).await?, [""; 0]);

    let trail: AuditPage =
        colleagues.bed.call(Method::GET, "/v1/review/audit", &zhou.session.access_token).await?.read()?;
    let about: Vec<(String, &str)> = trail
        .entries
        .iter()
        .rev()
        .map(|e| (format!("{:?}", e.action), e.actor.as_str()))
        .filter(|(action, _)| action.starts_with("Contact"))
        .collect();
    let line = |action: &str, actor| (action.to_owned(), actor);
    assert_eq!(
        about,
        [
            line("ContactRequested", "Hannah Weiss"),
            line("ContactGranted", "林嘉宁"),
            line("ContactDeclined", "林嘉宁"),
            line("ContactGranted", "林嘉宁"),
        ]
    );
    Ok(())
}

async fn who_was_declined_does_not_ask_again_at_once(on: Backend) -> anyhow::Result<()> {
    let mut colleagues = Colleagues::start_on(on).await?;
    colleagues.lin_sets(&json!([contact("phone", MOBILE, "mobile", "")])).await?;
    let asked: ContactRequest = colleagues.asks(&colleagues.hannah, &colleagues.lin, "mobile").await?.read()?;
    colleagues.answers(&colleagues.lin, &asked.id, false).await?;
    let refused = colleagues.asks(&colleagues.hannah, &colleagues.lin, "mobile").await?;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (409, "conflict"));

    colleagues.bed.clock.turn(TimeDelta::days(31));
    colleagues.hannah = Owner::of(&colleagues.bed, &colleagues.doctors[2]).await?;
    colleagues.lin = Owner::of(&colleagues.bed, &colleagues.doctors[1]).await?;
    let anew: ContactRequest = colleagues.asks(&colleagues.hannah, &colleagues.lin, "mobile").await?.read()?;
    assert_eq!(anew.state, ContactRequestState::Asked);
    let received = colleagues.requests(&colleagues.lin).await?.received;
    assert_eq!(received.len(), 1, "one for each colleague and kind");
    assert_eq!(received[0].answered_at, None);
    Ok(())
}

async fn requests_are_for_what_there_is_and_between_two_alone(on: Backend) -> anyhow::Result<()> {
    let colleagues = Colleagues::start_on(on).await?;
    let Colleagues { lin, zhou, hannah, .. } = &colleagues;
    colleagues
        .lin_sets(&json!([contact("phone", "0591-555-0120", "work", ""), contact("phone", MOBILE, "mobile", "nobody")]))
        .await?;
    for kind in ["phone", "mobile", "email"] {
        let refused = colleagues.asks(hannah, lin, kind).await?;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (409, "conflict"), "{kind}");
        assert_eq!(colleagues.asks(hannah, hannah, kind).await?.status, 409);
    }
    assert_eq!(colleagues.asks(hannah, lin, "shoe size").await?.status, 400);
    colleagues.lin_sets(&json!([contact("email", "lin@home.example", "home", "on-request")])).await?;
    assert_eq!(colleagues.asks(hannah, lin, "email").await?.status, 200);
    let theirs = colleagues.requests(zhou).await?;
    assert!(theirs.received.is_empty() && theirs.sent.is_empty());
    assert_eq!(colleagues.bed.call(Method::GET, "/v1/contact-requests", "").await?.status, 401);
    assert_eq!(colleagues.bed.call(Method::GET, "/v1/contacts", "").await?.status, 401);
    Ok(())
}

async fn who_asks_everybody_is_slowed_down(on: Backend) -> anyhow::Result<()> {
    let colleagues = Colleagues::start_on(on).await?;
    let mut last = 0;
    for _ in 0..21 {
        last = colleagues.asks(&colleagues.hannah, &colleagues.lin, "mobile").await?.status.as_u16();
    }
    assert_eq!(last, 429);
    assert_eq!(colleagues.asks(&colleagues.zhou, &colleagues.lin, "mobile").await?.status, 409, "and nobody else is");
    Ok(())
}
