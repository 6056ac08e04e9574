//! What tests stand on: a real Synapse in a folder of its own, a mail sink, a registry in this process, and doctors who
//! walk from application to bound account. Everything is gone when it is dropped, also if the test is killed.

mod checkout;
mod clock;
mod doctor;
mod mail;
mod nursery;
mod offline;
mod postgres;
mod relay;
mod synapse;
mod testbed;

pub use checkout::checkout;
pub use clock::TurnableClock;
pub use doctor::{Applicant, Doctor, lin_jianing, weiss};
pub use mail::{Mail, MailSink};
pub use offline::Offline;
pub use postgres::{POSTGRES_BIN, Postgres};
pub use relay::Relay;
pub use synapse::{Account, SYNAPSE_PYTHON, Synapse};
pub use testbed::{Answer, Backend, Beside, Testbed, VERIFIER_PASSWORD};

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

/// Makes two tests of each story, a function `async fn story(on: Backend) -> anyhow::Result<()>`: `story::sqlite` and
/// `story::postgres`.
#[macro_export]
macro_rules! on_both_databases {
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            use $crate::Backend;

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() -> anyhow::Result<()> {
                super::$story(Backend::Sqlite).await
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() -> anyhow::Result<()> {
                super::$story(Backend::Postgres).await
            }
        }
    )+};
}

/// A port of the loopback that is free, and that no other call in this process gets. It lies below those that the system
/// gives to whoever asks for any, so that nobody takes it before its server listens.
fn free_port() -> anyhow::Result<u16> {
    const FIRST: u32 = 20_000;
    const COUNT: u32 = 12_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    for _ in 0..COUNT {
        // Test programs that run at once begin at different places.
        let place = std::process::id().wrapping_mul(97).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(FIRST + place % COUNT)?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    anyhow::bail!("no port is free")
}
