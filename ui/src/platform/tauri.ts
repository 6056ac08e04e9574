import { Channel, invoke, isTauri } from "@tauri-apps/api/core";
import { type MediaUrl, type Platform, PlatformError, type Unsubscribe } from "./types";

interface Frame {
  seq: number;
  event: unknown;
}

async function call<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (error) {
    throw PlatformError.from(error);
  }
}

export const runsInTauri = isTauri;

declare global {
  interface Window {
    /** BCP 47 tags, the preferred first; the desktop shell sets it before the page begins. */
    systemLanguages?: string[];
  }
}

/** WebView2 cannot load a custom scheme as such; Tauri maps it to `http://<scheme>.localhost/`. */
const mediaOrigin = navigator.userAgent.includes("Windows") ? "http://media.localhost/" : "media://localhost/";

export function tauriPlatform(): Platform {
  return {
    invoke: (command, input) => call("rpc", { command, input: input ?? null }),

    subscribe(subscription, input, onEvent, onError): Unsubscribe {
      let closed = false;
      let generation = 0;
      let current: Promise<number> | undefined;

      const stop = (opened: Promise<number>) => {
        void opened.then((id) => invoke("unsubscribe", { id })).catch(() => undefined);
      };

      const open = () => {
        generation += 1;
        const mine = generation;
        let next: number | undefined;
        const channel = new Channel<Frame>();
        channel.onmessage = ({ seq, event }) => {
          if (closed || mine !== generation) return;
          if (next !== undefined && seq !== next) {
            if (current) stop(current);
            open();
            return;
          }
          next = seq + 1;
          onEvent(event);
        };
        current = call<number>("subscribe", { subscription, input: input ?? null, channel });
        current.catch((error: unknown) => {
          if (!closed && mine === generation) onError(PlatformError.from(error));
        });
      };

      open();
      return () => {
        closed = true;
        if (current) stop(current);
      };
    },

    async upload(bytes, contentType) {
      try {
        return await invoke<string>("upload", bytes, { headers: { "content-type": contentType } });
      } catch (error) {
        throw PlatformError.from(error);
      }
    },

    mediaUrl(path): Promise<MediaUrl> {
      return Promise.resolve({ url: mediaOrigin + path.replace(/^\//, ""), release: () => undefined });
    },

    desktop: {
      offer: () => call("desktop_offer"),
      startAtLogin: (on) => call("start_at_login", { on }),
    },

    async saveFile({ name, bytes }) {
      try {
        return await invoke<boolean>("save_file", bytes, { headers: { "file-name": encodeURIComponent(name) } });
      } catch (error) {
        throw PlatformError.from(error);
      }
    },

    saveMedia: (path, name) => call<boolean>("save_media", { path, name }),
  };
}
