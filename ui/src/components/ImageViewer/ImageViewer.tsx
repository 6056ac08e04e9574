import { Dialog } from "@base-ui/react/dialog";
import { useLingui } from "@lingui/react/macro";
import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import { IconButton } from "../Button/Button";
import styles from "./ImageViewer.module.css";

const STEP = 1.5;
const LARGEST = 8;
/** What an arrow key moves, in pixels. */
const MOVE = 60;

export interface ImageViewerProps {
  url: string | null;
  /** Which of several images this is. */
  id?: string;
  /** Above the image. */
  name: string;
  /** What the image shows, read aloud; its name if nobody said. */
  alt?: string;
  onClose: () => void;
  /** To the image before and after it; null at the first and the last. */
  steps?: { previous: (() => void) | null; next: (() => void) | null };
  onSave?: () => void;
  /** In place of an image that is not there. */
  children?: ReactNode;
}

/**
 * An image over the whole window: +, −, the wheel or a double click change its size, arrows or the pointer move it, Escape
 * closes. Of several, the arrows go to the next one while all of it is to be seen.
 */
export function ImageViewer({ url, id = "", name, alt = name, onClose, steps, onSave, children }: ImageViewerProps) {
  const { t } = useLingui();
  const stage = useRef<HTMLDivElement>(null);
  const grip = useRef<{ x: number; y: number } | null>(null);
  const [zoom, setZoom] = useState(1);
  // Each image begins whole.
  const [shown, setShown] = useState(id);
  if (shown !== id) {
    setShown(id);
    setZoom(1);
  }

  /** Keeps in its place what is at this point of the stage: its middle, if none is named. */
  const zoomTo = (next: number, point?: { clientX: number; clientY: number }) => {
    const to = Math.min(LARGEST, Math.max(1, next));
    const box = stage.current;
    if (!box || url === null) return;
    const frame = box.getBoundingClientRect();
    const [x, y] = point ? [point.clientX - frame.left, point.clientY - frame.top] : [box.clientWidth / 2, box.clientHeight / 2];
    const [left, top] = [(box.scrollLeft + x) / box.scrollWidth, (box.scrollTop + y) / box.scrollHeight];
    setZoom(to);
    requestAnimationFrame(() => box.scrollTo(box.scrollWidth * left - x, box.scrollHeight * top - y));
  };
  const move = (x: number, y: number) => {
    const box = stage.current;
    box?.scrollTo(box.scrollLeft + x, box.scrollTop + y);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const way = { ArrowLeft: [-MOVE, 0], ArrowRight: [MOVE, 0], ArrowUp: [0, -MOVE], ArrowDown: [0, MOVE] }[event.key];
    const whole = zoom <= 1;
    if (event.key === "+" || event.key === "=") zoomTo(zoom * STEP);
    else if (event.key === "-") zoomTo(zoom / STEP);
    else if (event.key === "0") zoomTo(1);
    else if (event.key === "PageUp" || (whole && event.key === "ArrowLeft")) steps?.previous?.();
    else if (event.key === "PageDown" || (whole && event.key === "ArrowRight")) steps?.next?.();
    else if (way) move(way[0] ?? 0, way[1] ?? 0);
    else return;
    event.preventDefault();
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0 || zoom <= 1) return;
    grip.current = { x: event.clientX, y: event.clientY };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = ({ clientX, clientY }: PointerEvent) => {
    if (!grip.current) return;
    move(grip.current.x - clientX, grip.current.y - clientY);
    grip.current = { x: clientX, y: clientY };
  };
  const percent = Math.round(zoom * 100);
  return (
    <Dialog.Root open onOpenChange={(open) => { if (!open) onClose(); }}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.scrim} />
        <Dialog.Popup className={styles.viewer} onKeyDown={onKeyDown} initialFocus={stage}>
          <div className={styles.bar}>
            <Dialog.Title className={styles.name}>{name}</Dialog.Title>
            {steps && (
              <>
                <IconButton icon={ChevronLeft} label={t({ message: "Previous image", comment: "Button of the image viewer" })} disabled={steps.previous === null} onClick={() => steps.previous?.()} />
                <IconButton icon={ChevronRight} label={t({ message: "Next image", comment: "Button of the image viewer" })} disabled={steps.next === null} onClick={() => steps.next?.()} />
              </>
            )}
            <IconButton icon={ZoomOut} label={t({ message: "Smaller", comment: "Button of the image viewer" })} disabled={zoom <= 1} onClick={() => zoomTo(zoom / STEP)} />
            <span className={styles.percent} role="status">{percent}%</span>
            <IconButton icon={ZoomIn} label={t({ message: "Larger", comment: "Button of the image viewer" })} disabled={zoom >= LARGEST || url === null} onClick={() => zoomTo(zoom * STEP)} />
            {onSave && <IconButton icon={Download} label={t({ message: "Save image", comment: "Button of the image viewer: writes it to a file" })} onClick={onSave} />}
            <Dialog.Close render={<IconButton icon={X} label={t({ message: "Close image", comment: "Button of the image viewer" })} />} />
          </div>
          <div
            ref={stage}
            className={styles.stage}
            data-large={zoom > 1 || undefined}
            tabIndex={0}
            role="group"
            aria-label={steps
              ? t({ message: "Image, arrows go to the one before or after it, plus and minus change its size", comment: "Read aloud: the image viewer, where there are several images" })
              : t({ message: "Image, arrows move it, plus and minus change its size", comment: "Read aloud: the image viewer" })}
            onDoubleClick={(event) => zoomTo(zoom > 1 ? 1 : 3, event)}
            onWheel={(event) => { if (event.deltaY !== 0) zoomTo(event.deltaY < 0 ? zoom * STEP : zoom / STEP, event); }}
            onPointerDown={onPointerDown}
            onPointerMove={onPointerMove}
            onPointerUp={() => { grip.current = null; }}
            onPointerCancel={() => { grip.current = null; }}
          >
            {url === null ? <div className={styles.instead}>{children}</div> : <div style={{ width: `${percent}%`, height: `${percent}%` }}><img src={url} alt={alt} draggable={false} /></div>}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
