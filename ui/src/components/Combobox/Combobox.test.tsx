import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
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

describe("an Enter before the answer", () => {
  const LEADS: Suggestion = { id: "hand", text: "Not listed? Enter manually", leads: true };
  function Asking({ onPick, found = [LEADS], settled = false }: { onPick: (hit: Suggestion) => void; found?: readonly Suggestion[]; settled?: boolean }) {
    const [text, setText] = useState("");
    return (
      <form onSubmit={() => { throw new Error("sent"); }}>
        <Combobox label="Hospital" text={text} onText={setText} suggestions={text ? found : []} settled={settled}
          onPick={(hit) => { setText(hit.text); onPick(hit); }} />
      </form>
    );
  }
  const typed = async () => {
    await userEvent.type(screen.getByRole("combobox", { name: "Hospital" }), "jiang");
    await screen.findAllByRole("option");
    await userEvent.keyboard("{ArrowDown}{Enter}");
  };

  it("takes the first of what is found, once", async () => {
    const onPick = vi.fn();
    const { rerender } = renderWithI18n(<Asking onPick={onPick} />);
    await typed();
    expect(onPick).not.toHaveBeenCalled();
    rerender(<Asking onPick={onPick} found={[...HOSPITALS, LEADS]} settled />);
    await waitFor(() => expect(onPick).toHaveBeenCalledExactlyOnceWith(HOSPITALS[0]));
    expect(screen.getByRole("combobox")).toHaveValue("Jiangzhou University First Hospital");
    await waitFor(() => expect(screen.queryAllByRole("option")).toEqual([]));
  });

  it("does not lead elsewhere when nothing is found", async () => {
    const onPick = vi.fn();
    const { rerender } = renderWithI18n(<Asking onPick={onPick} />);
    await typed();
    rerender(<Asking onPick={onPick} settled />);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(onPick).not.toHaveBeenCalled();
    await userEvent.keyboard("{Enter}");
    expect(onPick).toHaveBeenCalledExactlyOnceWith(LEADS);
  });

  it("is given up by typing on", async () => {
    const onPick = vi.fn();
    const { rerender } = renderWithI18n(<Asking onPick={onPick} />);
    await typed();
    await userEvent.keyboard("z");
    rerender(<Asking onPick={onPick} found={[...HOSPITALS, LEADS]} settled />);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(onPick).not.toHaveBeenCalled();
  });
});
