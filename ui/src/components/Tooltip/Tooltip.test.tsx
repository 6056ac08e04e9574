import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { Tooltip } from "./Tooltip";

it("is there for the keyboard as for the pointer", async () => {
  render(<Tooltip content="Chen Siyuan, Lin Jianing"><button type="button">Agree 2</button></Tooltip>);
  expect(screen.queryByText("Chen Siyuan, Lin Jianing")).not.toBeInTheDocument();
  await userEvent.tab();
  expect(await screen.findByText("Chen Siyuan, Lin Jianing")).toBeInTheDocument();
});
