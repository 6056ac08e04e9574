import { render } from "@testing-library/react";
import { expect, it } from "vitest";
import { Highlight } from "./Highlight";

it("marks ranges in any order, and loses no letter to ranges that overlap or overrun", () => {
  const { container } = render(<Highlight text="Zhang Wei" ranges={[[6, 40], [0, 5], [3, 7]]} />);
  expect(container.textContent).toBe("Zhang Wei");
  expect([...container.querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual(["Zhang", "Wei"]);
});
