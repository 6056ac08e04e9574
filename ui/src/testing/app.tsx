import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { App } from "@/app/App";
import { createAppRouter } from "@/app/router";
import { createApi } from "@/lib/api";
import { createQueryClient } from "@/lib/query";
import type { FakeCore } from "./fake-core";

/** The whole window over a fake core, opened at a path. */
export function openApp(core: FakeCore, path = "/") {
  const router = createAppRouter(createMemoryHistory({ initialEntries: [path] }));
  const view = render(<App api={createApi(core)} router={router} queryClient={createQueryClient()} />);
  return { ...view, router };
}
