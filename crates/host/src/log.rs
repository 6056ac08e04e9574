//! A log that may be handed to a stranger.
//!
//! Our own crates log neither what a person entered nor who they are, so their events are written whole. What a
//! dependency puts into an event is not ours to promise: matrix-sdk names users (a doctor's user id holds their name),
//! rooms and parts of responses. Of those events only level and place in the source are written, which is enough to
//! find the statement.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;

/// What our crates' targets begin with.
const OWN: &str = "consilium";

/// A subscriber that writes our own events from `info` on and others from `warn` on, the latter without their content.
pub fn log_to<W>(writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let levels = Targets::new().with_default(Level::WARN).with_target(OWN, Level::INFO);
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).event_format(Discreet).with_writer(writer);
    tracing_subscriber::registry().with(levels).with(lines)
}

struct Discreet;

impl<S, N> FormatEvent<S, N> for Discreet
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let metadata = event.metadata();
        SystemTime.format_time(&mut out)?;
        write!(out, " {:>5} {}", metadata.level(), metadata.target())?;
        if metadata.target().starts_with(OWN) {
            out.write_str(": ")?;
            context.field_format().format_fields(out.by_ref(), event)?;
        } else if let (Some(file), Some(line)) = (metadata.file(), metadata.line()) {
            // The folders above the crate's own may name a user of the building machine.
            let file = file.rsplit_once("/registry/src/").map_or(file, |(_, file)| file);
            write!(out, " at {file}:{line}")?;
        }
        writeln!(out)
    }
}

/// Logs where a panic was and in which thread, and not its text, which may quote what was being handled.
pub fn on_panic() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
        let backtrace = Backtrace::capture();
        if backtrace.status() == BacktraceStatus::Captured {
            tracing::error!(target: "consilium", place, thread, %backtrace, "panic");
        } else {
            tracing::error!(target: "consilium", place, thread, "panic");
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(run: impl FnOnce()) -> String {
        let kept = Kept::default();
        let writer = kept.clone();
        tracing::subscriber::with_default(log_to(move || writer.clone()), run);
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_dependency_tells_where_and_not_what() {
        let text = logged(|| {
            let span = tracing::error_span!(target: "matrix_sdk::client", "send", user = "@lin.jianing:jz.example");
            let _entered = span.enter();
            tracing::warn!(target: "matrix_sdk::client", room = "!secret", "failed for @lin.jianing:jz.example");
            tracing::info!(target: "matrix_sdk::client", "not at all");
            tracing::info!(target: "consilium_core", code = "offline", "sync stopped");
            tracing::debug!(target: "consilium_core", "too much");
        });
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.contains(" WARN matrix_sdk::client at ") && text.contains("log.rs:"), "{text}");
        assert!(text.contains(" INFO consilium_core: sync stopped code=\"offline\""), "{text}");
        assert!(!text.contains("lin.jianing") && !text.contains("secret") && !text.contains("failed"), "{text}");
    }

    #[test]
    fn a_panic_is_logged_without_its_text() {
        let text = logged(|| {
            on_panic();
            let caught = std::panic::catch_unwind(|| panic!("patient {}", "王建国"));
            let _ = std::panic::take_hook();
            assert!(caught.is_err());
        });
        assert!(text.contains("ERROR consilium: panic place=") && text.contains("log.rs:"), "{text}");
        assert!(!text.contains("patient") && !text.contains("王建国"), "{text}");
    }
}
