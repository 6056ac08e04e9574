//! Accounts on the homeserver.

use super::{Homeserver, HomeserverError, found};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

/// Accounts a page when listing them.
const PAGE: usize = 100;

/// An account as `GET /_synapse/admin/v2/users/{id}` tells it.
#[derive(Debug, Deserialize)]
pub struct Account {
    #[serde(default)]
    pub admin: bool,
    #[serde(default)]
    pub deactivated: bool,
    #[serde(default)]
    pub locked: bool,
}

impl Account {
    /// Whether it may be used at all.
    pub fn usable(&self) -> bool {
        !self.deactivated && !self.locked
    }
}

/// An account as the list of accounts tells it.
#[derive(Debug, Deserialize)]
pub struct RecentAccount {
    pub name: String,
    #[serde(default)]
    pub admin: bool,
    /// Milliseconds, whole seconds.
    pub creation_ts: i64,
}

/// What a new account is made with.
pub struct NewAccount<'a> {
    pub password: &'a str,
    pub display_name: &'a str,
    pub email: &'a str,
}

impl Homeserver {
    /// The account, if there is one.
    pub async fn account(&self, user_id: &str) -> Result<Option<Account>, HomeserverError> {
        found(self.ask(self.admin(Method::GET, &["v2", "users", user_id])).await)
    }

    /// Sets the name others see and the e-mail for signing in and for a forgotten password.
    pub async fn set_profile(&self, user_id: &str, name: &str, email: Option<&str>) -> Result<(), HomeserverError> {
        let mut body = json!({"displayname": name});
        if let Some(email) = email {
            body["threepids"] = json!([{"medium": "email", "address": email}]);
        }
        self.put_user(user_id, body).await
    }

    /// Sets the one e-mail for signing in and for a forgotten password, or takes it away.
    pub async fn set_email(&self, user_id: &str, email: Option<&str>) -> Result<(), HomeserverError> {
        let threepids: Vec<_> = email.iter().map(|email| json!({"medium": "email", "address": email})).collect();
        self.put_user(user_id, json!({"threepids": threepids})).await
    }

    pub async fn create_account(&self, user_id: &str, new: NewAccount<'_>) -> Result<(), HomeserverError> {
        self.put_user(
            user_id,
            json!({
                "password": new.password,
                "displayname": new.display_name,
                "threepids": [{"medium": "email", "address": new.email}],
                "admin": false,
            }),
        )
        .await
    }

    /// Locks an account that exists. In the PUT that makes an account `locked` would be ignored.
    pub async fn lock(&self, user_id: &str) -> Result<(), HomeserverError> {
        self.put_user(user_id, json!({"locked": true})).await
    }

    async fn put_user(&self, user_id: &str, body: serde_json::Value) -> Result<(), HomeserverError> {
        let request = self.admin(Method::PUT, &["v2", "users", user_id]).json(&body);
        self.ask::<serde_json::Value>(request).await.map(drop)
    }

    /// Who signs in with this e-mail.
    pub async fn email_owner(&self, email: &str) -> Result<Option<String>, HomeserverError> {
        #[derive(Deserialize)]
        struct Owner {
            user_id: String,
        }
        let request = self.admin(Method::GET, &["v1", "threepid", "email", "users", email]);
        Ok(found(self.ask::<Owner>(request).await)?.map(|o| o.user_id))
    }

    /// Accounts that are neither locked nor deactivated and were made at or after this time (milliseconds), latest first.
    pub async fn accounts_since(&self, since: i64) -> Result<Vec<RecentAccount>, HomeserverError> {
        #[derive(Deserialize)]
        struct Page {
            users: Vec<RecentAccount>,
            next_token: Option<String>,
        }
        let mut accounts = Vec::new();
        let mut from = "0".to_owned();
        loop {
            let request = self.admin(Method::GET, &["v2", "users"]).query(&[
                ("from", from.as_str()),
                ("limit", &PAGE.to_string()),
                ("guests", "true"),
                ("order_by", "creation_ts"),
                ("dir", "b"),
            ]);
            let page: Page = self.ask(request).await?;
            let mut all_recent = true;
            for account in page.users {
                // The homeserver keeps whole seconds.
                all_recent &= account.creation_ts + 1_000 > since;
                if all_recent {
                    accounts.push(account);
                }
            }
            match page.next_token {
                Some(next) if all_recent => from = next,
                _ => return Ok(accounts),
            }
        }
    }
}
