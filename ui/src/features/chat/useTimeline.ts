import { useEffect, useEffectEvent, useState } from "react";
import type { Backwards, TimelineItem } from "@/bindings";
import { keepSubscribed, useApi } from "@/lib/api";
import { applyUpdate } from "@/lib/live-list";
import type { PlatformError } from "@/platform/types";
import { heldDivider } from "./unread";

export interface TimelineState {
  /** Undefined until the first reset. */
  items: readonly TimelineItem[] | undefined;
  backwards: Backwards;
  error: PlatformError | undefined;
}

const EMPTY: TimelineState = { items: undefined, backwards: "idle", error: undefined };

/** One conversation, live. Mount with `key={roomId}`: it starts empty. `looksOn` tells whether what comes is seen at once. */
export function useTimeline(roomId: string, looksOn: () => boolean): TimelineState {
  const api = useApi();
  const [state, setState] = useState(EMPTY);
  const attentive = useEffectEvent(looksOn);
  useEffect(() => {
    let items: readonly TimelineItem[] = [];
    const divider = heldDivider();
    return keepSubscribed(
      api,
      "timeline",
      { room_id: roomId },
      (event) => {
        if (event.type === "backwards") { setState((before) => ({ ...before, backwards: event.state })); return; }
        if (event.type === "read_up_to") { divider.readUpTo(event.at); return; }
        items = applyUpdate(items, event.update);
        const shown = divider.place(items, attentive());
        setState((before) => ({ ...before, items: shown, error: undefined }));
      },
      (error) => setState((before) => ({ ...before, error })),
    );
  }, [api, roomId]);
  return state;
}
