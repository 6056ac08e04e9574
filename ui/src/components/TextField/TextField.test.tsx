import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { renderWithI18n } from "@/testing/render";
import { TextField } from "./TextField";

function Password({ error }: { error?: string }) {
  const [value, setValue] = useState("");
  return <TextField label="Password" type="password" value={value} onValue={setValue} error={error} help="12 characters or more" />;
}

it("ties label, help and error to the input", () => {
  renderWithI18n(<Password error="Required." />);
  const input = screen.getByLabelText("Password");
  expect(input).toBeInvalid();
  expect(input).toHaveAccessibleDescription("Required.");
  expect(screen.getByRole("alert")).toHaveTextContent("Required.");
});

it("shows a password only while asked to, and keeps what was typed", async () => {
  renderWithI18n(<Password />);
  const input = screen.getByLabelText("Password");
  await userEvent.type(input, "correct horse");
  expect(input).toHaveAttribute("type", "password");
  await userEvent.click(screen.getByRole("button", { name: "Show password" }));
  expect(input).toHaveAttribute("type", "text");
  expect(input).toHaveValue("correct horse");
});
