// Images and files in conversations, for screenshots.ts.
import type { Page } from "playwright-core";
import { withAttachments } from "../../src/testing/attachments.ts";
import type { FakeCore } from "../../src/testing/fake-core.ts";
import { type Shot, hash } from "./shot.ts";

const open = async (page: Page, id: string) => {
  await hash(page, `#/chats/${encodeURIComponent(`!${id}:jz.example`)}`);
  await page.getByRole("log").waitFor();
};
const image = (page: Page) => page.getByRole("log").locator("button > img");
const picture = async (page: Page, width: number, height: number, hue: number) =>
  Buffer.from(await page.evaluate(([w, h, of]) => {
    const canvas = document.createElement("canvas");
    canvas.width = w as number;
    canvas.height = h as number;
    const pen = canvas.getContext("2d");
    if (!pen) return "";
    pen.fillStyle = `hsl(${of} 30% 20%)`;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = `hsl(${of} 60% 60%)`;
    pen.fillRect(canvas.width / 4, canvas.height / 4, canvas.width / 2, canvas.height / 2);
    return canvas.toDataURL("image/png").split(",")[1] ?? "";
  }, [width, height, hue]), "base64");

async function attach(page: Page): Promise<void> {
  await page.getByTestId("attach").setInputFiles([
    { name: "床旁超声 14-00.png", mimeType: "image/png", buffer: await picture(page, 640, 480, 200) },
    { name: "lab-results-of-the-last-two-days-final.xlsx", mimeType: "", buffer: Buffer.alloc(86_000) },
    { name: "angiogram.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(3_100_000) },
    { name: "empty.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) },
  ]);
  await page.locator("form li").nth(3).waitFor();
  await page.getByRole("textbox").last().fill("14:00 复查：分流束宽 12 mm，乳酸 2.3");
}

const limited = (core: FakeCore) => {
  withAttachments(core);
  core.attachmentLimit = 2_000_000;
};

export const ATTACHMENT_SHOTS: Shot[] = [
  {
    name: "files",
    core: withAttachments,
    go: async (page) => {
      await open(page, "coronary");
      await page.getByRole("button", { name: /^(Group details|群详情)$/ }).click();
      await image(page).last().waitFor();
      await page.mouse.move(640, 40);
    },
  },
  {
    name: "files-above",
    core: withAttachments,
    go: async (page) => {
      await open(page, "coronary");
      await page.getByRole("log").getByText(/Mechanical complications/).scrollIntoViewIfNeeded();
      await page.waitForTimeout(300);
      await page.getByRole("log").getByText(/Mechanical complications/).scrollIntoViewIfNeeded();
    },
  },
  {
    name: "files-offline-narrow",
    width: 820,
    height: 640,
    core: (core) => {
      withAttachments(core);
      core.connection = { ...core.connection, link: "offline" };
    },
    go: async (page) => {
      await open(page, "coronary");
      await image(page).last().waitFor();
    },
  },
  {
    name: "files-attach",
    core: limited,
    go: async (page) => {
      await open(page, "coronary");
      await attach(page);
    },
  },
  {
    name: "files-drop",
    core: withAttachments,
    go: async (page) => {
      await open(page, "coronary");
      await page.evaluate(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["x"], "echo.png", { type: "image/png" }));
        document.body.dispatchEvent(new DragEvent("dragenter", { bubbles: true, dataTransfer }));
      });
    },
  },
  {
    name: "files-viewer",
    core: withAttachments,
    go: async (page) => {
      await open(page, "coronary");
      await image(page).nth(1).click();
      await page.getByRole("dialog").locator("img").waitFor();
      await page.keyboard.press("+");
    },
  },
  {
    name: "files-failed",
    core: withAttachments,
    go: async (page) => {
      // No image.
      await page.route("**/media/message/**", (route) => route.fulfill({ contentType: "application/octet-stream", body: "x" }));
      await open(page, "coronary");
      await page.locator("[role=log] [role=status] button").first().waitFor();
    },
  },
];
