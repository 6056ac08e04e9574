import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Ellipsis } from "lucide-react";
import { expect, it, vi } from "vitest";
import { Menu } from "./Menu";

it("opens and selects with the keyboard alone", async () => {
  const onSelect = vi.fn();
  render(<Menu icon={Ellipsis} label="More" entries={[{ label: "Copy", onSelect: () => undefined }, { label: "Delete", onSelect }]} />);
  await userEvent.tab();
  await userEvent.keyboard("{Enter}");
  expect(await screen.findByRole("menuitem", { name: "Copy" })).toBeVisible();
  await userEvent.keyboard("{ArrowDown}{Enter}");
  expect(onSelect).toHaveBeenCalledOnce();
});
