import { defineConfig } from "@lingui/cli";
import { formatter } from "@lingui/format-po";

// One catalog a feature, so that two people can add strings without meeting in one file.
export default defineConfig({
  sourceLocale: "en",
  locales: ["en", "zh-CN"],
  fallbackLocales: {},
  catalogs: [
    {
      path: "src/features/{name}/locales/{locale}",
      include: ["src/features/{name}"],
      exclude: ["**/*.test.*"],
    },
    {
      path: "src/locales/{locale}",
      include: ["src/app", "src/components", "src/lib"],
      exclude: ["**/*.test.*"],
    },
  ],
  format: formatter({ lineNumbers: false, printPlaceholdersInComments: false }),
  orderBy: "message",
});
