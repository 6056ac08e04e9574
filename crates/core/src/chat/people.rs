//! Who a Matrix user is, by the directory on this machine.

use super::harmless::line;
use crate::directory::Directory;
use consilium_api::account::Name;
use consilium_api::chat::Person;
use consilium_api::directory::Text;
use consilium_registry_api::form::is_han;
use matrix_sdk::Room;
use matrix_sdk::ruma::UserId;

/// Characters of a name that the directory does not vouch for.
const NAME: usize = 80;

/// The colleague with this account. Whom the directory does not know keeps the name the homeserver gives, unverified.
pub(crate) async fn person(directory: &Directory, room: Option<&Room>, user: &UserId) -> Person {
    if let Ok(Some(person)) = directory.person_by_user_id(user.as_str()).await {
        return person;
    }
    let member = match room {
        Some(room) => room.get_member_no_sync(user).await.ok().flatten(),
        None => None,
    };
    let given = member.as_ref().and_then(|member| member.display_name()).map(|name| line(name, NAME));
    let shown = given.filter(|name| !name.is_empty()).unwrap_or_else(|| user.localpart().to_owned());
    let name = if shown.chars().any(is_han) {
        Name { han: shown, latin: String::new() }
    } else {
        Name { han: String::new(), latin: shown }
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
