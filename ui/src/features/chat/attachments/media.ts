import { type RefObject, useEffect, useState } from "react";
import { useApi } from "@/lib/api";
import { type MediaUrl, PlatformError } from "@/platform/types";

/** Where the core has the image or the file of a message. */
export function mediaPath(roomId: string, itemId: string): string {
  return `message/${encodeURIComponent(roomId)}/${encodeURIComponent(itemId)}`;
}

/** Where the core has the smaller image that came with the image of a message. */
export function thumbnailPath(roomId: string, itemId: string): string {
  return `thumbnail/${encodeURIComponent(roomId)}/${encodeURIComponent(itemId)}`;
}

export type Media = { state: "loading" } | { state: "failed"; error: PlatformError | null } | { state: "shown"; url: string };

const LOADING: Media = { state: "loading" };

/** An image of a message; fetched while `wanted`. `broken` is for the image that does not show it. */
export function useMedia(path: string, wanted: boolean): { media: Media; broken: () => void; again: () => void } {
  const api = useApi();
  const [attempt, setAttempt] = useState(0);
  const key = attempt === 0 ? path : `${path}?again=${attempt}`;
  const [known, setKnown] = useState<{ key: string; media: Media }>({ key, media: LOADING });
  useEffect(() => {
    if (!wanted) return;
    let held: MediaUrl | null = null;
    let gone = false;
    api.mediaUrl(key).then(
      (media) => {
        if (gone) { media.release(); return; }
        held = media;
        setKnown({ key, media: { state: "shown", url: media.url } });
      },
      (error: unknown) => { if (!gone) setKnown({ key, media: { state: "failed", error: PlatformError.from(error) } }); },
    );
    return () => {
      gone = true;
      held?.release();
    };
  }, [api, key, wanted]);
  return {
    media: known.key === key ? known.media : LOADING,
    broken: () => setKnown({ key, media: { state: "failed", error: null } }),
    again: () => setAttempt(attempt + 1),
  };
}

/** Further than this from what is seen, nothing is fetched. */
const MARGIN = "800px 0px";

/** Whether an element was ever near to what is seen. */
export function useNear(elementRef: RefObject<Element | null>): boolean {
  const [near, setNear] = useState(typeof IntersectionObserver === "undefined");
  useEffect(() => {
    const element = elementRef.current;
    if (near || !element) return;
    const observer = new IntersectionObserver((entries) => { if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true); }, { rootMargin: MARGIN });
    observer.observe(element);
    return () => observer.disconnect();
  }, [elementRef, near]);
  return near;
}

/** Pixels of an image in a conversation at most. */
const WIDEST = 320;
const HIGHEST = 240;
/** Of one whose size nobody says. */
const USUAL = { width: 240, height: 160 };
/** What is narrower or flatter is cut at its sides. */
const LONGEST = 4;

/** The box of an image before it is there. */
export function boxOf(width: number | null, height: number | null): { width: number; height: number } {
  if (!width || !height) return USUAL;
  const ratio = Math.min(LONGEST, Math.max(1 / LONGEST, width / height));
  const wide = Math.min(WIDEST, HIGHEST * ratio, Math.max(width, 80));
  return { width: Math.round(wide), height: Math.round(wide / ratio) };
}
