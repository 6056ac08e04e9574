//! What a doctor does with images and files.

use crate::Doctor;
use crate::doctor::Shown;
use consilium_api::attachments::SendAttachment;
use consilium_api::{Commands, Error, Media, MediaBody};

impl Doctor {
    /// Sends a file with its caption, which may be empty, as an answer if it is one.
    pub async fn sends(
        &self,
        room_id: &str,
        (name, media_type, bytes): (&str, &str, &[u8]),
        caption: &str,
        answers: Option<&Shown>,
    ) -> Result<(), Error> {
        let input = SendAttachment {
            room_id: room_id.to_owned(),
            upload_id: self.core.upload(bytes.to_vec())?,
            thumbnail_id: None,
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            caption: caption.to_owned(),
            mentions: vec![],
            reply_to: answers.and_then(|answered| answered.event_id.clone()),
            thread: None,
        };
        self.core.attachment_send(input).await
    }

    /// Sends a file into the thread that begins with a message, as an answer to another one there if it is one.
    pub async fn sends_in_thread(
        &self,
        room_id: &str,
        root: &Shown,
        (name, media_type, bytes): (&str, &str, &[u8]),
        answers: Option<&Shown>,
    ) {
        let input = SendAttachment {
            room_id: room_id.to_owned(),
            upload_id: self.core.upload(bytes.to_vec()).expect("handing it over"),
            thumbnail_id: None,
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            caption: String::new(),
            mentions: vec![],
            reply_to: answers.and_then(|answered| answered.event_id.clone()),
            thread: root.event_id.clone(),
        };
        self.core.attachment_send(input).await.expect("sending it into a thread");
    }

    /// Sends an image with a smaller one of it.
    pub async fn sends_with_thumbnail(&self, room_id: &str, name: &str, image: &[u8], thumbnail: &[u8]) {
        let input = SendAttachment {
            room_id: room_id.to_owned(),
            upload_id: self.core.upload(image.to_vec()).expect("handing it over"),
            thumbnail_id: Some(self.core.upload(thumbnail.to_vec()).expect("handing it over")),
            name: name.to_owned(),
            media_type: String::new(),
            caption: String::new(),
            mentions: vec![],
            reply_to: None,
            thread: None,
        };
        self.core.attachment_send(input).await.expect("sending it");
    }

    /// The bytes of the smaller image that came with an image.
    pub async fn reads_thumbnail(&self, room_id: &str, message: &Shown) -> Result<MediaBody, Error> {
        self.core.media(&format!("thumbnail/{room_id}/{}", message.item_id)).await
    }

    /// The bytes of an image or a file in a conversation.
    pub async fn reads_file(&self, room_id: &str, message: &Shown) -> Result<MediaBody, Error> {
        self.core.media(&format!("message/{room_id}/{}", message.item_id)).await
    }
}
