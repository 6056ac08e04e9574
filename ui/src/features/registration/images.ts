import type { EvidenceKind, EvidenceView } from "@/bindings";

/** The registry's limits (crates/registry-api, application.rs): bytes of one image, and images of one application. */
export const IMAGE_LIMIT = 10 * 1024 * 1024;
export const IMAGE_COUNT_LIMIT = 6;
export const IMAGE_TYPES = ["image/png", "image/jpeg", "image/webp"] as const;
export const KINDS: readonly EvidenceKind[] = ["licence", "staff_card", "other"];

export type ImageType = (typeof IMAGE_TYPES)[number];

/** The kind of image by its first bytes; a name may lie. */
export function imageTypeOf(bytes: Uint8Array): ImageType | null {
  const starts = (at: number, ...expected: number[]) => expected.every((byte, index) => bytes[at + index] === byte);
  if (starts(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "image/png";
  if (starts(0, 0xff, 0xd8, 0xff)) return "image/jpeg";
  if (starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50)) return "image/webp";
  return null;
}

/** Where an image goes that was pasted without saying what it is: the first kind that has none. */
export function openKind(evidence: readonly { kind: EvidenceKind }[]): EvidenceKind {
  return KINDS.find((kind) => !evidence.some((each) => each.kind === kind)) ?? "other";
}

/** An image of this window on its way to the registry. */
export interface LocalImage {
  key: number;
  kind: EvidenceKind;
  fileName: string;
  size: number;
  /** Blob URL for the thumbnail. */
  url: string;
}

/** Which local image each evidence came from, by kind and size: the registry may have shortened the name. */
export function thumbnails(evidence: readonly EvidenceView[], local: readonly LocalImage[]): Map<string, LocalImage> {
  const free = [...local];
  const found = new Map<string, LocalImage>();
  for (const each of evidence) {
    const at = free.findIndex(({ kind, size }) => kind === each.kind && size === each.size);
    const [hit] = at < 0 ? [] : free.splice(at, 1);
    if (hit) found.set(each.id, hit);
  }
  return found;
}
