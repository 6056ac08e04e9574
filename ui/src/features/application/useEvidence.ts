import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { ApplicationView, EvidenceKind } from "@/bindings";
import { useApi } from "@/lib/api";
import { isShowable } from "@/lib/image";
import { PlatformError } from "@/platform/types";
import type { ApplicationCommands } from "./commands";
import { IMAGE_COUNT_LIMIT, IMAGE_LIMIT, type LocalImage, imageTypeOf, isWhole, thumbnails, PIXEL_LIMIT } from "./images";

export type Problem = "too_large" | "unsupported_media" | "damaged" | "too_many" | PlatformError;

export interface Upload extends LocalImage {
  file: File;
  state: "waiting" | "sending" | "sent" | "failed";
  problem: Problem | null;
}

/** Images on their way: one after the other, each with its own end. What failed stays in the list and can be tried again. */
export function useEvidence(application: ApplicationView, command: ApplicationCommands["addEvidence"]) {
  const api = useApi();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const lastKey = useRef(0);
  const last = useRef(Promise.resolve());
  const known = thumbnails(application.evidence, uploads.filter(({ state }) => state !== "failed"));
  const matched = new Set([...known.values()].map(({ key }) => key));
  const pending = uploads.filter(({ key }) => !matched.has(key));

  const patch = (key: number, change: Partial<Upload>) => setUploads((before) => before.map((each) => (each.key === key ? { ...each, ...change } : each)));

  const send = async (upload: Upload) => {
    patch(upload.key, { state: "sending", problem: null });
    try {
      const bytes = new Uint8Array(await upload.file.arrayBuffer());
      const type = imageTypeOf(bytes);
      if (type === null) {
        patch(upload.key, { state: "failed", problem: "unsupported_media" });
        return;
      }
      if (!isWhole(bytes, type) || !(await isShowable(upload.url, PIXEL_LIMIT))) {
        patch(upload.key, { state: "failed", problem: "damaged" });
        return;
      }
      const upload_id = await api.upload(bytes, type);
      await api.call(command, { upload_id, kind: upload.kind, file_name: upload.fileName });
      patch(upload.key, { state: "sent" });
    } catch (error) {
      patch(upload.key, { state: "failed", problem: PlatformError.from(error) });
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
    busy: uploads.some(({ state }) => state === "waiting" || state === "sending"),
    thumbnailOf: (evidenceId: string): string | undefined => known.get(evidenceId)?.url,
    add: (kind: EvidenceKind, files: readonly File[]) => {
      let room = IMAGE_COUNT_LIMIT - application.evidence.length - pending.filter(({ state }) => state !== "failed").length;
      const added = files.map((file): Upload => {
        lastKey.current += 1;
        const base = { key: lastKey.current, kind, file, fileName: file.name, size: file.size, url: URL.createObjectURL(file), problem: null };
        if (file.size > IMAGE_LIMIT) return { ...base, state: "failed", problem: "too_large" };
        if (room <= 0) return { ...base, state: "failed", problem: "too_many" };
        room -= 1;
        return { ...base, state: "waiting" };
      });
      setUploads((before) => [...before, ...added]);
      enqueue(added.filter(({ state }) => state === "waiting"));
    },
    retry: (key: number) => {
      const failed = uploads.find((each) => each.key === key);
      if (failed) enqueue([failed]);
    },
    dismiss: (key: number) => {
      const gone = uploads.find((each) => each.key === key);
      if (gone) URL.revokeObjectURL(gone.url);
      setUploads((before) => before.filter((each) => each.key !== key));
    },
    /** The evidence was removed at the registry: its local image is not to stand there as unsent. */
    removed: (evidenceId: string) => {
      const local = known.get(evidenceId);
      if (local) setUploads((before) => before.filter(({ key }) => key !== local.key));
    },
  };
}
