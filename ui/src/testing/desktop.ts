// What the fake core's desktop offers, and how a fake core is asked to go somewhere.
import type { Place } from "../bindings/index.ts";
import type { Desktop, DesktopOffer } from "../platform/types.ts";
import type { FakeCore, Handlers } from "./fake-core.ts";

const OFFER: DesktopOffer = { notifications: true, reply: false, tray: true, start_at_login: false };

/** A desktop that offers all of it but what is said otherwise. */
export function desktopWith(change: Partial<DesktopOffer> = {}): Desktop {
  let offer = { ...OFFER, ...change };
  return {
    offer: () => Promise.resolve(offer),
    startAtLogin: (on) => {
      offer = { ...offer, start_at_login: on };
      return Promise.resolve(offer);
    },
  };
}

export function desktopCommands(core: FakeCore): Handlers {
  return {
    silence_set: ({ silence }) => {
      const hours = { hour: 1, morning: 10, over: 0 }[silence];
      const silent_until = hours > 0 ? new Date(core.now() + hours * 3_600_000).toISOString() : null;
      core.settings = { ...core.settings, notifications: { ...core.settings.notifications, silent_until } };
      core.emit("settings", core.settings);
      return null;
    },
    attention_set: () => null,
    destination_reached: () => {
      core.emit("destination", null);
      return null;
    },
  };
}

let last = 0;

/** The window is asked to go there. */
export function sendTo(core: FakeCore, place: Place): void {
  last += 1;
  core.emit("destination", { id: last, place });
}
