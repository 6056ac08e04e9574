import { expect, it } from "vitest";
import { partlyMasked } from "./Checks";

it("hides the middle of a licence number, and leaves one that is hidden already", () => {
  expect(partlyMasked("990410000004417")).toBe("99041••••••4417");
  expect(partlyMasked("•••••••••••4417")).toBe("•••••••••••4417");
});
