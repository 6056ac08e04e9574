import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { Block, Run } from "@/bindings";
import { renderWithI18n } from "@/testing/render";
import { MessageText } from "./MessageText";

vi.mock("@/lib/api", () => ({ useApi: () => ({}), useLatest: () => ({ value: undefined }) }));
vi.mock("@/app/state", () => ({ useAppState: () => ({ session: undefined }) }));
vi.mock("@tanstack/react-router", () => ({ useNavigate: () => () => undefined }));

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom(
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "https://a.example/\u202Egpj.exe", "https://user@evil.example", "http://[", "matrix:u/", "https://", "\u0000",
    "Z\u0351\u0351\u0351\u0351", "https://a.example/%", "https://a.example/".repeat(200),
  ),
);
const run: fc.Arbitrary<Run> = fc.record({
  text: hostile, strong: fc.boolean(), emphasis: fc.boolean(), code: fc.boolean(),
  link: fc.option(fc.oneof(hostile, fc.constantFrom("https://guide.example/a", "mailto:lin@jz.example", "http://old.example/", "data:text/html,x", "mailto:%E0%A4%A"))),
  mention: fc.option(fc.oneof(hostile, fc.constantFrom("@lin:jz.example", "!forum:jz.example", "@")), { freq: 4 }),
});
const { block } = fc.letrec<{ block: Block }>((tie) => ({
  block: fc.oneof(
    { depthSize: "small" },
    fc.record({ kind: fc.constant("paragraph" as const), runs: fc.array(run, { maxLength: 4 }) }),
    fc.record({ kind: fc.constant("code" as const), text: hostile }),
    fc.record({ kind: fc.constant("quote" as const), blocks: fc.array(tie("block"), { maxLength: 2 }) }),
    fc.record({ kind: fc.constant("list" as const), start: fc.option(fc.nat()), items: fc.array(fc.array(tie("block"), { maxLength: 2 }), { maxLength: 3 }) }),
  ),
}));

const DRAWN = new Set(["DIV", "P", "UL", "OL", "LI", "PRE", "CODE", "BLOCKQUOTE", "STRONG", "EM", "A", "BUTTON", "SMALL", "SPAN"]);

it("draws text and nothing else, whatever comes", () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 4 }), hostile, (blocks, text) => {
      const view = renderWithI18n(<MessageText text={text} formatted={blocks.length > 0 ? blocks : null} />);
      for (const element of view.container.querySelectorAll("*")) {
        expect(DRAWN).toContain(element.tagName);
        expect(element.getAttributeNames().filter((name) => name.startsWith("on") || name === "style" || name === "src")).toEqual([]);
      }
      for (const link of view.container.querySelectorAll("a")) {
        expect(["https:", "mailto:"]).toContain(link.protocol);
        expect(link.username).toBe("");
        expect(link.title).toBe(link.getAttribute("href"));
      }
      view.unmount();
    }),
    { numRuns: 150 },
  );
});

it("leaves two of many empty lines", () => {
  const shown = (text: string, formatted: Block[] | null = null) => renderWithI18n(<MessageText text={text} formatted={formatted} />).container.textContent;
  expect(shown(`first${"\n \n".repeat(60)}last`)).toBe("first\n\n\nlast");
  expect(shown("first\n\n\nlast\n")).toBe("first\n\n\nlast\n");
  const plain = { strong: false, emphasis: false, code: false, link: null, mention: null };
  expect(shown("", [{ kind: "paragraph", runs: [{ ...plain, text: `first${"\n".repeat(60)}last` }] }])).toBe("first\n\n\nlast");
});
