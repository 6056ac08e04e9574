import assert from "node:assert/strict";
import { crc32, deflateSync } from "node:zlib";
import { suite, test } from "node:test";
import { Desk } from "../harness/desk.ts";
import { directoryIsWhole, field, messages, openChat, writeTo } from "../harness/steps.ts";
import { suiteServers } from "../harness/suite.ts";

const WIDTH = 48;
const HEIGHT = 32;

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const ends = [Buffer.alloc(4), Buffer.alloc(4)] as const;
  ends[0].writeUInt32BE(data.length);
  ends[1].writeUInt32BE(crc32(body));
  return Buffer.concat([ends[0], body, ends[1]]);
}

/** A picture that says in its file who it is of. */
function angiogram(secret: string): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const pixels = Buffer.from(Array.from({ length: HEIGHT }, (_, y) => [0, ...Array.from({ length: WIDTH }, (_each, x) => (x * y) % 256)]).flat());
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk("IHDR", header), chunk("tEXt", Buffer.from(`Comment\0${secret}`)), chunk("IDAT", deflateSync(pixels)), chunk("IEND", Buffer.alloc(0))]);
}

suite("files between two browsers", () => {
  const servers = suiteServers();

  test("an image and a file are attached, seen, enlarged and saved by the other doctor, and recalled", async (t) => {
    const lin = await Desk.open(t, servers, { as: servers.account("Lin Jianing") });
    const chen = await Desk.open(t, servers, { as: servers.account("Chen Siyuan") });
    await directoryIsWhole(lin.page);
    await directoryIsWhole(chen.page);
    const mark = Date.now().toString(36);
    const report = Buffer.from(`%PDF-1.7 report ${mark}`);
    await writeTo(lin.page, "chensiyuan", "Chen Siyuan");
    await lin.page.getByTestId("attach").setInputFiles([
      { name: `angio-${mark}.png`, mimeType: "image/png", buffer: angiogram(`ward 12 ${mark}`) },
      { name: `report-${mark}.pdf`, mimeType: "application/pdf", buffer: report },
    ]);
    await lin.page.getByRole("list", { name: "Attached" }).getByText(`report-${mark}.pdf`).waitFor();
    await field(lin.page, "Chen Siyuan").fill(`Before PCI (${mark})`);
    await field(lin.page, "Chen Siyuan").press("Enter");
    await messages(lin.page).getByRole("img", { name: `Before PCI (${mark})` }).waitFor();

    await openChat(chen.page, "Lin Jianing");
    const accept = chen.page.getByRole("button", { name: "Accept" });
    await accept.or(field(chen.page, "Lin Jianing")).first().waitFor();
    if (await accept.isVisible()) await accept.click();
    const image = messages(chen.page).getByRole("img", { name: `Before PCI (${mark})` });
    await image.waitFor();
    assert.deepEqual(await image.evaluate((node) => [(node as HTMLImageElement).naturalWidth, (node as HTMLImageElement).naturalHeight]), [WIDTH, HEIGHT]);

    await image.click();
    const viewer = chen.page.getByRole("dialog");
    await viewer.getByRole("img", { name: `Before PCI (${mark})` }).waitFor();
    await chen.page.keyboard.press("+");
    await viewer.getByText("150%").waitFor();
    const [saved] = await Promise.all([chen.page.waitForEvent("download"), viewer.getByRole("button", { name: "Save image" }).click()]);
    assert.equal(saved.suggestedFilename(), `angio-${mark}.png`);
    const bytes = await saved.createReadStream().then(async (stream) => Buffer.concat(await stream.toArray() as Buffer[]));
    assert.deepEqual(bytes.subarray(0, 8), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
    assert.ok(!bytes.includes(`ward 12 ${mark}`), "what the file said beside its picture is gone");
    await chen.page.keyboard.press("Escape");
    await viewer.waitFor({ state: "detached" });

    const [file] = await Promise.all([chen.page.waitForEvent("download"), messages(chen.page).getByRole("button", { name: `Save report-${mark}.pdf` }).click()]);
    assert.deepEqual(await file.createReadStream().then(async (stream) => Buffer.concat(await stream.toArray() as Buffer[])), report);

    const own = messages(lin.page).getByRole("article").filter({ hasText: `Before PCI (${mark})` });
    await messages(lin.page).getByText(/ (Sent|Read)$/).last().waitFor();
    await own.click({ button: "right", position: { x: 2, y: 2 } });
    await lin.page.getByRole("menuitem", { name: "Recall" }).click();
    await lin.page.getByRole("dialog").getByRole("button", { name: "Recall" }).click();
    await image.waitFor({ state: "detached" });
  });

  test("a pasted image goes out by itself", async (t) => {
    const lin = await Desk.open(t, servers, { as: servers.account("Lin Jianing") });
    await directoryIsWhole(lin.page);
    await writeTo(lin.page, "chensiyuan", "Chen Siyuan");
    const name = `pasted-${Date.now().toString(36)}.png`;
    await lin.page.evaluate(([of, base64]) => {
      const bytes = Uint8Array.from(atob(base64 ?? ""), (each) => each.charCodeAt(0));
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([bytes], of ?? "", { type: "image/png" }));
      document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData }));
    }, [name, angiogram("nobody").toString("base64")]);
    await lin.page.getByRole("list", { name: "Attached" }).getByText(name).waitFor();
    await field(lin.page, "Chen Siyuan").press("Enter");
    await messages(lin.page).getByRole("img", { name }).waitFor();
    await messages(lin.page).getByText(/ (Sent|Read)$/).last().waitFor();
  });
});
