import { useEffect, useState } from "react";
import type { Backwards, TimelineItem } from "@/bindings";
import { useApi } from "@/lib/api";
import { ListGap, applyUpdate } from "@/lib/live-list";
import type { PlatformError, Unsubscribe } from "@/platform/types";

export interface TimelineState {
  /** Undefined until the first reset. */
  items: readonly TimelineItem[] | undefined;
  backwards: Backwards;
  error: PlatformError | undefined;
}

const EMPTY: TimelineState = { items: undefined, backwards: "idle", error: undefined };

/** One conversation, live. Mount with `key={roomId}`: it starts empty. */
export function useTimeline(roomId: string): TimelineState {
  const api = useApi();
  const [state, setState] = useState(EMPTY);
  useEffect(() => {
    let items: readonly TimelineItem[] = [];
    let stop: Unsubscribe = () => undefined;
    const open = () => {
      stop = api.subscribe(
        "timeline",
        { room_id: roomId },
        (event) => {
          if (event.type === "backwards") { setState((before) => ({ ...before, backwards: event.state })); return; }
          try {
            items = applyUpdate(items, event.update);
            setState((before) => ({ ...before, items, error: undefined }));
          } catch (error) {
            if (!(error instanceof ListGap)) throw error;
            stop();
            open();
          }
        },
        (error) => setState((before) => ({ ...before, error })),
      );
    };
    open();
    return () => stop();
  }, [api, roomId]);
  return state;
}
