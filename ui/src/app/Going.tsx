import { useLocation, useNavigate, useParams } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import type { Destination, Place } from "@/bindings";
import { toast } from "@/components/Toast/Toast";
import { useApi, useLatest } from "@/lib/api";

function subscribeFocus(listener: () => void): () => void {
  window.addEventListener("focus", listener);
  window.addEventListener("blur", listener);
  document.addEventListener("visibilitychange", listener);
  return () => {
    window.removeEventListener("focus", listener);
    window.removeEventListener("blur", listener);
    document.removeEventListener("visibilitychange", listener);
  };
}

function hasFocus(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

/** Tells the core which conversation is before the doctor, so that nothing is notified of it. */
export function Attention() {
  const api = useApi();
  const focused = useSyncExternalStore(subscribeFocus, hasFocus);
  const inChats = useLocation({ select: ({ pathname }) => pathname.startsWith("/chats/") });
  const { roomId } = useParams({ strict: false });
  const room = focused && inChats ? roomId ?? null : null;
  useEffect(() => {
    void api.call("attention_set", { in_front: focused, room_id: room }).catch(() => undefined);
  }, [api, room, focused]);
  useEffect(() => () => void api.call("attention_set", { in_front: false, room_id: null }).catch(() => undefined), [api]);
  return null;
}

/** Goes where a notification or a link leads, or says in one sentence why not. It joins nothing and writes to nobody. */
export function Going() {
  const { t } = useLingui();
  const api = useApi();
  const navigate = useNavigate();
  const destination = useLatest("destination", null).value;
  const go = (place: Place) => {
    switch (place.kind) {
      case "colleague": return void navigate({ to: "/directory", search: { colleague: place.practitioner_id } });
      case "conversation": return void navigate({ to: "/chats/$roomId", params: { roomId: place.room_id }, search: place.event_id === null ? {} : { message: place.event_id } });
      case "conversations": return void navigate({ to: "/chats" });
      case "unknown_colleague": return void toast.failed(t({ message: "The link leads to somebody who is not in the directory on this device", comment: "After a link from outside was opened" }));
      case "unknown_conversation": return void toast.failed(t({ message: "The link leads to a chat that you are not in", comment: "After a link from outside was opened" }));
      case "nowhere": return void toast.failed(t({ message: "The link leads nowhere here", comment: "After a link from outside was opened that cannot be understood" }));
    }
  };
  const arrive = useEffectEvent(({ id, place }: Destination) => {
    go(place);
    void api.call("destination_reached", { id }).catch(() => undefined);
  });
  useEffect(() => {
    if (destination) arrive(destination);
  }, [destination]);
  return null;
}
