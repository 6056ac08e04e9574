//! Doctors on their way from application to bound account.

use crate::synapse::Account;
use crate::testbed::{Answer, Testbed};
use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use consilium_registry_api::{
    ApplicationForm, ApplicationView, Binding, BindingRequest, Decision, DecisionKind, EmailConfirmation,
    RegistrationToken, ReviewDetail, Workplace,
};
use reqwest::Method;

/// A doctor with a bound account, signed in.
#[derive(Clone, Debug)]
pub struct Doctor {
    pub account: Account,
    pub practitioner_id: String,
    pub password: String,
}

/// Somebody who applies: what their client keeps.
#[derive(Clone, Debug)]
pub struct Applicant {
    pub id: String,
    pub secret: String,
    pub form: ApplicationForm,
}

/// A cardiologist of the verifier's hospital.
pub fn lin_jianing() -> ApplicationForm {
    ApplicationForm {
        han_name: "林嘉宁".into(),
        latin_name: "Lin Jianing".into(),
        title: "attending".into(),
        licence_number: "990420000083517".into(),
        work_email: "lin.jianing@jzfy.example".into(),
        work_phone: "0591-555-0120".into(),
        workplace: Workplace::Unlisted { name: "江州大学附属第一医院".into(), city: "江州".into() },
        department: "03.04".into(),
    }
}

/// A neurologist without a Han name, of a hospital that is not listed.
pub fn weiss() -> ApplicationForm {
    ApplicationForm {
        han_name: String::new(),
        latin_name: "Hannah Weiss".into(),
        title: "associate_chief".into(),
        licence_number: "990420000091864".into(),
        work_email: "weiss@minjiang.example".into(),
        work_phone: "+86 599 555 0148".into(),
        workplace: Workplace::Unlisted { name: "闽江国际医院".into(), city: "闽江".into() },
        department: "03.03".into(),
    }
}

impl Applicant {
    pub fn new(form: ApplicationForm) -> Self {
        let mut secret = uuid::Uuid::new_v4().into_bytes().to_vec();
        secret.extend(uuid::Uuid::new_v4().into_bytes());
        Self { id: uuid::Uuid::new_v4().to_string(), secret: URL_SAFE_NO_PAD.encode(secret), form }
    }

    /// The path of a call on this application.
    pub fn path(&self, rest: &str) -> String {
        format!("/v1/applications/{}{rest}", self.id)
    }

    /// A call on this application without a body.
    pub async fn call(&self, testbed: &Testbed, method: Method, rest: &str) -> anyhow::Result<Answer> {
        testbed.call(method, &self.path(rest), &self.secret).await
    }

    /// Sends the form.
    pub async fn apply(&self, testbed: &Testbed) -> anyhow::Result<Answer> {
        let request = testbed.request(Method::PUT, &self.path("")).bearer_auth(&self.secret).json(&self.form);
        testbed.send(request).await
    }

    pub async fn view(&self, testbed: &Testbed) -> anyhow::Result<ApplicationView> {
        self.call(testbed, Method::GET, "").await?.read()
    }

    pub async fn send_code(&self, testbed: &Testbed, code: &str) -> anyhow::Result<Answer> {
        let confirmation = EmailConfirmation { code: code.into() };
        let request = testbed.request(Method::POST, &self.path("/email-confirmation"));
        testbed.send(request.bearer_auth(&self.secret).json(&confirmation)).await
    }

    /// Types in the code that came by mail.
    pub async fn confirm_email(&self, testbed: &Testbed) -> anyhow::Result<ApplicationView> {
        let code = testbed.mail.code_to(&self.form.work_email).context("no code came by mail")?;
        self.send_code(testbed, &code).await?.read()
    }

    pub async fn submit(&self, testbed: &Testbed) -> anyhow::Result<ApplicationView> {
        self.call(testbed, Method::POST, "/submission").await?.read()
    }

    pub async fn put_evidence(
        &self,
        testbed: &Testbed,
        id: &str,
        media_type: &str,
        bytes: impl Into<reqwest::Body>,
    ) -> anyhow::Result<Answer> {
        let path = self.path(&format!("/evidence/{id}?kind=licence&file_name=licence.png"));
        let request = testbed.request(Method::PUT, &path).bearer_auth(&self.secret);
        testbed.send(request.header("content-type", media_type).body(bytes)).await
    }

    /// A verifier opens the application and approves it.
    pub async fn approved_by(&self, testbed: &Testbed, verifier: &Doctor) -> anyhow::Result<ReviewDetail> {
        let decision = Decision {
            kind: DecisionKind::Approve,
            version: 0,
            reason: None,
            note: None,
            confirmed: true,
            valid_months: Some(12),
            organization_id: None,
        };
        self.decided_by(testbed, verifier, decision).await
    }

    /// A verifier opens the application and decides on the version they see.
    pub async fn decided_by(
        &self,
        testbed: &Testbed,
        verifier: &Doctor,
        decision: Decision,
    ) -> anyhow::Result<ReviewDetail> {
        let session = testbed.session(verifier).await?;
        let path = format!("/v1/review/applications/{}", self.id);
        let detail: ReviewDetail = testbed.call(Method::GET, &path, &session.access_token).await?.read()?;
        let decision = Decision { version: detail.version, ..decision };
        let request = testbed.request(Method::POST, &format!("{path}/decision"));
        testbed.send(request.bearer_auth(&session.access_token).json(&decision)).await?.read()
    }

    pub async fn registration_token(&self, testbed: &Testbed) -> anyhow::Result<RegistrationToken> {
        self.call(testbed, Method::POST, "/registration-token").await?.read()
    }

    /// Proves the account to the registry.
    pub async fn bind(&self, testbed: &Testbed, account: &Account) -> anyhow::Result<Answer> {
        let openid_token = testbed.synapse.openid_token(account).await?;
        let request = testbed.request(Method::POST, &self.path("/binding")).bearer_auth(&self.secret);
        testbed.send(request.json(&BindingRequest { openid_token })).await
    }

    /// Makes the account after approval and binds it.
    pub async fn join(&self, testbed: &Testbed, password: &str) -> anyhow::Result<Doctor> {
        let token = self.registration_token(testbed).await?;
        let account = testbed.synapse.register(&token.localpart, password, &token.token).await?;
        let binding: Binding = self.bind(testbed, &account).await?.read()?;
        Ok(Doctor { account, practitioner_id: binding.practitioner_id, password: password.into() })
    }
}
