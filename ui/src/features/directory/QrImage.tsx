import type { QrCode } from "@/bindings";
import styles from "./QrDialog.module.css";
import { pathOf, sideOf } from "./qr";

/** A QR code, dark on light in every theme: readers look for that. */
export function QrImage({ code, label }: { code: QrCode; label: string }) {
  const side = sideOf(code);
  return (
    <svg className={styles.code} viewBox={`0 0 ${side} ${side}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path className={styles.light} d={`M0 0h${side}v${side}H0z`} />
      <path className={styles.dark} d={pathOf(code)} />
    </svg>
  );
}
