import { useLingui } from "@lingui/react/macro";
import { File as FileIcon, Paperclip, X } from "lucide-react";
import { useRef, useState } from "react";
import { IconButton } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { errorSentence } from "@/lib/errors";
import { fileSize } from "@/lib/size";
import styles from "./Tray.module.css";
import type { Attached, Problem } from "./tray";

function useProblemSentence(): (problem: Problem) => string {
  const { t, i18n } = useLingui();
  return (problem) => {
    switch (problem.kind) {
      case "empty": return t({ message: "This file is empty, so there is nothing to send.", comment: "Below a file that cannot be sent" });
      case "too_large": {
        const limit = fileSize(problem.limit, i18n.locale);
        return t({ message: `Too large: the server takes files of up to ${limit}.`, comment: "Below a file that cannot be sent; a size such as 50 MB" });
      }
      case "uncleanable": return t({ message: "Hidden data such as place and device could not be removed from this image, so it is not sent. Save it as PNG or JPEG, then attach that.", comment: "Below an image that cannot be sent: it is damaged, or of a kind other than PNG, JPEG, WebP and GIF" });
      case "unreadable": return t({ message: "This file cannot be read. A folder has to be packed into one file first.", comment: "Below a file that cannot be sent" });
      case "failed": return errorSentence(i18n, problem.error);
    }
  };
}

function Thumbnail({ url }: { url: string | null }) {
  const [broken, setBroken] = useState(false);
  return (
    <span className={styles.thumbnail}>
      {url !== null && !broken ? <img src={url} alt="" onError={() => setBroken(true)} /> : <Icon icon={FileIcon} size={20} />}
    </span>
  );
}

/** What goes out with the message that is written. */
export function Tray({ items, onRemove }: { items: readonly Attached[]; onRemove: (key: number) => void }) {
  const { t, i18n } = useLingui();
  const problemSentence = useProblemSentence();
  if (items.length === 0) return null;
  return (
    <ul className={styles.tray} aria-label={t({ message: "Attached", comment: "Read aloud: the list of files that go out with the message one writes" })}>
      {items.map(({ key, file: { name, size }, url, problem }) => (
        <li key={key} className={styles.item} data-problem={problem ? true : undefined}>
          <Thumbnail url={url} />
          <span className={styles.words}>
            <bdi className="truncate" title={name}>{name}</bdi>
            <small role={problem ? "alert" : undefined}>{problem ? problemSentence(problem) : fileSize(size, i18n.locale)}</small>
          </span>
          <IconButton icon={X} size={24} label={t({ message: `Remove ${name}`, comment: "Button: a file is not to go out with the message; its name" })} onClick={() => onRemove(key)} />
        </li>
      ))}
    </ul>
  );
}

/** Below the message field: asks the system for files. */
export function AttachButton({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const { t } = useLingui();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        type="file"
        hidden
        multiple
        data-testid="attach"
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
        }}
      />
      <IconButton icon={Paperclip} size={28} label={t({ message: "Attach images or files", comment: "Button below the message field" })} onClick={() => picker.current?.click()} />
    </>
  );
}
