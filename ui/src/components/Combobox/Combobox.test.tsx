import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it, vi } from "vitest";
import { renderWithI18n } from "@/testing/render";
import { Combobox, type Suggestion } from "./Combobox";

const HOSPITALS: Suggestion[] = [
  { id: "o1", text: "Jiangzhou University First Hospital", detail: "Jiangzhou" },
  { id: "o2", text: "Jiangzhou Third People’s Hospital" },
];

function Hospital({ onPick, begun = "" }: { onPick: (hit: Suggestion) => void; begun?: string }) {
  const [text, setText] = useState(begun);
  return (
    <Combobox label="Hospital" text={text} onText={setText} suggestions={text ? HOSPITALS : []}
      onPick={(hit) => { setText(hit.text); onPick(hit); }} />
  );
}

it("picks with the keyboard and then shows what was picked", async () => {
  const onPick = vi.fn();
  renderWithI18n(<Hospital onPick={onPick} />);
  const input = screen.getByRole("combobox", { name: "Hospital" });
  await userEvent.type(input, "jiang");
  expect(await screen.findAllByRole("option")).toHaveLength(2);
  await userEvent.keyboard("{ArrowDown}{Enter}");
  expect(onPick).toHaveBeenCalledExactlyOnceWith(HOSPITALS[1]);
  expect(input).toHaveValue("Jiangzhou Third People’s Hospital");
});

it("takes the first with Enter alone, and leaves the form unsent", async () => {
  const onSubmit = vi.fn();
  renderWithI18n(<form onSubmit={onSubmit}><Hospital onPick={() => undefined} /></form>);
  const input = screen.getByRole("combobox", { name: "Hospital" });
  await userEvent.type(input, "jiang");
  await screen.findAllByRole("option");
  await userEvent.keyboard("{Enter}");
  expect(input).toHaveValue("Jiangzhou University First Hospital");
  expect(onSubmit).not.toHaveBeenCalled();
});

it("shows its list on a click into what was typed before, and none where there is nothing to show", async () => {
  const { unmount } = renderWithI18n(<Hospital onPick={() => undefined} begun="jiang" />);
  await userEvent.click(screen.getByRole("combobox", { name: "Hospital" }));
  expect(await screen.findAllByRole("option")).toHaveLength(2);
  unmount();
  renderWithI18n(<Hospital onPick={() => undefined} />);
  const input = screen.getByRole("combobox", { name: "Hospital" });
  await userEvent.click(input);
  expect(input).toHaveAttribute("aria-expanded", "false");
});
