import { expect, it } from "vitest";
import { destination, pageOf, pieces } from "./links";

it("finds addresses in a text and leaves the punctuation", () => {
  expect(pieces("见 https://guide.example/ecmo?b=1。然后 matrix:u/chen:jz.example，(http://a.example/).")).toEqual([
    { kind: "text", text: "见 " },
    { kind: "page", text: "https://guide.example/ecmo?b=1", href: "https://guide.example/ecmo?b=1" },
    { kind: "text", text: "。然后 " },
    { kind: "account", text: "matrix:u/chen:jz.example" },
    { kind: "text", text: "，(" },
    { kind: "page", text: "http://a.example/", href: "http://a.example/" },
    { kind: "text", text: ")." },
  ]);
  expect(pieces("See https://a.example.")).toEqual([
    { kind: "text", text: "See " },
    { kind: "page", text: "https://a.example", href: "https://a.example/" },
    { kind: "text", text: "." },
  ]);
});

it("opens nothing but pages and mail", () => {
  for (const address of ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "https://jzfy.example@evil.example/", "https://", "x"]) expect(pageOf(address)).toBeNull();
  expect(pieces("https://jzfy.example@evil.example/ javascript:alert(1)")).toEqual([{ kind: "text", text: "https://jzfy.example@evil.example/" }, { kind: "text", text: " javascript:alert(1)" }]);
});

it("says where a link leads that names something else", () => {
  expect(destination("https://evil.example/login", "https://jzfy.example")).toBe("evil.example");
  expect(destination("https://guide.example/", "guide.example")).toBeNull();
  expect(destination("mailto:lin@jz.example", "Lin")).toBe("lin@jz.example");
  expect(destination("https://xn--pple-43d.example/", "аpple.example")).toBe("xn--pple-43d.example");
});
