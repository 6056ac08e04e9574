//! The devices that are signed in to the account.

use super::KnownDevice;
use crate::account::active::Active;
use crate::account::error::http_error;
use chrono::DateTime;
use consilium_api::security::{RenameDevice, SignOutDevices};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::HttpError;
use matrix_sdk::ruma::OwnedDeviceId;
use matrix_sdk::ruma::api::client::backup::get_latest_backup_info;
use matrix_sdk::ruma::api::client::uiaa::{AuthData, MatrixUserIdentifier, Password, UserIdentifier};

const LONGEST_NAME: usize = 100;

impl Active {
    pub(super) async fn fetch_devices(&self) -> Result<Vec<KnownDevice>> {
        let listed = self.client.devices().await.map_err(|error| http_error(&error))?.devices;
        let device = |device: matrix_sdk::ruma::api::client::device::Device| KnownDevice {
            id: device.device_id.to_string(),
            name: device.display_name.unwrap_or_default(),
            last_seen: device.last_seen_ts.and_then(|at| DateTime::from_timestamp_millis(i64::from(at.get()))),
        };
        Ok(listed.into_iter().map(device).collect())
    }

    /// Keys in the account's backup; none if there is no backup.
    pub(super) async fn fetch_key_count(&self) -> Result<Option<u32>> {
        match self.client.send(get_latest_backup_info::v3::Request::new()).await {
            Ok(info) => Ok(u32::try_from(info.count).ok()),
            Err(error) => match http_error(&error) {
                error if error.code == ErrorCode::NotFound => Ok(None),
                error => Err(error),
            },
        }
    }

    /// Ends the sessions of other devices of the account. `WrongCredentials` for another password.
    pub(crate) async fn sign_out_devices(&self, input: &SignOutDevices) -> Result<()> {
        let own = self.account.borrow().device_id.clone();
        if input.device_ids.is_empty() || input.device_ids.contains(&own) {
            return Err(Error::new(ErrorCode::InvalidInput, "other devices are named, at least one"));
        }
        self.needs_network()?;
        let devices: Vec<OwnedDeviceId> = input.device_ids.iter().map(|id| id.as_str().into()).collect();
        let done = self.delete_devices(&devices, &input.password).await;
        self.ask_security();
        done
    }

    /// Whether this is the account's password, without a change of anything: an empty list of devices is deleted, for
    /// which the homeserver asks who one is all the same.
    pub(super) async fn check_password(&self, password: &str) -> Result<()> {
        self.delete_devices(&[], password).await
    }

    async fn delete_devices(&self, devices: &[OwnedDeviceId], password: &str) -> Result<()> {
        let asked = match self.client.delete_devices(devices, None).await {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        let auth = self.password(&asked, password)?;
        self.client.delete_devices(devices, Some(auth)).await.map(drop).map_err(|error| password_error(&error))
    }

    /// The answer to a homeserver that asks who one is (Matrix: user-interactive authentication).
    pub(super) fn password(&self, asked: &HttpError, password: &str) -> Result<AuthData> {
        let Some(info) = asked.as_uiaa_response() else { return Err(http_error(asked)) };
        self.password_for(info.session.clone(), password)
    }

    pub(super) fn password_for(&self, session: Option<String>, password: &str) -> Result<AuthData> {
        let user = self.client.user_id().ok_or_else(|| Error::new(ErrorCode::NotSignedIn, "no session"))?;
        let user = UserIdentifier::Matrix(MatrixUserIdentifier::new(user.to_string()));
        let mut answer = Password::new(user, password.to_owned());
        answer.session = session;
        Ok(AuthData::Password(answer))
    }

    pub(crate) async fn rename_device(&self, input: RenameDevice) -> Result<()> {
        let name = input.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(Error::new(ErrorCode::InvalidInput, "not a name of a device"));
        }
        self.needs_network()?;
        let device: OwnedDeviceId = input.device_id.as_str().into();
        self.client.rename_device(&device, name).await.map_err(|error| http_error(&error))?;
        self.ask_security();
        Ok(())
    }
}

/// An answer that asks again, after a password was given, refuses it.
pub(super) fn password_error(error: &HttpError) -> Error {
    if error.as_uiaa_response().is_some() {
        return Error::new(ErrorCode::WrongCredentials, "the homeserver refused the password");
    }
    http_error(error)
}
