//! Applications as their applicants work on them.

pub mod change;
pub mod draft;
pub mod email;
pub mod evidence;
pub mod owner;
pub mod row;
pub mod submission;
pub mod view;
pub mod wait;
pub mod withdrawal;
