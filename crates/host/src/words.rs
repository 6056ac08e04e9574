//! What the shell itself says, outside of the window: in notifications and in the tray.

use consilium_api::account::Name;
use consilium_api::notifications::{Notification, NotificationKind};
use consilium_api::settings::{Language, Settings};

/// Name of the product, as the window has it.
pub const PRODUCT: &str = "Consilium 会诊";

/// The language of the shell's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    Chinese,
    English,
}

/// Title and body of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    pub title: String,
    pub body: String,
}

impl Words {
    /// Those of the chosen language; `system` are BCP 47 tags, the preferred first: the first that is spoken here counts.
    pub fn of(settings: &Settings, system: &[String]) -> Self {
        let spoken = |tag: &String| match tag.split(['-', '_']).next().map(str::to_ascii_lowercase).as_deref() {
            Some("zh") => Some(Self::Chinese),
            Some("en") => Some(Self::English),
            _ => None,
        };
        match settings.language {
            Language::Chinese => Self::Chinese,
            Language::English => Self::English,
            Language::System => system.iter().find_map(spoken).unwrap_or(Self::English),
        }
    }

    fn pick(self, english: &str, chinese: &str) -> String {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
        .to_owned()
    }

    /// The script of the language first, as on the screens.
    fn name(self, name: &Name) -> String {
        let (first, second) = match self {
            Self::Chinese => (&name.han, &name.latin),
            Self::English => (&name.latin, &name.han),
        };
        if first.is_empty() { second.clone() } else { first.clone() }
    }

    pub fn notification(self, notification: &Notification) -> Sentence {
        let title = match &notification.source {
            None => PRODUCT.to_owned(),
            Some(source) => {
                let sender = self.name(&source.sender);
                match &source.group {
                    None => sender,
                    Some(group) if group.is_empty() => format!("{sender} · {}", self.pick("Group", "群聊")),
                    Some(group) => format!("{sender} · {group}"),
                }
            }
        };
        let body = match &notification.about {
            NotificationKind::Invitation => self.pick("Invites you to a chat", "邀请您加入会话"),
            NotificationKind::Several { conversations } => match self {
                Self::English => format!("New messages in {conversations} chats"),
                Self::Chinese => format!("{conversations} 个会话有新消息"),
            },
            NotificationKind::Messages { count, mention } => {
                let said = notification.text.clone();
                let what = said.unwrap_or_else(|| match (mention, notification.source.is_some()) {
                    (true, true) => self.pick("Mentioned you", "提到了您"),
                    _ => self.pick("A new message", "新消息"),
                });
                match (count, self) {
                    (0 | 1, _) => what,
                    (_, Self::English) => format!("{what}\n{count} new messages"),
                    (_, Self::Chinese) => format!("{what}\n共 {count} 条新消息"),
                }
            }
        };
        Sentence { title, body }
    }

    /// What stands in the tray when the window is closed for the first time.
    pub fn still_there(self) -> Sentence {
        let body = self.pick(
            "Consilium goes on in the tray, so that messages reach you. Quit it from its menu there.",
            "会诊仍在托盘中运行，以便您收到消息。可在托盘菜单中退出。",
        );
        Sentence { title: PRODUCT.to_owned(), body }
    }

    pub fn open(self) -> String {
        self.pick("Open", "打开")
    }

    pub fn reply(self) -> String {
        self.pick("Reply", "回复")
    }

    pub fn unread(self, count: u32) -> String {
        match (self, count) {
            (Self::English, 0) => "Nothing unread".to_owned(),
            (Self::English, _) => format!("{count} unread"),
            (Self::Chinese, 0) => "没有未读消息".to_owned(),
            (Self::Chinese, _) => format!("{count} 条未读"),
        }
    }

    pub fn silent_for_an_hour(self) -> String {
        self.pick("Do not disturb for 1 hour", "免打扰 1 小时")
    }

    pub fn silent_until_morning(self) -> String {
        self.pick("Do not disturb until morning", "免打扰至明早")
    }

    pub fn silent_no_longer(self) -> String {
        self.pick("End do not disturb", "结束免打扰")
    }

    pub fn quit(self) -> String {
        self.pick("Quit", "退出")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_api::notifications::NotificationSource;

    fn notification(about: NotificationKind, group: Option<&str>, text: Option<&str>) -> Notification {
        let sender = Name { han: "林嘉宁".into(), latin: "Lin Jianing".into() };
        let source = Some(NotificationSource { sender, group: group.map(ToOwned::to_owned) });
        Notification { key: "!a".into(), about, source, text: text.map(ToOwned::to_owned), place: None }
    }

    fn said(words: Words, notification: &Notification) -> (String, String) {
        let Sentence { title, body } = words.notification(notification);
        (title, body)
    }

    #[test]
    fn a_notification_says_as_much_as_it_holds() {
        let one = NotificationKind::Messages { count: 1, mention: false };
        let direct = notification(one.clone(), None, None);
        assert_eq!(said(Words::English, &direct), ("Lin Jianing".into(), "A new message".into()));
        assert_eq!(said(Words::Chinese, &direct), ("林嘉宁".into(), "新消息".into()));
        let named = notification(NotificationKind::Messages { count: 3, mention: true }, Some("CTO"), None);
        assert_eq!(said(Words::English, &named), ("Lin Jianing · CTO".into(), "Mentioned you\n3 new messages".into()));
        let text = notification(one.clone(), Some(""), Some("肝素先停"));
        assert_eq!(said(Words::Chinese, &text), ("林嘉宁 · 群聊".into(), "肝素先停".into()));
        let bare = Notification {
            source: None,
            ..notification(NotificationKind::Messages { count: 2, mention: true }, None, None)
        };
        assert_eq!(said(Words::English, &bare), (PRODUCT.into(), "A new message\n2 new messages".into()));
        let several =
            Notification { source: None, ..notification(NotificationKind::Several { conversations: 4 }, None, None) };
        assert_eq!(said(Words::Chinese, &several), (PRODUCT.into(), "4 个会话有新消息".into()));
        let weiss = Notification {
            source: Some(NotificationSource {
                sender: Name { han: String::new(), latin: "Weiss".into() },
                group: None,
            }),
            ..notification(NotificationKind::Invitation, None, None)
        };
        assert_eq!(said(Words::Chinese, &weiss), ("Weiss".into(), "邀请您加入会话".into()));
    }

    #[test]
    fn the_language_is_the_chosen_one_or_the_systems() {
        let settings = |language| Settings { language, ..Settings::default() };
        let of = |language, system: &[&str]| {
            let system: Vec<String> = system.iter().map(ToString::to_string).collect();
            Words::of(&settings(language), &system)
        };
        assert_eq!(of(Language::System, &["zh-CN", "en"]), Words::Chinese);
        assert_eq!(of(Language::System, &["de-DE", "zh-Hans-CN"]), Words::Chinese);
        assert_eq!(of(Language::System, &["en-GB", "zh"]), Words::English);
        assert_eq!(of(Language::System, &["de-DE"]), Words::English);
        assert_eq!(of(Language::System, &[]), Words::English);
        assert_eq!(of(Language::English, &["zh-CN"]), Words::English);
        assert_eq!(of(Language::Chinese, &["en"]), Words::Chinese);
    }
}
