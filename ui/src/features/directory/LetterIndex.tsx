import { useLingui } from "@lingui/react/macro";
import { type PointerEvent, useRef, useState } from "react";
import type { LetterStart } from "@/bindings";
import styles from "./LetterIndex.module.css";

/** The letters of a list by name at its edge: a click or a drag goes there. From the keyboard, the letter itself does. */
export function LetterIndex({ letters, onJump }: { letters: readonly LetterStart[]; onJump: (index: number) => void }) {
  const { t } = useLingui();
  const strip = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState<string | null>(null);

  const follow = (event: PointerEvent) => {
    const box = strip.current?.getBoundingClientRect();
    if (!box) return;
    const nth = Math.floor(((event.clientY - box.top) / Math.max(1, box.height)) * letters.length);
    const letter = letters[Math.max(0, Math.min(letters.length - 1, nth))];
    if (!letter || letter.letter === held) return;
    setHeld(letter.letter);
    onJump(letter.index);
  };

  return (
    <div
      ref={strip}
      className={styles.strip}
      role="group"
      aria-label={t({ message: "Letters", comment: "Read aloud: the letters at the edge of the directory that go to the names beginning with them" })}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        follow(event);
      }}
      onPointerMove={(event) => { if (held !== null) follow(event); }}
      onPointerUp={() => setHeld(null)}
      onPointerCancel={() => setHeld(null)}
    >
      {letters.map(({ letter, index }) => (
        <button key={letter} type="button" tabIndex={-1} className={styles.letter} data-held={letter === held || undefined} onClick={() => onJump(index)}>
          {letter}
        </button>
      ))}
      {held !== null && <span className={styles.bubble} aria-hidden>{held}</span>}
    </div>
  );
}
