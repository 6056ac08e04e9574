//! What verifiers see and decide. Every look and every decision is recorded.

pub mod decision;
pub mod detail;
pub mod duplicates;
pub mod evidence;
pub mod queue;
pub mod trail;
mod working_days;
