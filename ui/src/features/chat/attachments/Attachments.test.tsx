import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openApp } from "@/testing/app";
import { fileOf, imageOf } from "@/testing/attachments";
import { FakeCore, Refused, type Room } from "@/testing/fake-core";
import { boxOf } from "./media";

const CHEN = "/chats/!room12:jz.example";

let core: FakeCore;
let chen: Room;
let urls: Set<string>;

beforeEach(() => {
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  urls = new Set();
  let last = 0;
  URL.createObjectURL = () => {
    last += 1;
    urls.add(`blob:${last}`);
    return `blob:${last}`;
  };
  URL.revokeObjectURL = (url) => void urls.delete(url);
  core = new FakeCore();
  chen = core.room(12);
  chen.items = [core.message(chen, false, "Hold on IABP.", 5)];
});

const png = (name: string, size = 4) => new File([new Uint8Array(size).fill(7)], name, { type: "image/png" });
const pdf = (name: string, size = 4) => new File([new Uint8Array(size).fill(7)], name, { type: "application/pdf" });
const field = () => screen.findByRole("textbox", { name: "Message to Chen Siyuan" });
const tray = () => screen.queryByRole("list", { name: "Attached" });
const log = () => screen.findByRole("log");
const sent = () => core.calls.filter(({ command }) => command === "attachment_send").map(({ input }) => input);
const send = () => screen.getByRole("button", { name: "Send" });

async function attach(...files: File[]): Promise<void> {
  await field();
  await userEvent.upload(screen.getByTestId("attach"), files);
  await screen.findByRole("list", { name: "Attached" });
}

describe("a smaller image", () => {
  const asked: string[] = [];
  beforeEach(() => {
    asked.length = 0;
    core.mediaUrl = (path) => {
      asked.push(path);
      return Promise.resolve({ url: `/media/${path}`, release: () => undefined });
    };
  });

  it("is what a conversation shows, however large the image, which is fetched to be enlarged", async () => {
    const item = core.message(chen, false, imageOf("film.png", 4_000, 3_000, { size: 38_000_000, thumbnail: true }), 1);
    chen.items = [...chen.items, item];
    openApp(core, CHEN);
    const small = await screen.findByRole("button", { name: "Open image: film.png" });
    const of = (kind: string) => `${kind}/${encodeURIComponent(chen.id)}/${encodeURIComponent(item.id)}`;
    expect(asked).toEqual([of("thumbnail")]);
    await userEvent.click(small);
    await waitFor(() => expect(asked).toEqual([of("thumbnail"), of("message")]));
  });

  it("goes out with a large image, and not with a small one, a moving one or a file", async () => {
    const [createImageBitmap, close] = [vi.fn(), vi.fn()];
    createImageBitmap.mockResolvedValue({ width: 4_000, height: 3_000, close });
    vi.stubGlobal("createImageBitmap", createImageBitmap);
    const drawImage = vi.fn();
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue({ drawImage, fillRect: () => undefined } as unknown as CanvasRenderingContext2D);
    vi.spyOn(HTMLCanvasElement.prototype, "toBlob").mockImplementation((done) => done(new Blob([new Uint8Array(90_000)], { type: "image/jpeg" })));
    openApp(core, CHEN);
    const gif = new File([new Uint8Array(420_000).fill(7)], "loop.gif", { type: "image/gif" });
    await attach(png("large.png", 420_000), png("small.png", 4_000), gif, pdf("pathway.pdf", 420_000));
    await userEvent.click(send());
    await waitFor(() => expect(sent()).toHaveLength(4));
    expect(sent().map((each) => (each as { thumbnail_id: string | null }).thumbnail_id !== null)).toEqual([true, false, false, false]);
    expect(drawImage.mock.calls).toEqual([[expect.anything(), 0, 0, 800, 600]]);
    expect(close).toHaveBeenCalledOnce();
    vi.unstubAllGlobals();
  });
});

