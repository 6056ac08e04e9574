import { useLingui } from "@lingui/react/macro";
import { Download, File as FileIcon, FileHeadphone, FilePlay, FileText, ImageOff, type LucideIcon } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import type { Attachment, FileSort, MessageBody } from "@/bindings";
import { useAppState } from "@/app/state";
import { Button, IconButton } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { Progress } from "@/components/Progress/Progress";
import { errorSentence } from "@/lib/errors";
import { fileSize, share } from "@/lib/size";
import { type MessageItem, isUnsent, useMessageActions } from "../actions";
import bubble from "../Item.module.css";
import { MessageText } from "../MessageText";
import styles from "./Attached.module.css";
import { boxOf, mediaPath, thumbnailPath, useMedia, useNear } from "./media";

/** Larger images are fetched when somebody asks for them. */
const BY_ITSELF = 20_000_000;

const TEXTS = /^(text\/|application\/(pdf|msword|rtf|vnd\.(openxmlformats-officedocument\.wordprocessingml|oasis\.opendocument\.text)))/;

function signOf(sort: FileSort, mediaType: string): LucideIcon {
  if (sort === "audio") return FileHeadphone;
  if (sort === "video") return FilePlay;
  return TEXTS.test(mediaType) ? FileText : FileIcon;
}

/** How far an own one is that is not out: none if there is nothing to tell. */
function useUploading({ content }: MessageItem, { uploaded }: Attachment): string | null {
  const { t, i18n } = useLingui();
  const { connection } = useAppState();
  if (content.delivery?.state !== "queued") return null;
  if (connection?.link === "offline") return t({ message: "Waits for the network", comment: "Beside an own image or file that is not sent yet" });
  if (uploaded === null) return t({ message: "Waits to be sent", comment: "Beside an own image or file that is not sent yet" });
  const percent = share(uploaded, 100, i18n.locale);
  return t({ message: `Sending, ${percent}`, comment: "Beside an own image or file that is being sent: how much of it is out" });
}

function Uploading({ item, file, said }: { item: MessageItem; file: Attachment; said: string }) {
  const { connection } = useAppState();
  const goes = file.uploaded !== null && connection?.link !== "offline";
  return (
    <span className={styles.uploading}>
      <span>{said}</span>
      {goes && item.content.delivery?.state === "queued" && <Progress label={said} value={file.uploaded} max={100} />}
    </span>
  );
}

function Picture({ roomId, item, file }: { roomId: string; item: MessageItem; file: Attachment }) {
  const { t, i18n } = useLingui();
  const { open } = useMessageActions();
  const frame = useRef<HTMLDivElement>(null);
  const near = useNear(frame);
  const [asked, setAsked] = useState(file.thumbnail || (file.size ?? 0) <= BY_ITSELF);
  const path = file.thumbnail ? thumbnailPath : mediaPath;
  const { media, broken, again } = useMedia(path(roomId, item.id), near && asked);
  const uploading = useUploading(item, file);
  const said = file.caption?.text ?? file.name;
  const box = boxOf(file.width, file.height);
  const size = file.size === null ? "" : fileSize(file.size, i18n.locale);
  return (
    <div ref={frame} className={styles.picture} style={{ width: box.width, height: box.height }} data-loading={(asked && media.state === "loading") || undefined}>
      {media.state === "shown" ? (
        <button type="button" className={styles.open} aria-label={t({ message: `Open image: ${said}`, comment: "Button on an image in a conversation: shows it large; its caption or its name" })} onClick={() => open(item)}>
          <img src={media.url} alt={said} draggable={false} onError={broken} />
        </button>
      ) : media.state === "failed" ? (
        <div className={styles.failed} role="status">
          <Icon icon={ImageOff} size={20} />
          <span>{media.error ? errorSentence(i18n, media.error) : t({ message: "This image cannot be shown.", comment: "In place of an image of a conversation" })}</span>
          <Button variant="link" size={24} onClick={again}>{t({ message: "Retry", comment: "Tries again to reach the servers, or to send a message" })}</Button>
        </div>
      ) : !asked ? (
        <div className={styles.failed}>
          <Button size={28} icon={Download} onClick={() => setAsked(true)}>{t({ message: `Load image (${size})`, comment: "Button in place of a large image of a conversation; its size" })}</Button>
        </div>
      ) : (
        <span className="visually-hidden">{t({ message: `Loading image: ${said}`, comment: "Read aloud: an image of a conversation is on its way; its caption or its name" })}</span>
      )}
      {uploading !== null && <div className={styles.over}><Uploading item={item} file={file} said={uploading} /></div>}
    </div>
  );
}

function FileRow({ item, file, sort }: { item: MessageItem; file: Attachment; sort: FileSort }) {
  const { t, i18n } = useLingui();
  const { save } = useMessageActions();
  const uploading = useUploading(item, file);
  const { name } = file;
  return (
    <div className={styles.file}>
      <span className={styles.sign}><Icon icon={signOf(sort, file.media_type)} size={20} /></span>
      <span className={styles.words}>
        <bdi className={styles.name} title={name}>{name}</bdi>
        <small>{uploading !== null ? <Uploading item={item} file={file} said={uploading} /> : file.size === null ? t({ message: "File", comment: "Below the name of a file whose size is not known" }) : fileSize(file.size, i18n.locale)}</small>
      </span>
      <IconButton icon={Download} size={28} label={t({ message: `Save ${name}`, comment: "Button on a file in a conversation: writes it where the doctor chooses; its name" })} onClick={() => save(item)} />
    </div>
  );
}

/** An image or a file in a conversation, with what was written about it. */
export function Attached({ roomId, item, body, mentionsMe, children }: {
  roomId: string;
  item: MessageItem;
  body: Extract<MessageBody, { kind: "image" | "file" }>;
  mentionsMe: boolean;
  /** What it answers. */
  children: ReactNode;
}) {
  const { t } = useLingui();
  const { caption } = body.file;
  const queued = item.content.delivery?.state === "queued" && isUnsent(item.content);
  // An image alone needs no bubble around it.
  const bare = body.kind === "image" && caption === null && !children;
  return (
    <div className={bare ? styles.bare : `${bubble.bubble} ${styles.bubble}`} data-queued={queued || undefined} data-mentions-me={mentionsMe || undefined} dir="auto">
      {children}
      {body.kind === "image" ? <Picture roomId={roomId} item={item} file={body.file} /> : <FileRow item={item} file={body.file} sort={body.sort} />}
      {caption && (
        <div className={styles.caption}>
          <MessageText text={caption.text} formatted={caption.formatted} />
          {caption.edited && <small className={bubble.edited}>{t({ message: "edited", comment: "After a message that was changed after it was sent" })}</small>}
        </div>
      )}
    </div>
  );
}
