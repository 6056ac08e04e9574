// @vitest-environment node
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket as Socket, WebSocketServer } from "ws";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Platform, PlatformError } from "./types";
import { takeToken, webSocketPlatform } from "./websocket";

interface Frame {
  id: number;
  type: string;
  command?: string;
  subscription?: string;
  input?: unknown;
}

/** A host in this process, over a real socket. */
class Host {
  readonly frames: Frame[] = [];
  readonly requests: { method: string; url: string; authorization: string | undefined; body: string }[] = [];
  socket: Socket | undefined;
  offered: string[] = [];
  #server: Server;
  #sockets: WebSocketServer;

  constructor(answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => void response.writeHead(404).end()) {
    this.#server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => { body += chunk.toString("latin1"); });
      request.on("end", () => {
        this.requests.push({ method: request.method ?? "", url: request.url ?? "", authorization: request.headers.authorization, body });
        answer(request, response);
      });
    });
    this.#sockets = new WebSocketServer({
      server: this.#server,
      path: "/ws",
      handleProtocols: (protocols) => {
        this.offered = [...protocols];
        return "consilium";
      },
    });
    this.#sockets.on("connection", (socket) => {
      this.socket = socket;
      socket.on("message", (data: Buffer) => { this.frames.push(JSON.parse(data.toString()) as Frame); });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  send(frame: object): void {
    this.socket?.send(JSON.stringify(frame));
  }

  async frame(index: number): Promise<Frame> {
    await vi.waitFor(() => expect(this.frames.length).toBeGreaterThan(index));
    return this.frames[index] as Frame;
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

let host: Host;
let platform: Platform;

beforeEach(async () => {
  host = new Host((request, response) => {
    if (request.url === "/upload") return void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ upload_id: "up-1" }));
    response.writeHead(413, { "content-type": "application/json" }).end(JSON.stringify({ code: "too_large", message: "no" }));
  });
  platform = webSocketPlatform({ origin: await host.listen(), token: "s3cret" });
});
afterEach(() => host.close());

describe("calls", () => {
  it("carry the token as a subprotocol, and answers find their callers in any order", async () => {
    const first = platform.invoke("app_info", null);
    const second = platform.invoke("terminology", null);
    const [a, b] = [await host.frame(0), await host.frame(1)];
    expect(host.offered).toEqual(["consilium", "s3cret"]);
    expect(a).toMatchObject({ type: "call", command: "app_info", input: null });
    host.send({ id: b.id, type: "ok", value: 2 });
    host.send({ id: a.id, type: "ok", value: 1 });
    expect(await Promise.all([first, second])).toEqual([1, 2]);
  });

  it("reject with the code of the core", async () => {
    const call = platform.invoke("sign_in", {});
    host.send({ id: (await host.frame(0)).id, type: "error", error: { code: "wrong_credentials", message: "no" } });
    await expect(call).rejects.toMatchObject({ code: "wrong_credentials" });
  });

  it("are not repeated when the connection is lost: whether they ran is unknown", async () => {
    const call = platform.invoke("message_send", {});
    await host.frame(0);
    host.socket?.terminate();
    await expect(call).rejects.toMatchObject({ code: "host_unreachable" });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(host.frames.filter(({ command }) => command === "message_send")).toHaveLength(1);
  });
});

describe("subscriptions", () => {
  const open = () => {
    const events: unknown[] = [];
    const errors: PlatformError[] = [];
    const stop = platform.subscribe("timeline", { room_id: "!r" }, (event) => events.push(event), (error) => errors.push(error));
    return { events, errors, stop };
  };

  it("hand on events in order, and say goodbye", async () => {
    const { events, stop } = open();
    const { id, type, subscription, input } = await host.frame(0);
    expect({ type, subscription, input }).toEqual({ type: "subscribe", subscription: "timeline", input: { room_id: "!r" } });
    host.send({ id, type: "event", seq: 0, event: "a" });
    host.send({ id, type: "event", seq: 1, event: "b" });
    await vi.waitFor(() => expect(events).toEqual(["a", "b"]));
    stop();
    expect(await host.frame(1)).toEqual({ id, type: "unsubscribe" });
    host.send({ id, type: "event", seq: 2, event: "late" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(events).toEqual(["a", "b"]);
  });

  it("are opened anew after a gap, and late events of the old opening are dropped", async () => {
    const { events } = open();
    const { id } = await host.frame(0);
    host.send({ id, type: "event", seq: 0, event: "a" });
    host.send({ id, type: "event", seq: 2, event: "c" });
    host.send({ id, type: "event", seq: 3, event: "d" });
    expect((await host.frame(1)).type).toBe("unsubscribe");
    const again = await host.frame(2);
    expect(again).toMatchObject({ type: "subscribe", subscription: "timeline", input: { room_id: "!r" } });
    expect(again.id).not.toBe(id);
    host.send({ id: again.id, type: "event", seq: 0, event: "reset" });
    await vi.waitFor(() => expect(events).toEqual(["a", "reset"]));
  });

  it("come back after the connection was lost", async () => {
    const { events } = open();
    await host.frame(0);
    host.socket?.terminate();
    const again = await host.frame(1);
    expect(again).toMatchObject({ type: "subscribe", subscription: "timeline" });
    host.send({ id: again.id, type: "event", seq: 0, event: "reset" });
    await vi.waitFor(() => expect(events).toEqual(["reset"]));
  });

  it("are opened anew when the host closed them because the page read too slowly", async () => {
    const { events, errors } = open();
    const { id } = await host.frame(0);
    host.send({ id, type: "event", seq: 0, event: "a" });
    host.send({ id, type: "error", error: { code: "internal", message: "the page reads too slowly" } });
    const again = await host.frame(1);
    host.send({ id: again.id, type: "event", seq: 0, event: "reset" });
    await vi.waitFor(() => expect(events).toEqual(["a", "reset"]));
    expect(errors).toEqual([]);
  });

  it("tell why they could not be opened", async () => {
    const { errors } = open();
    host.send({ id: (await host.frame(0)).id, type: "error", error: { code: "not_signed_in", message: "no" } });
    await vi.waitFor(() => expect(errors.map(({ code }) => code)).toEqual(["not_signed_in"]));
  });
});

describe("bytes", () => {
  it("go up with the token as a bearer", async () => {
    expect(await platform.upload(new TextEncoder().encode("PNG"), "image/png")).toBe("up-1");
    expect(host.requests[0]).toEqual({ method: "POST", url: "/upload", authorization: "Bearer s3cret", body: "PNG" });
  });

  it("that are refused say so by code", async () => {
    await expect(platform.mediaUrl("evidence/a/b")).rejects.toMatchObject({ code: "too_large" });
    expect(host.requests[0]?.url).toBe("/media/evidence/a/b");
  });
});

it("moves the token from the address into the tab's session", () => {
  const stored = new Map<string, string>();
  const session = { getItem: (key: string) => stored.get(key) ?? null, setItem: (key: string, value: string) => void stored.set(key, value) } as Storage;
  const replaceState = vi.fn();
  const history = { replaceState } as unknown as History;
  const location = { hash: "#token=ab%2Bc", pathname: "/", search: "" } as Location;
  expect(takeToken(location, history, session)).toBe("ab+c");
  expect(replaceState).toHaveBeenCalledWith(null, "", "/");
  expect(takeToken({ hash: "#/chats", pathname: "/", search: "" } as Location, history, session)).toBe("ab+c");
});
