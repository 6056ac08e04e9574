//! Cards that go from hand to hand: one's own as a QR code, and whom a colleague's names.

mod picture;
mod qr;
mod recognition;

use crate::account::Active;
use crate::{contacts, entry};
use consilium_api::business_card::{BusinessCard, PastedText, Recognition};
use consilium_api::directory::ColleagueCard;
use consilium_api::{Error, ErrorCode, Result};
use recognition::{Named, named};

/// Bytes of a text that is looked at: a vCard may have a photograph in it.
const LONGEST_TEXT: usize = 256 * 1024;

/// The doctor's own card. `NotFound` while the directory does not list them.
pub(crate) async fn own(active: &Active) -> Result<BusinessCard> {
    let user_id = active.account.borrow().user_id.clone();
    let card = active.directory.me(&user_id).await?;
    let mut card = card.ok_or_else(|| Error::new(ErrorCode::NotFound, "not listed in the directory"))?;
    entry::keep_shown_to_all(active, &mut card).await?;
    card.contacts.retain(|contact| contacts::is_on_business_card(contact.kind));
    let vcard = contacts::business_card(&card);
    Ok(BusinessCard {
        file_name: contacts::file_name(&card),
        qr: qr::encode(&vcard)?,
        vcard,
        contacts: card.contacts,
        practitioner_id: card.id,
    })
}

/// Whom a pasted text names. `TooLarge` beyond 256 KiB.
pub(crate) async fn recognize_text(active: &Active, input: &PastedText) -> Result<Recognition> {
    if input.text.len() > LONGEST_TEXT {
        return Err(Error::new(ErrorCode::TooLarge, "the text is too long for a card"));
    }
    recognized(active, named(&input.text)).await
}

/// Whom the QR codes of a picture name: the first who is in the directory. Errors: as [`picture::Grey::read`].
pub(crate) async fn recognize_picture(active: &Active, file: Vec<u8>) -> Result<Recognition> {
    let texts = tokio::task::spawn_blocking(move || qr::decode(&file)).await;
    let texts = texts.map_err(|_| Error::new(ErrorCode::Internal, "reading a picture broke off"))??;
    let mut best = if texts.is_empty() { Recognition::NoCode } else { Recognition::Nobody };
    for text in texts {
        match recognized(active, named(&text)).await? {
            found @ Recognition::Colleague { .. } => return Ok(found),
            found @ Recognition::Unlisted { .. } if best == Recognition::Nobody => best = found,
            _ => {}
        }
    }
    Ok(best)
}

async fn recognized(active: &Active, named: Named) -> Result<Recognition> {
    if named.is_nobody() {
        return Ok(Recognition::Nobody);
    }
    let found = match (&named.user_id, &named.uid) {
        (Some(user_id), _) => active.directory.me(user_id).await?,
        (None, Some(id)) => listed(active.directory.colleague(id).await)?,
        (None, None) => None,
    };
    Ok(match found {
        Some(card) => Recognition::Colleague { practitioner_id: card.id },
        None => Recognition::Unlisted { name: named.name, user_id: named.user_id.unwrap_or_default() },
    })
}

fn listed(card: Result<ColleagueCard>) -> Result<Option<ColleagueCard>> {
    match card {
        Ok(card) => Ok(Some(card)),
        Err(error) if error.code == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
