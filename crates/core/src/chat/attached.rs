//! Images and files in a conversation: queued with their bytes, described, and read again.

use super::content::{body, is_in_clear};
use super::harmless::line;
use super::markdown;
use super::messages::{event_id, find};
use super::sending::ensure_encrypted;
use super::threads;
use crate::account::{Active, matrix_error, queue_error};
use crate::images::{self, Bare, ImageKind};
use consilium_api::attachments::{Attachment, Caption, FileSort, SendAttachment};
use consilium_api::chat::{MessageBody, Preview};
use consilium_api::{Error, ErrorCode, MediaBody, Result};
use matrix_sdk::attachment::{
    AttachmentConfig, AttachmentInfo, BaseAudioInfo, BaseFileInfo, BaseImageInfo, BaseVideoInfo, Thumbnail,
};
use matrix_sdk::media::{MediaFormat, MediaRequestParameters};
use matrix_sdk::room::reply::{EnforceThread, Reply};
use matrix_sdk::ruma::UInt;
use matrix_sdk::ruma::events::room::MediaSource;
use matrix_sdk::ruma::events::room::message::{AddMentions, FormattedBody, MessageType};
use matrix_sdk_ui::timeline::{EventSendState, EventTimelineItem, Timeline, TimelineItem, TimelineItemContent};
use std::time::Duration;

/// Characters of a file's name.
const NAME: usize = 200;
/// Characters of a media type.
const MEDIA_TYPE: usize = 100;
/// Characters of a caption in a list.
const PREVIEW: usize = 160;
/// Pixels of a side; whatever is said to be larger is of unknown size.
const LONGEST_SIDE: u32 = 100_000;
/// What nothing renders.
const BYTES: &str = "application/octet-stream";

/// Pixels of a side of a smaller image, and its bytes: more would be none.
const SMALL: (u32, usize) = (1_024, 500_000);

/// Queues an image or a file, and with an image a smaller one of it, if that is one; it goes out by itself, also after a restart.
pub(crate) async fn send(active: &Active, input: SendAttachment, bytes: Vec<u8>, small: Option<Vec<u8>>) -> Result<()> {
    let room = super::room(active, &input.room_id)?;
    ensure_encrypted(&room).await?;
    if bytes.is_empty() {
        return Err(Error::new(ErrorCode::InvalidInput, "an empty file"));
    }
    if bytes.len() as u64 > active.attachment_limit() {
        return Err(Error::new(ErrorCode::TooLarge, "the file is larger than the homeserver takes"));
    }
    let name = file_name(&input.name);
    let claimed = input.media_type;
    let prepared = tokio::task::spawn_blocking(move || {
        let prepared = Prepared::new(bytes, &name, &claimed)?;
        let is_image = matches!(prepared.info, AttachmentInfo::Image(_));
        Ok::<_, Error>((name, prepared, small.filter(|_| is_image).and_then(|bytes| thumbnail(&bytes))))
    });
    let (name, prepared, thumbnail) =
        prepared.await.map_err(|_| Error::new(ErrorCode::Internal, "a file could not be read"))??;
    let Ok(content_type) = prepared.media_type.parse() else {
        return Err(Error::new(ErrorCode::InvalidInput, "not a media type"));
    };

    let mut config = AttachmentConfig::new().info(prepared.info).thumbnail(thumbnail);
    let caption = input.caption.trim_end();
    if !caption.trim().is_empty() {
        let content = markdown::content(room.room_id(), super::sending::sendable(caption)?, &input.mentions);
        config = config.mentions(content.mentions);
        if let MessageType::Text(text) = content.msgtype {
            config = config.caption(Some(text));
        }
    }
    let answered = input.reply_to.as_deref().map(event_id).transpose()?;
    let thread = input.thread.as_deref().map(event_id).transpose()?;
    if let Some(root) = &thread {
        let timeline = active.timeline(&input.room_id).await?;
        config = config.reply(Some(threads::place_in(&timeline, root, answered).await));
    } else if let Some(event_id) = answered {
        let enforce_thread = EnforceThread::MaybeThreaded;
        config = config.reply(Some(Reply { event_id, enforce_thread, add_mentions: AddMentions::Yes }));
    }
    active.until_opened(room.room_id()).await;
    let queued = room.send_queue().send_attachment(name, content_type, prepared.bytes, config).await;
    queued.map_err(|error| queue_error(&error))?;
    active.clear_draft(&room, thread.as_deref()).await;
    Ok(())
}

/// A file as it leaves the machine.
struct Prepared {
    media_type: String,
    info: AttachmentInfo,
    bytes: Vec<u8>,
}

