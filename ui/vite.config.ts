import { fileURLToPath } from "node:url";
import { lingui } from "@lingui/vite-plugin";
import babel from "@rolldown/plugin-babel";
import react, { reactCompilerPreset } from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [
    // Macros first: the compiler must see plain calls, not tagged templates.
    lingui({ macroTransform: true, failOnCompileError: true }),
    react(),
    babel({ presets: [reactCompilerPreset()] }),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // Tauri's custom protocol and the development host both serve from the root of an origin of their own.
  base: "/",
  clearScreen: false,
  server: { port: 5173, strictPort: true },
  build: {
    // WebKitGTK 2.40 (Debian 12) and WebView2 evergreen.
    target: ["es2022", "safari16.4"],
    // A data: URL would need `font-src data:` and `img-src data:` in the content security policy.
    assetsInlineLimit: 0,
    sourcemap: false,
    // Read from disk, at once: splitting would only add round trips.
    chunkSizeWarningLimit: 900,
    // The preload helper is an inline script's work in old engines; module scripts load their imports themselves.
    modulePreload: { polyfill: false },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing/setup.ts"],
    css: { modules: { classNameStrategy: "non-scoped" } },
    restoreMocks: true,
    testTimeout: 30_000,
  },
});
