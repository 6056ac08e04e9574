import { render } from "@testing-library/react";
import { expect, it } from "vitest";
import { Avatar } from "./Avatar";

it("shows the surname and stays silent, because the name stands beside it", () => {
  const { container } = render(<Avatar name="欧阳静" accountId="@ouyang.jing:example.org" />);
  expect(container.textContent).toBe("欧阳");
  expect(container.firstElementChild).toHaveAttribute("aria-hidden", "true");
});

it("keeps one colour an account, whatever the script of the name", () => {
  const { container } = render(
    <>
      <Avatar name="张伟" accountId="@zhang.wei:example.org" />
      <Avatar name="Zhang Wei" accountId="@zhang.wei:example.org" />
    </>,
  );
  const hues = [...container.children].map((node) => node.getAttribute("data-hue"));
  expect(hues[0]).toBe(hues[1]);
});
