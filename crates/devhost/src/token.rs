//! The random token of one run.

use rand::TryRngCore;
use rand::rngs::OsRng;
use subtle::ConstantTimeEq;

/// 32 random bytes as 64 hexadecimal digits: fit for a URL's fragment, a header and a WebSocket subprotocol.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// # Panics
    /// If the system has no randomness: without it nothing here is safe.
    #[allow(clippy::expect_used)]
    pub fn random() -> Self {
        let mut bytes = [0; 32];
        OsRng.try_fill_bytes(&mut bytes).expect("the system's random number generator");
        Self(hex::encode(bytes))
    }

    /// Takes the same time wherever the first difference is.
    pub fn matches(&self, presented: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(presented).into()
    }

    /// The token itself, for the one who opens the page.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn each_run_has_its_own() {
        let (one, two) = (Token::random(), Token::random());
        assert_eq!(one.reveal().len(), 64);
        assert!(one.matches(one.reveal().as_bytes()));
        assert!(!one.matches(two.reveal().as_bytes()));
        assert!(!one.matches(&one.reveal().as_bytes()[..63]));
        assert!(!one.matches(b""));
        assert!(!format!("{one:?}").contains(one.reveal()));
    }
}
