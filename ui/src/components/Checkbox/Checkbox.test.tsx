import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Checkbox } from "./Checkbox";

it("is toggled by its words and by the space key", async () => {
  const onChecked = vi.fn();
  render(<Checkbox checked={false} onChecked={onChecked} count="9">Cardiology</Checkbox>);
  await userEvent.click(screen.getByText("Cardiology"));
  screen.getByRole("checkbox", { name: /Cardiology/ }).focus();
  await userEvent.keyboard(" ");
  expect(onChecked).toHaveBeenCalledTimes(2);
  expect(onChecked.mock.calls[0]?.[0]).toBe(true);
});
