//! What every host of the core needs before there is a window or a socket: which profile, where its data live, that
//! nobody else has it open, and the sign-in of a demo doctor; and what the desktop is told in words.

mod at_login;
mod images;
mod instance;
mod log;
mod place;
mod runtime;
mod sign_in;
mod words;

pub use at_login::{AT_LOGIN, AtLogin};
pub use images::image_type;
pub use instance::{Instance, Taken};
pub use log::{log_to, on_panic};
pub use place::{Arguments, IDENTIFIER, Place};
pub use runtime::runtime;
pub use sign_in::{Password, sign_in_once};
pub use words::{PRODUCT, Sentence, Words};
