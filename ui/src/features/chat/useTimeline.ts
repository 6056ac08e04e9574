import { useEffect, useEffectEvent, useState } from "react";
import type { Backwards, TimelineItem, TimelineUpdate } from "@/bindings";
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

/**
 * One conversation, or the thread in it that begins with an event, live. Mount with a key of both: it starts empty.
 * `looksOn` tells whether what comes is seen at once.
 */
export function useTimeline(roomId: string, thread: string | null, looksOn: () => boolean): TimelineState {
  const api = useApi();
  const [state, setState] = useState(EMPTY);
  const attentive = useEffectEvent(looksOn);
  useEffect(() => {
    let items: readonly TimelineItem[] = [];
    const divider = heldDivider();
    const onEvent = (event: TimelineUpdate) => {
      if (event.type === "backwards") { setState((before) => ({ ...before, backwards: event.state })); return; }
      if (event.type === "read_up_to") { divider.readUpTo(event.at); return; }
      items = applyUpdate(items, event.update);
      const shown = divider.place(items, attentive());
      setState((before) => ({ ...before, items: shown, error: undefined }));
    };
    const onError = (error: PlatformError) => setState((before) => ({ ...before, error }));
    return thread === null
      ? keepSubscribed(api, "timeline", { room_id: roomId }, onEvent, onError)
      : keepSubscribed(api, "thread", { room_id: roomId, root: thread }, onEvent, onError);
  }, [api, roomId, thread]);
  // What it begins with is the first of a thread: nothing of it is before.
  const whole = thread !== null && state.items?.some(({ content }) => content.kind === "message" && content.event_id === thread);
  return whole ? { ...state, backwards: "reached_start" } : state;
}
