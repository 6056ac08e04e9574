import { useApi } from "@/lib/api";
import { useShortcuts } from "@/lib/shortcuts";
import { nextZoom } from "@/lib/zoom";
import { useSettings } from "./useSettings";

/** The keys that zoom the window; a browser has its own. */
export function Zoom() {
  return useApi().desktop ? <Keys /> : null;
}

function Keys() {
  const { settings, save } = useSettings();
  const zoom = (to: number) => {
    if (to !== settings.window.zoom) save({ window: { ...settings.window, zoom: to } });
  };
  const larger = () => zoom(nextZoom(settings.window.zoom, 1));
  useShortcuts([
    { mod: true, key: "=", run: larger },
    { mod: true, key: "+", run: larger },
    { mod: true, shift: true, key: "+", run: larger },
    { mod: true, key: "-", run: () => zoom(nextZoom(settings.window.zoom, -1)) },
    { mod: true, key: "0", run: () => zoom(100) },
  ]);
  return null;
}
