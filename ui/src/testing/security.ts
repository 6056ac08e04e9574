// Security of the fake core: an account with three devices, a recovery key, and a second device that answers at once.
import type { DeviceVerification, Security, VerificationStep } from "../bindings/index.ts";
import { type FakeCore, type Handlers, Refused } from "./fake-core.ts";

export const RECOVERY_KEY = "EsTj 3yST y93F SLpB jJsz eAXc 2XzA ygD3 w69H fGaN TKBj jXEd";
export const OWN_PASSWORD = "right horse battery";
const DAY = 86_400_000;

/** All is well: two verified devices, a recovery key that was checked. */
export function safe(now: number): Security {
  return {
    devices: [
      { device_id: "QXR72M4K", name: "Jianing’s laptop", this_device: true, verified: true, last_seen: new Date(now).toISOString() },
      { device_id: "H8TD91VB", name: "Phone", this_device: false, verified: true, last_seen: new Date(now - DAY).toISOString() },
    ],
    recovery: "set_up",
    recovery_checked_at: new Date(now - 41 * DAY).toISOString(),
    backup: true,
    keys_backed_up: 2_318,
    verified: true,
    verification: null,
  };
}

/** A device somebody signed in on this morning. */
export function withStranger(core: FakeCore): void {
  const stranger = { device_id: "W07PLM3C", name: "Ward workstation W-07", this_device: false, verified: false, last_seen: new Date(core.now() - DAY / 8).toISOString() };
  core.security = { ...core.security, devices: [stranger, ...core.security.devices] };
}

/** This device is new. */
export function unverified(core: FakeCore): void {
  const { devices } = core.security;
  core.security = { ...core.security, verified: false, backup: false, keys_backed_up: null, recovery: "incomplete", recovery_checked_at: null, devices: devices.map((device) => (device.this_device ? { ...device, verified: false } : device)) };
}

export function securityCommands(core: FakeCore): Handlers {
  const online = () => {
    if (core.connection.link === "offline") throw new Refused("offline");
  };
  const right = (key: string) => {
    online();
    if (key !== RECOVERY_KEY) throw new Refused("wrong_recovery_key");
  };
  const password = (typed: string) => {
    online();
    if (typed !== OWN_PASSWORD) throw new Refused("wrong_credentials");
  };
  const made = () => {
    online();
    core.setSecurity({ recovery: "not_kept", recovery_checked_at: null });
    return { key: RECOVERY_KEY };
  };
  const verifiedHere = (change: Partial<Security>) =>
    core.setSecurity({ verified: true, backup: true, keys_backed_up: 2_318, devices: core.security.devices.map((device) => (device.this_device ? { ...device, verified: true } : device)), ...change });
  const step = (next: VerificationStep) => {
    const { verification } = core.security;
    if (!verification) throw new Refused("not_found");
    core.setSecurity({ verification: { ...verification, step: next } });
    return null;
  };
  return {
    security_refresh: () => null,
    recovery_set_up: made,
    recovery_replace: made,
    recovery_kept: () => {
      core.setSecurity({ recovery: "set_up" });
      return null;
    },
    recovery_check: ({ key }) => {
      right(key);
      core.setSecurity({ recovery: "set_up", recovery_checked_at: new Date(core.now()).toISOString() });
      return null;
    },
    recovery_use: ({ key }) => {
      right(key);
      verifiedHere({ recovery: "set_up" });
      return null;
    },
    identity_reset: (input) => {
      password(input.password);
      verifiedHere({ recovery: "not_set_up", keys_backed_up: 0 });
      return null;
    },
    devices_sign_out: ({ device_ids, password: typed }) => {
      password(typed);
      core.setSecurity({ devices: core.security.devices.filter(({ device_id }) => !device_ids.includes(device_id)) });
      return null;
    },
    device_rename: ({ device_id, name }) => {
      online();
      core.setSecurity({ devices: core.security.devices.map((device) => (device.device_id === device_id ? { ...device, name } : device)) });
      return null;
    },
    verification_request: ({ device_id }) => {
      online();
      const verification: DeviceVerification = { id: "v1", device_id, incoming: false, step: { step: "waiting" } };
      core.setSecurity({ verification });
      return null;
    },
    verification_accept: () => step({ step: "compare", emoji: [0, 10, 23, 37, 42, 53, 63] }),
    verification_compare: ({ same }) => step(same ? { step: "compared" } : { step: "cancelled", reason: "mismatch" }),
    verification_end: () => {
      core.setSecurity({ verification: null });
      return null;
    },
  };
}
