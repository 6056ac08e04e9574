import { expect, it } from "vitest";
import { partlyMasked, telOf } from "./Checks";

it("dials a number as it is written, with its extension", () => {
  expect(telOf("0591-555-0120")).toBe("tel:05915550120");
  expect(telOf("+86 591 555 0120 ext. 17")).toBe("tel:+865915550120;ext=17");
  expect(telOf("0591-555-0120转6217")).toBe("tel:05915550120;ext=6217");
});

it("hides the middle of a licence number, and leaves one that is hidden already", () => {
  expect(partlyMasked("990410000004417")).toBe("99041••••••4417");
  expect(partlyMasked("•••••••••••4417")).toBe("•••••••••••4417");
});
