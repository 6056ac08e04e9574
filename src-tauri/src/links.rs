//! Where the window may go (nowhere), and what is opened outside it.

use tauri::Url;

/// What to do about an address the page wants to go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Within the application.
    Inside,
    /// To the system's browser, mail or telephone program.
    Outside,
    Refused,
}

/// `home` is the address the application itself was loaded from.
pub fn way(url: &Url, home: &Url) -> Way {
    if url.scheme() == home.scheme() && url.host() == home.host() && url.port() == home.port() {
        return Way::Inside;
    }
    match url.scheme() {
        // A name before the host makes an address look like another's.
        "https" if url.username().is_empty() && url.password().is_none() => Way::Outside,
        "mailto" | "tel" => Way::Outside,
        _ => Way::Refused,
    }
}

/// Hands the address to the system, if it may go there.
pub fn open_outside(url: &Url) {
    if open::that_detached(url.as_str()).is_err() {
        tracing::warn!(scheme = url.scheme(), "the system opened no program for a link");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way_to(url: &str) -> Way {
        way(&url.parse().unwrap(), &"tauri://localhost/".parse().unwrap())
    }

    #[test]
    fn the_window_stays_at_home() {
        assert_eq!(way_to("tauri://localhost/directory?q=zhang#top"), Way::Inside);
        for url in [
            "http://localhost/",
            "http://example.org/",
            "tauri://elsewhere/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "blob:tauri://localhost/1",
            "about:blank",
            "media://localhost/evidence/a/b",
            "ftp://example.org/",
            "smb://example.org/share",
            "https://tauri.localhost@example.org/",
            "ms-msdt:/id",
        ] {
            assert_eq!(way_to(url), Way::Refused, "{url}");
        }
    }

    #[test]
    fn web_mail_and_telephone_go_outside() {
        for url in ["https://example.org/a?b", "mailto:lin.jianing@jz.example", "tel:+865915550120"] {
            assert_eq!(way_to(url), Way::Outside, "{url}");
        }
    }

    #[test]
    fn on_windows_home_is_a_web_address() {
        let home = "http://tauri.localhost/".parse().unwrap();
        assert_eq!(way(&"http://tauri.localhost/x".parse().unwrap(), &home), Way::Inside);
        assert_eq!(way(&"http://tauri.localhost:8080/x".parse().unwrap(), &home), Way::Refused);
        assert_eq!(way(&"https://tauri.localhost.example.org/".parse().unwrap(), &home), Way::Outside);
    }
}
