import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Switch } from "./Switch";

it("is turned by its words, by the mouse and by the keyboard", async () => {
  const change = vi.fn();
  render(<Switch on={false} onChange={change}>Mute notifications</Switch>);
  const control = screen.getByRole("switch", { name: "Mute notifications" });
  expect(control).not.toBeChecked();
  await userEvent.click(screen.getByText("Mute notifications"));
  control.focus();
  await userEvent.keyboard(" ");
  expect(change.mock.calls.map(([on]) => on as boolean)).toEqual([true, true]);
});
