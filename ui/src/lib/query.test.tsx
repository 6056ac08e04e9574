import { QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Platform } from "@/platform/types";
import { renderWithI18n } from "@/testing/render";
import { ApiProvider, createApi } from "./api";
import { createQueryClient, useAction } from "./query";

it("runs once what is asked for again while it is under way, and again afterwards", async () => {
  const asked: unknown[] = [];
  let answer = () => {};
  const platform: Partial<Platform> = {
    invoke: (_command, input) => {
      asked.push(input);
      return new Promise((resolve) => { answer = () => resolve(null); });
    },
  };
  function Favourite() {
    const set = useAction("favourite_set");
    return (["p-1", "p-2"] as const).map((id) => <button key={id} onClick={() => set.run({ practitioner_id: id, favourite: true })}>{id}</button>);
  }
  renderWithI18n(<QueryClientProvider client={createQueryClient()}><ApiProvider api={createApi(platform as Platform)}><Favourite /></ApiProvider></QueryClientProvider>);
  const button = screen.getByRole("button", { name: "p-1" });
  fireEvent.click(button);
  fireEvent.click(button);
  await waitFor(() => expect(asked).toHaveLength(1));
  answer();
  await waitFor(() => {
    fireEvent.click(button);
    expect(asked).toHaveLength(2);
  });
  fireEvent.click(screen.getByRole("button", { name: "p-2" }));
  await waitFor(() => expect(asked).toEqual([{ practitioner_id: "p-1", favourite: true }, { practitioner_id: "p-1", favourite: true }, { practitioner_id: "p-2", favourite: true }]));
});
