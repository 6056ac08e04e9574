//! What the person chose for this profile, and what the program is.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub enum Language {
    #[default]
    #[serde(rename = "system")]
    System,
    #[serde(rename = "zh-CN")]
    Chinese,
    #[serde(rename = "en")]
    English,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// Kept in a plain file of the profile: needed before any key is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    pub language: Language,
    pub theme: Theme,
    pub notifications: NotificationSettings,
    pub window: WindowSettings,
}

/// How much a notification says to whoever stands at the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NotificationDetail {
    /// Sender, conversation and text.
    Text,
    /// Sender and conversation: in a text there may be a patient.
    #[default]
    Sender,
    /// That there is something.
    Nothing,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct NotificationSettings {
    pub on: bool,
    pub detail: NotificationDetail,
    pub quiet_hours: QuietHours,
    /// Nothing is told until then; RFC 3339.
    pub silent_until: Option<String>,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        let (detail, quiet_hours) = (NotificationDetail::default(), QuietHours::default());
        Self { on: true, detail, quiet_hours, silent_until: None }
    }
}

/// When nothing is told, by the clock of this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct QuietHours {
    pub on: bool,
    /// Minutes since midnight. If it ends before it begins, it ends on the next day; if both are the same, it lasts a day.
    pub from: u16,
    pub to: u16,
    /// The days on which it begins, Monday first.
    pub days: [bool; 7],
    /// Still tells of what names the doctor; also while silent for a while.
    pub mentions: bool,
}

impl Default for QuietHours {
    fn default() -> Self {
        Self { on: false, from: 22 * 60, to: 7 * 60, days: [true; 7], mentions: true }
    }
}

/// Manners of the desktop's window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct WindowSettings {
    /// Closing the window leaves the program in the tray, if there is one: who closes a window does not mean to be out
    /// of reach, and every messenger that doctors know does the same.
    pub close_to_tray: bool,
    /// When it is started with the session, the window stays in the tray.
    pub start_hidden: bool,
    /// Percent.
    pub zoom: u16,
    pub spell_check: bool,
}

impl Default for WindowSettings {
    fn default() -> Self {
        Self { close_to_tray: true, start_hidden: false, zoom: 100, spell_check: false }
    }
}

/// Percent between which the window may be zoomed.
pub const ZOOM: std::ops::RangeInclusive<u16> = 50..=200;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AppInfo {
    pub version: String,
    /// `linux`, `macos` or `windows`.
    pub platform: String,
    /// Name of the profile; empty for the usual one.
    pub profile: String,
    /// Server address to fill in when nobody has signed in yet; empty if there is none.
    pub default_server: String,
}
