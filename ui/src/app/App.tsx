import { CSPProvider } from "@base-ui/react/csp-provider";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect } from "react";
import type { Settings } from "@/bindings";
import { ToastProvider } from "@/components/Toast/Toast";
import { type Api, ApiProvider } from "@/lib/api";
import { applySettings } from "@/lib/preferences";
import type { createAppRouter } from "./router";
import { StateProvider } from "./state";
import { Starting, Unavailable } from "./Waiting";
import { Zoom } from "./Zoom";

/** Keeps theme and language of the page in step with the settings, which the core keeps. */
function Look({ settings }: { settings: Settings | undefined }) {
  const { theme, language } = settings ?? { theme: "system", language: "system" };
  useEffect(() => applySettings({ theme, language }), [theme, language]);
  return null;
}

export interface AppProps {
  api: Api;
  router: ReturnType<typeof createAppRouter>;
  queryClient: QueryClient;
}

export function App({ api, router, queryClient }: AppProps) {
  return (
    // Base UI would put <style> elements into the page, which the content security policy refuses.
    <CSPProvider disableStyleElements>
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={queryClient}>
          <ApiProvider api={api}>
            <ToastProvider>
              <StateProvider>
                {({ session, settings, problem }) => (
                  <>
                    <Look settings={settings} />
                    <Zoom />
                    {problem && !session ? (
                      <Unavailable error={problem} />
                    ) : !session || !settings || session.state === "starting" ? (
                      <Starting />
                    ) : session.state === "unavailable" ? (
                      <Unavailable error={session.error} />
                    ) : (
                      <RouterProvider router={router} />
                    )}
                  </>
                )}
              </StateProvider>
            </ToastProvider>
          </ApiProvider>
        </QueryClientProvider>
      </I18nProvider>
    </CSPProvider>
  );
}