impl Prepared {
    fn new(bytes: Vec<u8>, name: &str, claimed: &str) -> Result<Self> {
        if let Some(Bare { kind, width, height, bytes }) = images::bare(&bytes) {
            let info = BaseImageInfo {
                width: Some(width.into()),
                height: Some(height.into()),
                size: size(&bytes),
                is_animated: (kind == ImageKind::Gif).then_some(true),
                blurhash: None,
            };
            return Ok(Self { media_type: kind.media_type().to_owned(), info: AttachmentInfo::Image(info), bytes });
        }
        if images::is_image(&bytes, name, claimed) {
            return Err(Error::new(ErrorCode::UnsupportedMedia, "not a whole PNG, JPEG, WebP or GIF image"));
        }
        let media_type = media_type(claimed).unwrap_or_else(|| BYTES.to_owned());
        let size = size(&bytes);
        let info = match media_type.split_once('/') {
            Some(("audio", _)) => AttachmentInfo::Audio(BaseAudioInfo { size, ..Default::default() }),
            Some(("video", _)) => AttachmentInfo::Video(BaseVideoInfo { size, ..Default::default() }),
            _ => AttachmentInfo::File(BaseFileInfo { size }),
        };
        Ok(Self { media_type, info, bytes })
    }
}

/// A smaller image as it leaves the machine.
fn thumbnail(bytes: &[u8]) -> Option<Thumbnail> {
    let Bare { kind, width, height, bytes } = images::bare(bytes)?;
    let (side, most) = SMALL;
    if width > side || height > side || bytes.len() > most {
        return None;
    }
    let content_type = kind.media_type().parse().ok()?;
    Some(Thumbnail { content_type, width: width.into(), height: height.into(), size: size(&bytes)?, data: bytes })
}

fn size(bytes: &[u8]) -> Option<UInt> {
    UInt::try_from(bytes.len()).ok()
}

/// Type and subtype, if that is what it is.
fn media_type(claimed: &str) -> Option<String> {
    let essence = claimed.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (kind, subtype) = essence.split_once('/')?;
    let is_token = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    (essence.len() <= MEDIA_TYPE && is_token(kind) && is_token(subtype)).then_some(essence)
}

/// The last part of a name, in one line; a long one keeps its ending.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let whole = line(last, NAME + 1);
    if whole.is_empty() {
        return "file".to_owned();
    }
    if whole.chars().count() <= NAME {
        return whole;
    }
    match last.rsplit_once('.') {
        Some((_, ending)) if !ending.is_empty() && ending.chars().count() <= 10 => {
            let ending = line(ending, 10);
            format!("{}.{ending}", line(last, NAME - 1 - ending.chars().count()))
        }
        _ => line(last, NAME),
    }
}

/// An image or a file as it is shown; none for other kinds of messages.
pub(super) fn described(message: &MessageType, edited: bool) -> Option<MessageBody> {
    let file = |name: &str, media_type: Option<&String>, size: Option<UInt>, caption: Option<Caption>| Attachment {
        name: file_name(name),
        media_type: media_type.map(|claimed| line(claimed, MEDIA_TYPE)).unwrap_or_default(),
        size: size.map(u64::from),
        width: None,
        height: None,
        caption,
        uploaded: None,
        thumbnail: false,
    };
    let other = |sort: FileSort, file: Attachment| Some(MessageBody::File { sort, file });
    match message {
        MessageType::Image(image) => {
            let info = image.info.as_deref();
            let caption = caption(image.caption(), image.formatted_caption(), edited);
            let mut file =
                file(image.filename(), info.and_then(|i| i.mimetype.as_ref()), info.and_then(|i| i.size), caption);
            if let Some((width, height)) = info.and_then(|info| side(info.width).zip(side(info.height))) {
                (file.width, file.height) = (Some(width), Some(height));
            }
            file.thumbnail = info.is_some_and(|info| info.thumbnail_source.is_some());
            Some(MessageBody::Image { file })
        }
        MessageType::File(sent) => {
            let info = sent.info.as_deref();
            let caption = caption(sent.caption(), sent.formatted_caption(), edited);
            let file =
                file(sent.filename(), info.and_then(|i| i.mimetype.as_ref()), info.and_then(|i| i.size), caption);
            other(FileSort::Other, file)
        }
        MessageType::Audio(sent) => {
            let info = sent.info.as_deref();
            let caption = caption(sent.caption(), sent.formatted_caption(), edited);
            let file =
                file(sent.filename(), info.and_then(|i| i.mimetype.as_ref()), info.and_then(|i| i.size), caption);
            other(FileSort::Audio, file)
        }
        MessageType::Video(sent) => {
            let info = sent.info.as_deref();
            let caption = caption(sent.caption(), sent.formatted_caption(), edited);
            let file =
                file(sent.filename(), info.and_then(|i| i.mimetype.as_ref()), info.and_then(|i| i.size), caption);
            other(FileSort::Video, file)
        }
        _ => None,
    }
}

