import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { SegmentedControl } from "./SegmentedControl";

function Decision() {
  const [value, setValue] = useState<"approve" | "reject">("approve");
  return <SegmentedControl label="Decision" value={value} onValue={setValue} choices={[{ value: "approve", label: "Approve" }, { value: "reject", label: "Reject" }]} />;
}

it("moves with the arrow keys and says what is chosen", async () => {
  render(<Decision />);
  await userEvent.tab();
  expect(screen.getByRole("radio", { name: "Approve" })).toBeChecked();
  await userEvent.keyboard("{ArrowRight}");
  expect(screen.getByRole("radio", { name: "Reject" })).toBeChecked();
});
