import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { ApplicationView, EvidenceKind } from "@/bindings";
import { useApi } from "@/lib/api";
import { isShowable } from "@/lib/image";
import { PlatformError } from "@/platform/types";
import type { ApplicationCommands } from "./commands";
import { IMAGE_COUNT_LIMIT, IMAGE_LIMIT, PIXEL_LIMIT, imageTypeOf, isWhole } from "./images";

export type Problem = "too_large" | "unsupported_media" | "damaged" | "too_many" | PlatformError;

/** An image of this window on its way to the registry. */
export interface Upload {
  /** UUID: the registry knows it by the same. */
  id: string;
  kind: EvidenceKind;
  fileName: string;
  size: number;
  /** Blob URL for the thumbnail. */
  url: string;
  file: File;
  state: "waiting" | "sending" | "sent" | "failed";
  problem: Problem | null;
}

/** Images on their way: one after the other, each with its own end. What failed stays in the list and can be tried again. */
export function useEvidence(application: ApplicationView, command: ApplicationCommands["addEvidence"]) {
  const api = useApi();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const last = useRef(Promise.resolve());
  const arrived = new Set(application.evidence.map(({ id }) => id));
  const pending = uploads.filter(({ id }) => !arrived.has(id));

  const patch = (id: string, change: Partial<Upload>) => setUploads((before) => before.map((each) => (each.id === id ? { ...each, ...change } : each)));

  const send = async (upload: Upload) => {
    patch(upload.id, { state: "sending", problem: null });
    try {
      const bytes = new Uint8Array(await upload.file.arrayBuffer());
      const type = imageTypeOf(bytes);
      if (type === null) {
        patch(upload.id, { state: "failed", problem: "unsupported_media" });
        return;
      }
      if (!isWhole(bytes, type) || !(await isShowable(upload.url, PIXEL_LIMIT))) {
        patch(upload.id, { state: "failed", problem: "damaged" });
        return;
      }
      const upload_id = await api.upload(bytes, type);
      await api.call(command, { evidence_id: upload.id, upload_id, kind: upload.kind, file_name: upload.fileName });
      patch(upload.id, { state: "sent" });
    } catch (error) {
      patch(upload.id, { state: "failed", problem: PlatformError.from(error) });
    }
  };
  /** One after the other, in the order they were added: a ward's uplink is narrow. */
  const enqueue = (waiting: readonly Upload[]) => {
    for (const upload of waiting) last.current = last.current.then(() => send(upload));
  };

  const forgetUrls = useEffectEvent(() => { for (const { url } of uploads) URL.revokeObjectURL(url); });
  useEffect(() => () => forgetUrls(), []);

  return {
    pending,
    busy: pending.some(({ state }) => state === "waiting" || state === "sending"),
    thumbnailOf: (evidenceId: string): string | undefined => uploads.find(({ id }) => id === evidenceId)?.url,
    add: (kind: EvidenceKind, files: readonly File[]) => {
      let room = IMAGE_COUNT_LIMIT - application.evidence.length - pending.filter(({ state }) => state !== "failed").length;
      const added = files.map((file): Upload => {
        const base = { id: crypto.randomUUID(), kind, file, fileName: file.name, size: file.size, url: URL.createObjectURL(file), problem: null };
        if (file.size > IMAGE_LIMIT) return { ...base, state: "failed", problem: "too_large" };
        if (room <= 0) return { ...base, state: "failed", problem: "too_many" };
        room -= 1;
        return { ...base, state: "waiting" };
      });
      setUploads((before) => [...before, ...added]);
      enqueue(added.filter(({ state }) => state === "waiting"));
    },
    retry: (id: string) => {
      const failed = uploads.find((each) => each.id === id);
      if (failed) enqueue([failed]);
    },
    dismiss: (id: string) => {
      const gone = uploads.find((each) => each.id === id);
      if (gone) URL.revokeObjectURL(gone.url);
      setUploads((before) => before.filter((each) => each.id !== id));
    },
    /** The evidence was removed at the registry: its local image is not to stand there as unsent. */
    removed: (evidenceId: string) => setUploads((before) => before.filter(({ id }) => id !== evidenceId)),
  };
}