fn side(pixels: Option<UInt>) -> Option<u32> {
    u32::try_from(u64::from(pixels?)).ok().filter(|pixels| (1..=LONGEST_SIDE).contains(pixels))
}

fn caption(text: Option<&str>, formatted: Option<&FormattedBody>, edited: bool) -> Option<Caption> {
    match body(text?, formatted, edited) {
        MessageBody::Text { text, formatted, edited } if !text.trim().is_empty() => {
            Some(Caption { text, formatted, edited })
        }
        _ => None,
    }
}

/// With how much of it is out, while it goes out.
pub(super) fn with_progress(mut body: MessageBody, state: Option<&EventSendState>) -> MessageBody {
    if let MessageBody::Image { file } | MessageBody::File { file, .. } = &mut body
        && let Some(EventSendState::NotSentYet { progress: Some(upload) }) = state
    {
        let (sent, whole) = (upload.progress.current as u64, upload.progress.total as u64);
        file.uploaded = (sent * 100).checked_div(whole).and_then(|percent| u8::try_from(percent.min(100)).ok());
    }
    body
}

/// The line of a list about an image or a file.
pub(super) fn preview_of(body: &MessageBody) -> Option<Preview> {
    match body {
        MessageBody::Image { file } => {
            let caption = file.caption.as_ref().map(|caption| line(&caption.text, PREVIEW)).unwrap_or_default();
            Some(Preview::Image { caption })
        }
        MessageBody::File { file, .. } => Some(Preview::File { name: file.name.clone() }),
        _ => None,
    }
}

/// Which image of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaSize {
    Whole,
    /// The smaller one that came with it.
    Small,
}

/// The image or file of a message in a conversation, decrypted; by the id of its item, or of its event.
pub(crate) async fn read(active: &Active, room_id: &str, item_id: &str, wanted: MediaSize) -> Result<MediaBody> {
    let timeline = active.timeline(room_id).await?;
    let mut tries = 1;
    loop {
        let item = find(active, &timeline, item_id).await?;
        match read_once(active, &timeline, &item, wanted).await {
            // What is being sent is kept under another address from one moment to the next, before its message says so.
            Err(error) if item.is_local_echo() && error.code != ErrorCode::NotFound && tries < READ_TRIES => {
                tries += 1;
                tokio::time::sleep(READ_AGAIN).await;
            }
            answer => return answer,
        }
    }
}

/// How often, and after which pause, an own image or file is read while it is sent.
const READ_TRIES: u32 = 10;
const READ_AGAIN: Duration = Duration::from_millis(200);

async fn read_once(
    active: &Active,
    timeline: &Timeline,
    item: &EventTimelineItem,
    wanted: MediaSize,
) -> Result<MediaBody> {
    let not_found = || Error::new(ErrorCode::NotFound, "no such image or file");
    let source = source(item.content(), wanted).ok_or_else(not_found)?;
    // What waits here is not on the homeserver yet. Whatever else is not encrypted, the homeserver could have put there.
    let in_clear = matches!(source, MediaSource::Plain(_)) && timeline.room().encryption_state().is_encrypted();
    if (in_clear && !item.is_local_echo()) || is_in_clear(timeline.room(), item) {
        return Err(not_found());
    }
    let request = MediaRequestParameters { source, format: MediaFormat::File };
    let read = active.client.media().get_media_content(&request, true).await;
    let bytes = read.map_err(|error| matrix_error(&error))?;
    let content_type = images::shown_type(&bytes).unwrap_or(BYTES).to_owned();
    Ok(MediaBody { content_type, bytes })
}

fn source(content: &TimelineItemContent, wanted: MediaSize) -> Option<MediaSource> {
    match (content.as_message()?.msgtype(), wanted) {
        (MessageType::Image(sent), MediaSize::Small) => sent.info.as_ref()?.thumbnail_source.clone(),
        (MessageType::Image(sent), MediaSize::Whole) => Some(sent.source.clone()),
        (MessageType::File(sent), MediaSize::Whole) => Some(sent.source.clone()),
        (MessageType::Audio(sent), MediaSize::Whole) => Some(sent.source.clone()),
        (MessageType::Video(sent), MediaSize::Whole) => Some(sent.source.clone()),
        _ => None,
    }
}

