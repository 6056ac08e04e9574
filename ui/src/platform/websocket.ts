import { type MediaUrl, type Platform, PlatformError, type Unsubscribe, isWireError } from "./types";

/** The development host on loopback: one WebSocket for calls and subscriptions, HTTP for bytes. */
export interface WebSocketHost {
  /** Origin of the page and of the host, e.g. `http://127.0.0.1:4173`. */
  origin: string;
  /** Random token of this run of the host. */
  token: string;
}

type HostFrame =
  | { id: number; type: "ok"; value: unknown }
  | { id: number; type: "error"; error: unknown }
  | { id: number; type: "event"; seq: number; event: unknown }
  /** What was subscribed to is gone for good. */
  | { id: number; type: "end" };

interface Subscription {
  subscription: string;
  input: unknown;
  onEvent: (event: unknown) => void;
  onError: (error: PlatformError) => void;
  /** Wire id of the present opening; a new one for each, so that late frames of an old one are recognised. */
  wireId: number;
  next: number | undefined;
}

const TOKEN_KEY = "consilium.host-token";
const RETRY_MS = [100, 250, 500, 1000, 2000];

/** Takes the token out of the URL, where it would stay in the history, into this tab's session. */
export function takeToken(location: Location, history: History, session: Storage): string | null {
  const found = /(?:^#|&)token=([^&]+)/.exec(location.hash)?.[1];
  if (found) {
    session.setItem(TOKEN_KEY, decodeURIComponent(found));
    history.replaceState(null, "", location.pathname + location.search);
  }
  return session.getItem(TOKEN_KEY);
}

function lost(): PlatformError {
  return new PlatformError({ code: "host_unreachable", message: "the connection to the host was lost" });
}

export function webSocketPlatform({ origin, token }: WebSocketHost): Platform {
  let lastId = 0;
  let socket: WebSocket | undefined;
  let attempt = 0;
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: PlatformError) => void }>();
  const subscriptions = new Map<number, Subscription>();
  const outbox: string[] = [];
  /** Open in the page, and no longer at the host. */
  const broken = new Set<Subscription>();
  let retry: ReturnType<typeof setTimeout> | undefined;

  const send = (frame: object) => {
    const text = JSON.stringify(frame);
    if (socket?.readyState === WebSocket.OPEN) socket.send(text);
    else {
      outbox.push(text);
      connect();
    }
  };

  const openSubscription = (entry: Subscription) => {
    subscriptions.delete(entry.wireId);
    lastId += 1;
    entry.wireId = lastId;
    entry.next = undefined;
    subscriptions.set(entry.wireId, entry);
    send({ id: entry.wireId, type: "subscribe", subscription: entry.subscription, input: entry.input ?? null });
  };

  const reopenLater = () => {
    if (retry !== undefined) return;
    const delay = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)];
    attempt += 1;
    retry = setTimeout(() => {
      retry = undefined;
      for (const entry of broken) if (subscriptions.get(entry.wireId) === entry) openSubscription(entry);
      broken.clear();
    }, delay);
  };

  const receive = (frame: HostFrame) => {
    const call = waiting.get(frame.id);
    if (call) {
      waiting.delete(frame.id);
      if (frame.type === "ok") call.resolve(frame.value);
      else if (frame.type === "error") call.reject(PlatformError.from(frame.error));
      return;
    }
    const entry = subscriptions.get(frame.id);
    if (!entry) return;
    if (frame.type === "end") subscriptions.delete(frame.id);
    else if (frame.type === "error") {
      // One that was open and breaks was closed by the host, because the page read too slowly: it is asked for anew.
      if (entry.next !== undefined) {
        broken.add(entry);
        reopenLater();
      }
      else {
        subscriptions.delete(frame.id);
        entry.onError(PlatformError.from(frame.error));
      }
    } else if (frame.type === "event") {
      if (entry.next !== undefined && frame.seq !== entry.next) {
        send({ id: entry.wireId, type: "unsubscribe" });
        openSubscription(entry);
        return;
      }
      entry.next = frame.seq + 1;
      entry.onEvent(frame.event);
    }
  };

  const connect = () => {
    if (socket && socket.readyState <= WebSocket.OPEN) return;
    const opened = new WebSocket(`${origin.replace(/^http/, "ws")}/ws`, ["consilium", token]);
    socket = opened;
    opened.onopen = () => {
      attempt = 0;
      for (const text of outbox.splice(0)) opened.send(text);
    };
    opened.onmessage = ({ data }: MessageEvent<string>) => receive(JSON.parse(data) as HostFrame);
    opened.onclose = () => {
      if (socket !== opened) return;
      socket = undefined;
      // Whether a call ran is unknown, so it is not repeated; whoever asked decides.
      for (const call of waiting.values()) call.reject(lost());
      waiting.clear();
      outbox.length = 0;
      for (const entry of subscriptions.values()) broken.add(entry);
      if (subscriptions.size > 0) reopenLater();
    };
  };

  const fetchHost = async (path: string, init: RequestInit): Promise<Response> => {
    let response: Response;
    try {
      response = await fetch(origin + path, {
        ...init,
        headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` },
      });
    } catch {
      throw lost();
    }
    if (response.ok) return response;
    const body: unknown = await response.json().catch(() => null);
    throw PlatformError.from(isWireError(body) ? body : { code: "internal", message: `host answered ${response.status}` });
  };

  const download = (bytes: Blob, name: string) => {
    const url = URL.createObjectURL(bytes);
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    // The download has begun once the click is dealt with.
    setTimeout(() => URL.revokeObjectURL(url), 1_000);
    return true;
  };
  const fetchMedia = async (path: string) => await (await fetchHost(`/media/${path.replace(/^\//, "")}`, {})).blob();

  return {
    invoke(command, input) {
      return new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        send({ id: lastId, type: "call", command, input: input ?? null });
      });
    },

    subscribe(subscription, input, onEvent, onError): Unsubscribe {
      const entry: Subscription = { subscription, input, onEvent, onError, wireId: 0, next: undefined };
      openSubscription(entry);
      return () => {
        if (!subscriptions.delete(entry.wireId)) return;
        if (socket?.readyState === WebSocket.OPEN) send({ id: entry.wireId, type: "unsubscribe" });
      };
    },

    async upload(bytes, contentType) {
      const response = await fetchHost("/upload", {
        method: "POST",
        headers: { "content-type": contentType },
        body: bytes as Uint8Array<ArrayBuffer>,
      });
      const { upload_id: id } = (await response.json()) as { upload_id?: unknown };
      if (typeof id !== "string") throw new PlatformError({ code: "internal", message: "upload without an id" });
      return id;
    },

    async mediaUrl(path): Promise<MediaUrl> {
      const url = URL.createObjectURL(await fetchMedia(path));
      return { url, release: () => URL.revokeObjectURL(url) };
    },

    saveFile: ({ name, type, bytes }) => Promise.resolve(download(new Blob([bytes], { type }), name)),
    saveMedia: async (path, name) => download(await fetchMedia(path), name),
    desktop: null,
  };
}
