import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Device } from "@/bindings";

/** What a device is called. */
export function deviceName(i18n: I18n, device: Pick<Device, "name"> | undefined): string {
  return device?.name || i18n._(msg({ message: "Unnamed device", comment: "A device of the account without a name" }));
}

/** QXR7 2M4K: an id in groups, to be compared by eye. */
export function deviceId(id: string): string {
  return id.replace(/(.{4})(?=.)/g, "$1 ");
}
