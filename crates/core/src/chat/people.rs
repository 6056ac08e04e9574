//! Who a Matrix user is, by the directory on this machine.

use crate::directory::Directory;
use consilium_api::account::Name;
use consilium_api::chat::Person;
use consilium_api::directory::Text;
use consilium_registry_api::form::is_han;
use matrix_sdk::Room;
use matrix_sdk::ruma::UserId;

/// The colleague with this account. Whom the directory does not know keeps the name the homeserver gives, unverified.
pub(crate) async fn person(directory: &Directory, room: Option<&Room>, user: &UserId) -> Person {
    if let Ok(Some(person)) = directory.person_by_user_id(user.as_str()).await {
        return person;
    }
    let member = match room {
        Some(room) => room.get_member_no_sync(user).await.ok().flatten(),
        None => None,
    };
    let shown = member.as_ref().and_then(|member| member.display_name()).unwrap_or_else(|| user.localpart());
    let name = if shown.chars().any(is_han) {
        Name { han: shown.to_owned(), latin: String::new() }
    } else {
        Name { han: String::new(), latin: shown.to_owned() }
    };
    Person {
        user_id: user.to_string(),
        practitioner_id: String::new(),
        name,
        verified: false,
        title: String::new(),
        hospital: Text::default(),
    }
}
