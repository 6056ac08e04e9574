// Serves dist/ and the development host's protocol over the fake core, to look at the real UI without a server.
//   node scripts/preview-host.ts [--port 4180] [--signed-out] [--link offline]
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { parseArgs } from "node:util";
import { WebSocketServer } from "ws";
import type { Link, Error as WireError } from "../src/bindings/index.ts";
import { drawnEcho } from "../src/testing/attachments.ts";
import { drawnEvidence } from "../src/testing/evidence.ts";
import { FakeCore } from "../src/testing/fake-core.ts";
import { ward } from "../src/testing/story.ts";

const DIST = new URL("../dist", import.meta.url).pathname;
const TYPES: Record<string, string> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2" };

/** What the desktop window enforces too, so that a breach shows here. */
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface Preview {
  url: string;
  core: FakeCore;
  close: () => void;
}

/** A host of its own for one core; `port` 0 takes a free one. */
export async function preview(core: FakeCore, port = 0): Promise<Preview> {
  const token = randomBytes(16).toString("hex");
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (request.method === "POST" && path === "/upload") {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => void core.upload(Buffer.concat(chunks)).then((upload_id) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ upload_id }))));
      return;
    }
    if (path.startsWith("/media/message/")) {
      response.writeHead(200, { "content-type": "image/svg+xml" }).end(drawnEcho(path));
      return;
    }
    if (path.startsWith("/media/evidence/")) {
      response.writeHead(200, { "content-type": "image/svg+xml" }).end(drawnEvidence(path));
      return;
    }
    const file = path === "/" ? "index.html" : normalize(path).replace(/^(\.\.[/\\])+/, "");
    readFile(join(DIST, file)).then(
      (body) => response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "content-security-policy": CSP }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  const sockets = new WebSocketServer({ server, path: "/ws", handleProtocols: (protocols) => (protocols.has(token) ? "consilium" : false) });
  sockets.on("connection", (socket) => {
    const open = new Map<number, () => void>();
    const send = (frame: object) => socket.send(JSON.stringify(frame));
    socket.on("message", (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as { id: number; type: string; command: string; subscription: string; input: unknown };
      if (frame.type === "call") {
        core.invoke(frame.command, frame.input).then(
          (value) => send({ id: frame.id, type: "ok", value: value ?? null }),
          ({ code, message }: WireError) => send({ id: frame.id, type: "error", error: { code, message } }),
        );
      } else if (frame.type === "subscribe") {
        let seq = 0;
        open.set(frame.id, core.subscribe(frame.subscription, frame.input, (event) => send({ id: frame.id, type: "event", seq: seq++, event })));
      } else {
        open.get(frame.id)?.();
        open.delete(frame.id);
      }
    });
    socket.on("close", () => { for (const stop of open.values()) stop(); });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  const actual = typeof address === "object" && address ? address.port : port;
  return {
    url: `http://127.0.0.1:${actual}/#token=${token}`,
    core,
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
    },
  };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: "string", default: "0" }, "signed-out": { type: "boolean", default: false }, link: { type: "string", default: "online" } } });
  const core = ward({ signedIn: !values["signed-out"] });
  core.connection = { ...core.connection, link: values.link as Link };
  const { url } = await preview(core, Number(values.port));
  console.log(url);
}
