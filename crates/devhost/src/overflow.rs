//! Events that wait for a slow page: bounded.

use std::collections::VecDeque;

/// Frames that wait, in order. Takes one beyond its limits if nothing waits, so that a large event passes at all.
#[derive(Debug, Default)]
pub struct Backlog {
    frames: VecDeque<String>,
    bytes: usize,
}

/// Enough for a page that is busy for seconds; a page that is stopped comes to it.
const MAX_FRAMES: usize = 2048;
const MAX_BYTES: usize = 8 * 1024 * 1024;

impl Backlog {
    /// Whether the frame was taken.
    pub fn push(&mut self, frame: String) -> bool {
        let full = self.frames.len() >= MAX_FRAMES || self.bytes + frame.len() > MAX_BYTES;
        if full && !self.frames.is_empty() {
            return false;
        }
        self.bytes += frame.len();
        self.frames.push_back(frame);
        true
    }

    pub fn pop(&mut self) -> Option<String> {
        let frame = self.frames.pop_front()?;
        self.bytes -= frame.len();
        Some(frame)
    }

    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_to_its_limits_and_keeps_order() {
        let mut backlog = Backlog::default();
        assert!(backlog.push("x".repeat(MAX_BYTES + 1)));
        assert!(!backlog.push("y".into()));
        assert!(backlog.pop().is_some() && backlog.is_empty());
        for n in 0..MAX_FRAMES {
            assert!(backlog.push(n.to_string()));
        }
        assert!(!backlog.push("more".into()));
        for n in 0..MAX_FRAMES {
            assert_eq!(backlog.pop(), Some(n.to_string()));
        }
        assert_eq!(backlog.bytes, 0);
    }
}