describe("attaching", () => {
  it("shows what goes out, and sends it in its order with the text as the caption of the first", async () => {
    openApp(core, CHEN);
    await attach(png("echo.png", 420_000), pdf("wrong.pdf"), pdf("pathway.pdf"));
    const items = within(tray() as HTMLElement).getAllByRole("listitem");
    expect(items.map((item) => item.textContent)).toEqual(["echo.png420 kB", "wrong.pdf1 kB", "pathway.pdf1 kB"]);
    expect(items[0]?.querySelector("img")).toHaveAttribute("src", "blob:1");
    await userEvent.click(within(tray() as HTMLElement).getByRole("button", { name: "Remove wrong.pdf" }));
    await userEvent.type(await field(), "12 mm at the apex{Enter}");

    await waitFor(() => expect(sent()).toHaveLength(2));
    const common = { room_id: chen.id, mentions: [], reply_to: null, thread: null };
    expect(sent()).toMatchObject([
      { ...common, name: "echo.png", media_type: "image/png", caption: "12 mm at the apex" },
      { ...common, name: "pathway.pdf", media_type: "application/pdf", caption: "" },
    ]);
    expect(await within(await log()).findByRole("button", { name: "Open image: 12 mm at the apex" })).toBeInTheDocument();
    expect(await within(await log()).findByText("pathway.pdf")).toBeInTheDocument();
    expect(tray()).not.toBeInTheDocument();
    expect(await field()).toHaveValue("");
    await waitFor(() => expect(urls.size).toBe(0));
  });

  it("sends files without a text, by Enter", async () => {
    openApp(core, CHEN);
    expect(await field()).toHaveFocus();
    expect(send()).toBeDisabled();
    await attach(pdf("pathway.pdf"));
    expect(send()).toBeEnabled();
    await userEvent.type(await field(), "{Enter}");
    await waitFor(() => expect(sent()).toMatchObject([{ name: "pathway.pdf", caption: "" }]));
  });

  it("keeps what is attached while one looks at another conversation", async () => {
    core.room(1);
    const { router } = openApp(core, CHEN);
    await attach(png("echo.png"));
    await router.navigate({ to: "/chats/$roomId", params: { roomId: "!room1:jz.example" } });
    await screen.findByRole("textbox", { name: "Message to Zhang Wei" });
    expect(tray()).not.toBeInTheDocument();
    await router.navigate({ to: "/chats/$roomId", params: { roomId: chen.id } });
    expect(await screen.findByRole("list", { name: "Attached" })).toHaveTextContent("echo.png");
  });

  it("takes what is pasted and what is dropped", async () => {
    openApp(core, CHEN);
    const area = await field();
    fireEvent.paste(area, { clipboardData: { files: [png("pasted.png")] } });
    expect(await screen.findByText("pasted.png")).toBeInTheDocument();

    const dataTransfer = { types: ["Files"], files: [pdf("dropped.pdf")] };
    fireEvent.dragEnter(area, { dataTransfer });
    const place = (await screen.findByText("Drop to attach to your message to Chen Siyuan")).parentElement as HTMLElement;
    fireEvent.dragLeave(area, { dataTransfer });
    expect(place).not.toBeInTheDocument();
    fireEvent.dragEnter(area, { dataTransfer });
    fireEvent.drop((await screen.findByText("Drop to attach to your message to Chen Siyuan")).parentElement as HTMLElement, { dataTransfer });
    expect(await screen.findByText("dropped.pdf")).toBeInTheDocument();
    expect(screen.queryByText("Drop to attach to your message to Chen Siyuan")).not.toBeInTheDocument();
    // A text that is dragged is no file.
    fireEvent.dragEnter(area, { dataTransfer: { types: ["text/plain"], files: [] } });
    expect(screen.queryByText("Drop to attach to your message to Chen Siyuan")).not.toBeInTheDocument();
  });
});

describe("what cannot be sent", () => {
  it("is refused with the limit before anything is sent", async () => {
    core.attachmentLimit = 2_000_000;
    openApp(core, CHEN);
    await attach(pdf("film.mp4", 2_000_001), pdf("empty.pdf", 0));
    expect(screen.getByText("Too large: the server takes files of up to 2 MB.")).toHaveAttribute("role", "alert");
    expect(screen.getByText("This file is empty, so there is nothing to send.")).toBeInTheDocument();
    expect(send()).toBeDisabled();
    await userEvent.type(await field(), "a text alone{Enter}");
    await waitFor(() => expect(core.calls.some(({ command }) => command === "message_send")).toBe(true));
    expect(core.uploads.size).toBe(0);
    expect(tray()).toHaveTextContent("film.mp4");
  });

  it("comes back with its reason, and the text into its field", async () => {
    openApp(core, CHEN);
    await attach(new File(["x"], "IMG_2041.heic", { type: "image/heic" }), pdf("pathway.pdf"));
    await userEvent.type(await field(), "look at this{Enter}");
    expect(await screen.findByText(/Hidden data such as place and device could not be removed/)).toBeInTheDocument();
    expect(tray()).toHaveTextContent("IMG_2041.heic");
    expect(tray()).not.toHaveTextContent("pathway.pdf");
    expect(await field()).toHaveValue("look at this");
    expect(sent()).toMatchObject([{ name: "IMG_2041.heic", caption: "look at this" }, { name: "pathway.pdf", caption: "" }]);
  });

  it("says what the core says", async () => {
    core.handlers.attachment_send = () => { throw new Refused("disk_full"); };
    openApp(core, CHEN);
    await attach(pdf("pathway.pdf"));
    await userEvent.type(await field(), "{Enter}");
    expect(await screen.findByText(/The disk is full/)).toBeInTheDocument();
    const folder = pdf("folder");
    folder.arrayBuffer = () => Promise.reject(new Error("a folder"));
    await attach(folder);
    await userEvent.type(await field(), "{Enter}");
    expect(await screen.findByText(/This file cannot be read/)).toBeInTheDocument();
  });
});

