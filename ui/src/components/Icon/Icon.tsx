import type { LucideIcon } from "lucide-react";

export type IconSize = 12 | 14 | 16 | 20 | 24;

/** Strokes grow thinner as icons grow, so that all look of one weight beside text. */
const STROKE: Record<IconSize, number> = { 12: 2.25, 14: 2, 16: 1.9, 20: 1.75, 24: 1.6 };

/** An ornament beside words: hidden from assistive technology, which gets the words. */
export function Icon({ icon: Shape, size = 16, className }: { icon: LucideIcon; size?: IconSize; className?: string | undefined }) {
  return <Shape size={size} strokeWidth={STROKE[size]} aria-hidden focusable={false} className={className} />;
}
