import { type RefObject, useEffect, useRef, useState } from "react";

/** A form whose first wrong field takes the focus after a refused Next, once the sentences stand below their fields. */
export function useWrongField(): { formRef: RefObject<HTMLFormElement | null>; seek: () => void } {
  const formRef = useRef<HTMLFormElement>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    if (asked === 0) return;
    const wrong = formRef.current?.querySelector<HTMLElement>("[aria-invalid=true]");
    wrong?.focus({ preventScroll: true });
    // With the sentence below it, also in a small window.
    wrong?.scrollIntoView({ block: "center" });
  }, [asked]);
  return { formRef, seek: () => setAsked((before) => before + 1) };
}