/// Takes the copy of an image or a file off this machine when its message was recalled.
pub(super) async fn forget_recalled(active: &matrix_sdk::Client, before: &TimelineItem, now: &EventTimelineItem) {
    let is_gone = now.content().is_redacted();
    let Some(event) = before.as_event().filter(|_| is_gone) else { return };
    for source in [MediaSize::Whole, MediaSize::Small].into_iter().filter_map(|size| source(event.content(), size)) {
        let uri = match &source {
            MediaSource::Plain(uri) => uri,
            MediaSource::Encrypted(file) => &file.url,
        };
        // One that stays goes in two months.
        if active.media().remove_media_content_for_uri(uri).await.is_err() {
            tracing::warn!("the copy of a recalled file could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use matrix_sdk::ruma::events::room::message::RoomMessageEventContent;
    use serde_json::{Value, json};

    fn shown(content: Value) -> Option<MessageBody> {
        let content: RoomMessageEventContent = serde_json::from_value(content).ok()?;
        described(&content.msgtype, false)
    }

    #[test]
    fn names_are_names() {
        for (name, expected) in [
            ("angio.png", "angio.png"),
            ("/home/lin/病历/造影.jpg", "造影.jpg"),
            ("C:\\Users\\lin\\echo.mp4", "echo.mp4"),
            ("report\u{202E}gpj.exe", "reportgpj.exe"),
            ("a\nb\0.pdf", "a b.pdf"),
            ("", "file"),
            ("///", "file"),
        ] {
            assert_eq!(file_name(name), expected);
        }
        let long = file_name(&format!("{}.tar", "血".repeat(20_000)));
        assert_eq!(long.chars().count(), NAME);
        assert!(long.ends_with("血.tar"));
        assert_eq!(file_name(&"x".repeat(65_536)).len(), NAME);
    }

    #[test]
    fn what_others_send_is_shown_as_they_describe_it() {
        let source = "mxc://jiangzhou.example/x";
        let image = json!({ "msgtype": "m.image", "body": "before **PCI**", "filename": "angio.png", "url": source,
            "info": { "w": 640, "h": 480, "size": 12_345, "mimetype": "image/png" } });
        let Some(MessageBody::Image { file }) = shown(image) else { panic!("no image") };
        assert_eq!((file.name.as_str(), file.size), ("angio.png", Some(12_345)));
        assert_eq!((file.width, file.height), (Some(640), Some(480)));
        assert_eq!(file.caption.map(|caption| caption.text).as_deref(), Some("before **PCI**"));
        for (kind, sort) in [("m.file", FileSort::Other), ("m.audio", FileSort::Audio), ("m.video", FileSort::Video)] {
            let body = shown(json!({ "msgtype": kind, "body": "a.bin", "url": source }));
            assert!(matches!(body, Some(MessageBody::File { sort: s, file }) if s == sort && file.size.is_none()));
        }
    }

    #[test]
    fn hostile_descriptions_are_harmless() {
        let with = |info: Value| json!({ "msgtype": "m.image", "body": "\u{202E}gpj.exe", "url": "mxc://a.example/b", "info": info });
        for info in [
            json!({ "w": 0, "h": 480 }),
            json!({ "w": 9_007_199_254_740_991_u64, "h": 1 }),
            json!({ "w": 640 }),
            json!({ "mimetype": "x".repeat(65_536) }),
        ] {
            let Some(MessageBody::Image { file }) = shown(with(info)) else { panic!("no image") };
            assert_eq!((file.width, file.height, file.name.as_str()), (None, None, "gpj.exe"));
            assert!(file.media_type.len() <= MEDIA_TYPE);
        }
        // Not even messages.
        for info in [json!({ "w": -3, "h": 5 }), json!({ "size": "large" }), json!([])] {
            assert_eq!(shown(with(info)), None);
        }
    }

    #[test]
    fn what_cannot_be_cleaned_is_not_sent_and_files_stay_as_they_are() {
        let refused = |bytes: &[u8], name: &str, claimed: &str| {
            Prepared::new(bytes.to_vec(), name, claimed).err().map(|error| error.code)
        };
        assert_eq!(refused(b"\0\0\0\x18ftypheic", "IMG.HEIC", "image/heic"), Some(ErrorCode::UnsupportedMedia));
        assert_eq!(refused(b"%PDF-1.7", "scan.png", "image/png"), Some(ErrorCode::UnsupportedMedia));
        assert_eq!(refused(b"\xff\xd8\xff\xe0 cut off", "a", ""), Some(ErrorCode::UnsupportedMedia));
        let pdf = Prepared::new(b"%PDF-1.7".to_vec(), "a.pdf", "application/pdf").unwrap();
        assert_eq!((pdf.media_type.as_str(), pdf.bytes.as_slice()), ("application/pdf", &b"%PDF-1.7"[..]));
        for claimed in ["", "nonsense", "a/b/c", "text/html\r\nx: y", "/", "x/ y"] {
            let file = Prepared::new(b"x".to_vec(), "a", claimed).unwrap();
            assert_eq!(file.media_type, BYTES, "{claimed:?}");
        }
        let image = images::samples::sample(images::samples::BASELINE);
        let image = Prepared::new(image, "said to be a.pdf", "application/pdf").unwrap();
        assert_eq!(image.media_type, "image/jpeg");
    }
}
