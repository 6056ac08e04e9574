import { useLingui } from "@lingui/react/macro";
import { Button } from "@/components/Button/Button";
import { ImageViewer } from "@/components/ImageViewer/ImageViewer";
import { errorSentence } from "@/lib/errors";
import { type MessageItem, fileOf } from "../actions";
import { mediaPath, useMedia } from "./media";

/** One image of a conversation over the whole window, with a way to those before and after it that are loaded. */
export function Gallery({ roomId, item, images, onShow, onClose, onSave }: {
  roomId: string;
  item: MessageItem;
  images: readonly MessageItem[];
  onShow: (id: string) => void;
  onClose: () => void;
  onSave: (item: MessageItem) => void;
}) {
  const { t, i18n } = useLingui();
  const { media, again } = useMedia(mediaPath(roomId, item.id), true);
  const at = images.findIndex(({ id }) => id === item.id);
  const to = (image: MessageItem | undefined) => (image ? () => onShow(image.id) : null);
  const file = fileOf(item.content);
  const name = file?.name ?? "";
  return (
    <ImageViewer
      url={media.state === "shown" ? media.url : null}
      id={item.id}
      name={name}
      alt={file?.caption?.text ?? name}
      onClose={onClose}
      onSave={() => onSave(item)}
      {...(images.length > 1 ? { steps: { previous: to(images[at - 1]), next: to(images[at + 1]) } } : {})}
    >
      {media.state === "failed" ? (
        <p role="alert">
          {media.error ? errorSentence(i18n, media.error) : t({ message: "This image cannot be shown.", comment: "In place of an image of a conversation" })}
          <Button variant="link" size={24} onClick={again}>{t({ message: "Retry", comment: "Tries again to reach the servers, or to send a message" })}</Button>
        </p>
      ) : <p role="status">{t({ message: "Loading…", comment: "In place of an image that is on its way" })}</p>}
    </ImageViewer>
  );
}
