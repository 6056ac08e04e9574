import type { EvidenceKind } from "@/bindings";

/** The registry's limits: bytes and pixels of one image, and images of one application. */
export const IMAGE_LIMIT = 10 * 1024 * 1024;
export const PIXEL_LIMIT = 100_000_000;
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

/** Whether a PNG has its last chunk, IEND (ISO/IEC 15948, 11.2.5). */
function isWholePng(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === 0x49454e44) return true;
  }
  return false;
}

/** Whether a JPEG has its last marker, EOI, after the image: a small preview in its head has one too (ISO/IEC 10918-1, B.1). */
function isWholeJpeg(bytes: Uint8Array): boolean {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1];
    if (marker === 0xda) {
      for (; at + 1 < bytes.length; at += 1) if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true;
      return false;
    }
    at += marker === 0xff ? 1 : 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
  }
  return false;
}

/** Whether an image goes on to its own end: a copy that was cut off shows its upper part, or nothing. */
export function isWhole(bytes: Uint8Array, type: ImageType): boolean {
  switch (type) {
    case "image/png":
      return isWholePng(bytes);
    case "image/jpeg":
      return isWholeJpeg(bytes);
    case "image/webp":
      // RIFF says how long it is.
      return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, true) + 8 <= bytes.length;
  }
}

/** Where an image goes that was pasted without saying what it is: the first kind that has none. */
export function openKind(evidence: readonly { kind: EvidenceKind }[]): EvidenceKind {
  return KINDS.find((kind) => !evidence.some((each) => each.kind === kind)) ?? "other";
}
