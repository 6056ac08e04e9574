// First, so that the styles of components come after it.
import "./styles/base.css";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { createAppRouter } from "./app/router";
import { NoHost } from "./app/Waiting";
import { createApi } from "./lib/api";
import { applySettings } from "./lib/preferences";
import { createQueryClient } from "./lib/query";
import { detectPlatform } from "./platform";

// Until the core says what was chosen, the system decides.
applySettings({ theme: "system", language: "system" })();

const platform = detectPlatform();
const container = document.getElementById("root");
if (!container) throw new Error("index.html has no #root");

createRoot(container).render(
  <StrictMode>
    {platform ? (
      <App api={createApi(platform)} router={createAppRouter()} queryClient={createQueryClient()} />
    ) : (
      <I18nProvider i18n={i18n}><NoHost /></I18nProvider>
    )}
  </StrictMode>,
);
