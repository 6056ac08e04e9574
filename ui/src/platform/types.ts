import type { ErrorCode, ErrorDetails, Error as WireError } from "@/bindings";

/** The host itself does not answer; no code of the core, because the core is not there to say it. */
export type PlatformErrorCode = ErrorCode | "host_unreachable";

export function isWireError(value: unknown): value is WireError {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { code?: unknown }).code === "string" &&
    typeof (value as { message?: unknown }).message === "string"
  );
}

/** Thrown by every `Platform` call that the core refuses, or that never reached it. */
export class PlatformError extends Error {
  readonly code: PlatformErrorCode;
  readonly details: ErrorDetails | undefined;

  constructor(error: { code: PlatformErrorCode; message: string; details?: ErrorDetails }) {
    super(error.message);
    this.name = "PlatformError";
    this.code = error.code;
    this.details = error.details;
  }

  static from(value: unknown): PlatformError {
    if (value instanceof PlatformError) return value;
    if (isWireError(value)) return new PlatformError(value);
    return new PlatformError({ code: "internal", message: value instanceof Error ? value.message : "unexpected answer" });
  }
}

export type Unsubscribe = () => void;

/**
 * The one way from the screens to the core. Two hosts implement it: the desktop shell and the development host.
 * Names and shapes are typed in `bindings/`; `lib/api.ts` gives the typed view that features use.
 */
export interface Platform {
  /** Runs one command. Rejects with `PlatformError`. */
  invoke(command: string, input: unknown): Promise<unknown>;
  /**
   * Opens one subscription. Events arrive in order, without gaps: after a gap or a lost connection the platform
   * opens the subscription anew, so a listener must take a fresh first event at any time.
   */
  subscribe(
    subscription: string,
    input: unknown,
    onEvent: (event: unknown) => void,
    onError: (error: PlatformError) => void,
  ): Unsubscribe;
  /** Hands bytes to the core; the id names them in a later command. */
  upload(bytes: Uint8Array, contentType: string): Promise<string>;
  /** A URL an `<img>` can show. Call `release` when the image leaves the screen. */
  mediaUrl(path: string): Promise<MediaUrl>;
  /**
   * Writes a file where the person wants it: the shell asks for a place, a browser downloads it. False if they thought
   * better of it.
   */
  saveFile(file: SavedFile): Promise<boolean>;
  /** The same for an image or a file that the core has, by its path; the name is proposed. */
  saveMedia(path: string, name: string): Promise<boolean>;
  /** What only the desktop shell has; null in a browser. */
  readonly desktop: Desktop | null;
}

/** What the desktop offers at this moment: a tray or a service of notifications may come and go. */
export interface DesktopOffer {
  notifications: boolean;
  /** An answer can be written in a notification. */
  reply: boolean;
  tray: boolean;
  /** Whether the program is started with the session; null where that cannot be. */
  start_at_login: boolean | null;
}

export interface Desktop {
  offer(): Promise<DesktopOffer>;
  startAtLogin(on: boolean): Promise<DesktopOffer>;
}

export interface SavedFile {
  /** Proposed, with its extension. */
  name: string;
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface MediaUrl {
  url: string;
  release: () => void;
}
