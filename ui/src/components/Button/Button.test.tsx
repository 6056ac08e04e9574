import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Button, IconButton } from "./Button";
import { Star } from "lucide-react";

it("does its work once while busy, and keeps the focus", async () => {
  const onClick = vi.fn();
  const { rerender } = render(<Button onClick={onClick}>Send</Button>);
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  rerender(<Button busy onClick={onClick}>Send</Button>);
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  expect(onClick).toHaveBeenCalledTimes(1);
  expect(screen.getByRole("button")).toHaveFocus();
  expect(screen.getByRole("button")).toHaveAttribute("aria-busy", "true");
});

it("does not submit a form again while busy", async () => {
  const onSubmit = vi.fn((event: { preventDefault: () => void }) => event.preventDefault());
  render(<form onSubmit={onSubmit}><Button type="submit" busy>Send</Button></form>);
  await userEvent.click(screen.getByRole("button"));
  expect(onSubmit).not.toHaveBeenCalled();
});

it("names an icon", () => {
  render(<IconButton icon={Star} label="Favourite" pressed />);
  expect(screen.getByRole("button", { name: "Favourite", pressed: true })).toBeInTheDocument();
});
