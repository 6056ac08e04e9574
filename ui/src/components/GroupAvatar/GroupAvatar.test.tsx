import { render } from "@testing-library/react";
import { expect, it } from "vitest";
import { hueOf } from "@/lib/names";
import { GroupAvatar } from "./GroupAvatar";

it("shows one character of up to four members, and stays silent", () => {
  const faces = ["陈思远", "张伟", "Hannah Weiss", "欧阳静", "王雪梅"].map((name, at) => ({ name, accountId: `p-${at}` }));
  const { container } = render(<GroupAvatar faces={faces} />);
  expect(container.textContent).toBe("陈张H欧");
  expect(container.firstElementChild).toHaveAttribute("aria-hidden", "true");
  expect(container.querySelector("[data-hue]")).toHaveAttribute("data-hue", String(hueOf("p-0")));
});

it("has four places, whoever is there", () => {
  const { container } = render(<GroupAvatar faces={[{ name: "林嘉宁", accountId: "p-0" }]} />);
  expect(container.firstElementChild?.children).toHaveLength(4);
  expect(container.textContent).toBe("林");
});
