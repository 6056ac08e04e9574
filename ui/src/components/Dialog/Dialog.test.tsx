import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { renderWithI18n } from "@/testing/render";
import { ConfirmDialog } from "./Dialog";

it("says what it asks, acts on its verb, and closes on Escape", async () => {
  const onConfirm = vi.fn();
  const onClose = vi.fn();
  renderWithI18n(
    <ConfirmDialog open onClose={onClose} onConfirm={onConfirm} title="Sign out?" confirm="Sign out" danger>Everything local is removed.</ConfirmDialog>,
  );
  expect(await screen.findByRole("dialog", { name: "Sign out?" })).toHaveAccessibleDescription("Everything local is removed.");
  await userEvent.click(screen.getByRole("button", { name: "Sign out" }));
  expect(onConfirm).toHaveBeenCalledOnce();
  await userEvent.keyboard("{Escape}");
  expect(onClose).toHaveBeenCalledOnce();
});
