/** Percents of the window's zoom. */
export const ZOOMS: readonly number[] = [50, 67, 80, 90, 100, 110, 125, 150, 175, 200];

/** The next step up or down; the same at either end. */
export function nextZoom(zoom: number, direction: 1 | -1): number {
  const steps = direction > 0 ? ZOOMS : ZOOMS.toReversed();
  return steps.find((each) => (each - zoom) * direction > 0) ?? zoom;
}
