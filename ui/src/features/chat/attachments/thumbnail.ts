/** Twice the box of an image in a conversation, for dense screens; the core takes up to 1,024. */
const LONGEST_SIDE = 800;
/** Bytes of an image that is fetched as quickly as a smaller one of it. */
const WORTH_IT = 200_000;
const QUALITY = 0.8;
/** Images that do not move. */
const STILL = /^image\/(png|jpeg|webp)$/;

export const THUMBNAIL_TYPE = "image/jpeg";

/** A smaller image of an image, for lists; null where it would help nobody, or cannot be made: the image goes out without it. */
export async function thumbnailOf(file: File): Promise<Uint8Array | null> {
  if (!STILL.test(file.type) || file.size < WORTH_IT || typeof createImageBitmap === "undefined") return null;
  try {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    const context = canvas.getContext("2d");
    if (!context) return null;
    // What is transparent would be black.
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, THUMBNAIL_TYPE, QUALITY));
    return blob && blob.size < file.size / 2 ? new Uint8Array(await blob.arrayBuffer()) : null;
  } catch {
    return null;
  }
}
