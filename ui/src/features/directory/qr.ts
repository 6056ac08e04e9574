import type { QrCode } from "@/bindings";

/** Light modules that must be around a code (ISO/IEC 18004, 9.1). */
export const QUIET = 4;

/** Modules of a side, with the light ones around it. */
export function sideOf({ rows }: QrCode): number {
  return rows.length + 2 * QUIET;
}

/** The dark modules as runs, from the upper left corner of the quiet zone. */
export function runsOf({ rows }: QrCode): { x: number; y: number; length: number }[] {
  return rows.flatMap((row, y) => Array.from(row.matchAll(/1+/g), (run) => ({ x: QUIET + run.index, y: QUIET + y, length: run[0].length })));
}

/** The dark modules as the path of an SVG, a module to the unit. */
export function pathOf(code: QrCode): string {
  return runsOf(code).map(({ x, y, length }) => `M${x} ${y}h${length}v1h-${length}z`).join("");
}

/** An SVG file of the code. */
export function svgOf(code: QrCode): string {
  const side = sideOf(code);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${pathOf(code)}"/></svg>\n`;
}

/** Pixels of a module in a picture: a code of 60 modules has some 800. */
const SCALE = 12;

/** A PNG file of the code. Null if the page cannot draw. */
export async function pngOf(code: QrCode): Promise<Uint8Array<ArrayBuffer> | null> {
  const side = sideOf(code) * SCALE;
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.fillStyle = "white";
  context.fillRect(0, 0, side, side);
  context.fillStyle = "black";
  for (const { x, y, length } of runsOf(code)) context.fillRect(x * SCALE, y * SCALE, length * SCALE, SCALE);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  return blob && new Uint8Array(await blob.arrayBuffer());
}
