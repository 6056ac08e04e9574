//! Mails, in both languages at once: the registry does not know which its reader prefers.

use crate::problem::{Code, Problem};
use anyhow::Context as _;
use chrono::NaiveDate;
use consilium_registry_api::{ApplicationKind, DecisionKind};
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(10);

pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    service: String,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mailer")
    }
}

impl Mailer {
    /// `server` is `host:port` (no encryption: a relay on the same machine or network) or a URL (`smtps://user:pass@host`).
    pub fn new(server: &str, from: &str, service: &str) -> anyhow::Result<Self> {
        let builder = if server.contains("://") {
            AsyncSmtpTransport::<Tokio1Executor>::from_url(server)
                .map_err(|_| anyhow::anyhow!("the mail server's URL is not understood"))?
        } else {
            let (host, port) = server.rsplit_once(':').context("the mail server must be host:port or a URL")?;
            let port = port.parse().context("the mail server's port is not a number")?;
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host.trim_matches(['[', ']'])).port(port)
        };
        Ok(Self {
            transport: builder.timeout(Some(TIMEOUT)).build(),
            from: from.parse().context("the sender of mails is not an address")?,
            service: service.to_owned(),
        })
    }

    /// The six digits that confirm an e-mail.
    pub async fn send_code(&self, to: &str, code: &str, reference: &str) -> Result<(), Problem> {
        let service = &self.service;
        let subject = format!("{service}: {code}");
        let body = format!(
            "您的邮箱验证码是：{code}\n申请编号：{reference}\n验证码 15 分钟内有效，请在 {service} 的注册页面中输入。\n\
             如果您没有提交注册申请，请忽略此邮件。\n\n\
             Your confirmation code is: {code}\nApplication: {reference}\n\
             It is valid for 15 minutes. Enter it on the registration page of {service}.\n\
             If you did not apply, please ignore this mail.\n"
        );
        self.send(to, subject, body).await
    }

    /// That a decision was made; which, but not why: the reason is for the applicant's own screen.
    pub async fn send_decision(
        &self,
        to: &str,
        kind: ApplicationKind,
        decision: DecisionKind,
        reference: &str,
    ) -> Result<(), Problem> {
        let service = &self.service;
        let is_registration = kind == ApplicationKind::Registration;
        let (zh, en) = match decision {
            DecisionKind::Approve if !is_registration => (
                "您的申请已通过，您的名录信息和认证已更新。",
                "Your application was approved. Your entry in the directory and its verification are up to date.",
            ),
            DecisionKind::Reject if !is_registration => (
                "您的申请未通过，您的名录信息没有变化。请打开应用查看原因，更正后可重新提交。",
                "Your application was not approved, and your entry stays as it was. Open the app to see why; you can \
                 correct it and submit it again.",
            ),
            DecisionKind::Approve => (
                "您的注册申请已通过。请打开应用设置密码，完成注册。",
                "Your application was approved. Open the app to choose a password and finish.",
            ),
            DecisionKind::RequestMore => (
                "审核人员需要您补充材料。请打开应用查看说明。",
                "The verifier asks for more. Open the app to see what is needed.",
            ),
            DecisionKind::Reject => (
                "您的注册申请未通过。请打开应用查看原因，更正后可重新提交。",
                "Your application was not approved. Open the app to see why; you can correct it and submit it again.",
            ),
        };
        let subject = format!("{service}: {reference}");
        self.send(to, subject, format!("{zh}\n申请编号：{reference}\n\n{en}\nApplication: {reference}\n")).await
    }

    /// That the verification counts through this day and no longer.
    pub async fn send_reminder(&self, to: &str, last_day: NaiveDate) -> Result<(), Problem> {
        let service = &self.service;
        let subject = format!("{service}: {last_day}");
        let body = format!(
            "您在 {service} 的医师认证有效期至 {last_day}。\n请在此之前打开应用申请续期。到期后您的账号和名录信息\
             仍会保留，但不再显示为已认证。\n\n\
             Your verification on {service} is valid through {last_day}.\nOpen the app before then to apply for its \
             renewal. Afterwards your account and your entry stay, but are no longer shown as verified.\n"
        );
        self.send(to, subject, body).await
    }

    async fn send(&self, to: &str, subject: String, body: String) -> Result<(), Problem> {
        let unavailable = |what: &str| {
            tracing::warn!(what, "mail not sent");
            Problem::from(Code::MailUnavailable)
        };
        let to: Address = to.parse().map_err(|_| unavailable("the address is not one"))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(body)
            .map_err(|_| unavailable("the message cannot be built"))?;
        // The server's own words may repeat the address: the log gets their kind alone.
        self.transport.send(message).await.map(drop).map_err(|error| {
            unavailable(if error.is_permanent() {
                "the server refused for good"
            } else if error.is_transient() {
                "the server refused for now"
            } else {
                "the server does not answer"
            })
        })
    }
}
