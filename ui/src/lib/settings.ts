import type { Settings } from "../bindings/index.ts";

/** What holds until somebody chooses; as the core has it. */
export const DEFAULT_SETTINGS: Settings = {
  language: "system",
  theme: "system",
  notifications: {
    on: true,
    detail: "sender",
    quiet_hours: { on: false, from: 22 * 60, to: 7 * 60, days: [true, true, true, true, true, true, true], mentions: true },
    silent_until: null,
  },
  window: { close_to_tray: true, start_hidden: false, zoom: 100, spell_check: false },
};