describe("images in a conversation", () => {
  const open = async (name: string) => {
    await userEvent.click(await screen.findByRole("button", { name: `Open image: ${name}` }));
    await screen.findByRole("dialog");
  };

  beforeEach(() => {
    const caption = { text: "apical view", formatted: null, edited: false };
    chen.items = [
      core.message(chen, false, imageOf("one.png", 640, 480), 9),
      core.message(chen, false, "between", 8),
      core.message(chen, true, imageOf("two.png", 640, 480, { caption }), 7),
    ];
  });

  it("have their place before they are there, a name, and a way to try again", async () => {
    let answer: () => void = () => undefined;
    const asked: string[] = [];
    core.mediaUrl = (path) => {
      asked.push(path);
      if (asked.length === 1) return new Promise((_, reject) => { answer = () => reject(new Refused("offline")); });
      return Promise.resolve({ url: `/media/${path}`, release: () => undefined });
    };
    chen.items = chen.items.slice(0, 1);
    openApp(core, CHEN);
    const waiting = await screen.findByText("Loading image: one.png");
    expect(waiting.parentElement).toHaveStyle({ width: "320px", height: "240px" });
    answer();
    expect(await screen.findByText(/The server cannot be reached/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Retry" }));
    const image = await screen.findByRole("img", { name: "one.png" });
    expect(asked).toEqual([`message/${encodeURIComponent(chen.id)}/${chen.items[0]?.id}`, `message/${encodeURIComponent(chen.id)}/${chen.items[0]?.id}?again=1`]);
    fireEvent.error(image);
    expect(await screen.findByText("This image cannot be shown.")).toBeInTheDocument();
  });

  it("open over the window, with a way to the others, sizes, and a file", async () => {
    openApp(core, CHEN);
    await open("one.png");
    const viewer = within(screen.getByRole("dialog"));
    const stage = viewer.getByRole("group", { name: /arrows go to the one before/ });
    await waitFor(() => expect(stage).toHaveFocus());
    expect(await viewer.findByRole("img", { name: "one.png" })).toBeInTheDocument();
    expect(viewer.getByRole("button", { name: "Previous image" })).toBeDisabled();
    await userEvent.keyboard("{ArrowRight}");
    expect(await viewer.findByRole("img", { name: "apical view" })).toBeInTheDocument();
    expect(viewer.getByRole("heading", { name: "two.png" })).toBeInTheDocument();
    expect(viewer.getByRole("button", { name: "Next image" })).toBeDisabled();
    await userEvent.keyboard("++");
    expect(viewer.getByText("225%")).toBeInTheDocument();
    // A large one is moved by the arrows.
    await userEvent.keyboard("{ArrowLeft}");
    expect(viewer.getByRole("heading", { name: "two.png" })).toBeInTheDocument();
    await userEvent.keyboard("-0");
    expect(viewer.getByText("100%")).toBeInTheDocument();
    fireEvent.wheel(stage, { deltaY: -100 });
    expect(viewer.getByText("150%")).toBeInTheDocument();
    await userEvent.keyboard("{PageUp}");
    expect(await viewer.findByRole("img", { name: "one.png" })).toBeInTheDocument();
    expect(viewer.getByText("100%")).toBeInTheDocument();
    await userEvent.click(viewer.getByRole("button", { name: "Save image" }));
    expect(core.savedMedia).toEqual([{ path: `message/${encodeURIComponent(chen.id)}/${chen.items[0]?.id}`, name: "one.png" }]);
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  });

  it("open by Enter, and are copied and answered by their caption", async () => {
    openApp(core, CHEN);
    await screen.findByRole("button", { name: "Open image: apical view" });
    const messages = await log();
    act(() => messages.focus());
    await userEvent.keyboard("{ArrowUp}{Enter}");
    expect(await screen.findByRole("heading", { name: "two.png" })).toBeInTheDocument();
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    fireEvent.contextMenu(document.querySelector(`[data-message="${chen.items[2]?.id}"]`) as HTMLElement);
    const menu = await screen.findByRole("menu");
    expect(within(menu).getAllByRole("menuitem").map(({ textContent }) => textContent)).toEqual(expect.arrayContaining(["Open image↵", "Save as…", "ReplyR", "Copy textC", "RecallDel"]));
    expect(within(menu).queryByRole("menuitem", { name: "Edit" })).not.toBeInTheDocument();
  });

  it("are fetched by themselves unless they are large", async () => {
    chen.items = [core.message(chen, false, imageOf("large.png", 9_000, 6_000, { size: 31_000_000 }), 1)];
    openApp(core, CHEN);
    await userEvent.click(await screen.findByRole("button", { name: "Load image (31 MB)" }));
    expect(await screen.findByRole("img", { name: "large.png" })).toBeInTheDocument();
  });

  it("go when they are recalled, and a viewer with them", async () => {
    openApp(core, CHEN);
    await open("one.png");
    act(() => core.change(chen, chen.items[0]?.id ?? "", () => ({ body: { kind: "recalled" } })));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(await screen.findByText("Chen Siyuan recalled a message")).toBeInTheDocument();
  });
});

describe("files in a conversation", () => {
  it("say how far they are, wait for the network, and are saved", async () => {
    const film = core.message(chen, true, { kind: "file", sort: "video", file: fileOf("echo.mp4", { size: 38_000_000, uploaded: 42 }) }, 2, { state: "queued" });
    const refused = core.message(chen, true, { kind: "file", sort: "other", file: fileOf("lab.xlsx", { size: 86_000 }) }, 1, { state: "failed" });
    chen.items = [core.message(chen, false, { kind: "file", sort: "other", file: fileOf("pathway.pdf", { size: 1_800_000 }) }, 9), film, refused];
    openApp(core, CHEN);
    expect(await screen.findByText("1.8 MB")).toBeInTheDocument();
    expect(screen.getByRole("progressbar", { name: "Sending, 42%" })).toHaveAttribute("aria-valuenow", "42");
    expect(screen.getByRole("button", { name: "Delete" })).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Retry" }));
    expect(core.calls.find(({ command }) => command === "message_retry")?.input).toEqual({ room_id: chen.id, item_id: refused.id });

    act(() => core.setLink("offline"));
    expect(await screen.findByText("Waits for the network")).toBeInTheDocument();
    expect(screen.queryByRole("progressbar")).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Save pathway.pdf" }));
    expect(core.savedMedia).toMatchObject([{ name: "pathway.pdf" }]);
    expect(await screen.findByText("Saved")).toBeInTheDocument();

    core.saveMedia = () => Promise.reject(new Refused("not_found"));
    await userEvent.click(screen.getByRole("button", { name: "Save pathway.pdf" }));
    // On the screen, and read aloud.
    expect(await screen.findAllByText("This is no longer there.")).toHaveLength(2);
  });

  it("stand in the list, and in the details of a group", async () => {
    const forum = core.group("forum", "Coronary forum", [12, 1]);
    forum.items = [core.message(forum, false, { kind: "file", sort: "other", file: fileOf("pathway.pdf") }, 3), core.message(forum, true, imageOf("echo.png", 4, 4), 2)];
    chen.items = [core.message(chen, true, { kind: "file", sort: "other", file: fileOf("lab.xlsx") }, 9)];
    openApp(core, `/chats/${forum.id}`);
    const list = await screen.findByRole("listbox", { name: "Chats" });
    expect(within(list).getByText("You: Image")).toBeInTheDocument();
    expect(within(list).getByText("You: File: lab.xlsx")).toBeInTheDocument();
    await userEvent.click(await screen.findByRole("button", { name: "Group details" }));
    const details = await screen.findByRole("complementary", { name: "Group details" });
    expect(await within(details).findByText("pathway.pdf")).toBeInTheDocument();
    await userEvent.click(within(details).getByRole("button", { name: /echo\.png/ }));
    await waitFor(() => expect(document.querySelector(`[data-message="${forum.items[1]?.id}"]`)).toHaveFocus());
  });
});

it("an image has a box of its own shape, within bounds", () => {
  expect(boxOf(640, 480)).toEqual({ width: 320, height: 240 });
  expect(boxOf(480, 640)).toEqual({ width: 180, height: 240 });
  expect(boxOf(16, 16)).toEqual({ width: 80, height: 80 });
  expect(boxOf(null, null)).toEqual({ width: 240, height: 160 });
  expect(boxOf(100_000, 1)).toEqual({ width: 320, height: 80 });
  expect(boxOf(1, 100_000)).toEqual({ width: 60, height: 240 });
});
