import { Dialog } from "@base-ui/react/dialog";
import { useLingui } from "@lingui/react/macro";
import { X, ZoomIn, ZoomOut } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { IconButton } from "@/components/Button/Button";
import styles from "./Viewer.module.css";

const STEP = 1.5;
const LARGEST = 8;

/** An image over the whole window: + and − or a double click enlarge, arrows and the scroll bars move, Escape closes. */
export function Viewer({ url, name, onClose }: { url: string; name: string; onClose: () => void }) {
  const { t } = useLingui();
  const stage = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(1);

  /** Keeps what is in the middle in the middle. */
  const zoomTo = (next: number) => {
    const to = Math.min(LARGEST, Math.max(1, next));
    const box = stage.current;
    const middle = box && [(box.scrollLeft + box.clientWidth / 2) / box.scrollWidth, (box.scrollTop + box.clientHeight / 2) / box.scrollHeight];
    setZoom(to);
    requestAnimationFrame(() => {
      if (box && middle) box.scrollTo(box.scrollWidth * (middle[0] ?? 0) - box.clientWidth / 2, box.scrollHeight * (middle[1] ?? 0) - box.clientHeight / 2);
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "+" || event.key === "=") zoomTo(zoom * STEP);
    else if (event.key === "-") zoomTo(zoom / STEP);
    else if (event.key === "0") zoomTo(1);
    else return;
    event.preventDefault();
  };
  const percent = Math.round(zoom * 100);
  return (
    <Dialog.Root open onOpenChange={(open) => { if (!open) onClose(); }}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.scrim} />
        <Dialog.Popup className={styles.viewer} onKeyDown={onKeyDown} initialFocus={stage}>
          <div className={styles.bar}>
            <Dialog.Title className={styles.name}>{name}</Dialog.Title>
            <IconButton icon={ZoomOut} label={t({ message: "Smaller", comment: "Button of the image viewer" })} disabled={zoom <= 1} onClick={() => zoomTo(zoom / STEP)} />
            <span className={styles.percent} role="status">{percent}%</span>
            <IconButton icon={ZoomIn} label={t({ message: "Larger", comment: "Button of the image viewer" })} disabled={zoom >= LARGEST} onClick={() => zoomTo(zoom * STEP)} />
            <Dialog.Close render={<IconButton icon={X} label={t({ message: "Close image", comment: "Button of the image viewer" })} />} />
          </div>
          <div ref={stage} className={styles.stage} tabIndex={0} role="group" aria-label={t({ message: "Image, arrows move it, plus and minus change its size", comment: "Read aloud: the image viewer" })} onDoubleClick={() => zoomTo(zoom > 1 ? 1 : 3)}>
            <div style={{ width: `${percent}%`, height: `${percent}%` }}><img src={url} alt={name} draggable={false} /></div>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
