// A doctor whose client is matrix-js-sdk with its own Rust crypto. Takes its account by environment, accepts every
// invitation, and speaks JSON lines. On standard input: {"send": {room, content, type?}}, {"redact": {room, event}} and
// {"image": {room, name, type, bytes}}, each answered by {"sent": event}, null if client or homeserver refused it, and {"fetch": file},
// answered by {"fetched": bytes}. Bytes are base64. On standard output: {"ready"}, {"joined": room}, {"received": {room, sender, event, type,
// content, encrypted}} for messages, reactions and polls of others, and {"redacted": event}.
import { createInterface } from "node:readline";
import { logger } from "matrix-js-sdk/lib/logger.js";
import { ClientEvent, EventType, MatrixEventEvent, RoomEvent, RoomMemberEvent, createClient } from "matrix-js-sdk";

// Standard output is for what the story reads.
for (const level of ["log", "info", "debug", "trace", "warn"]) console[level] = console.error;
logger.disableAll();

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const { HOMESERVER, USER_ID, ACCESS_TOKEN, DEVICE_ID } = process.env;
const client = createClient({ baseUrl: HOMESERVER, userId: USER_ID, accessToken: ACCESS_TOKEN, deviceId: DEVICE_ID });
await client.initRustCrypto({ useIndexedDB: false });

const told = new Set();

function tell(event) {
  if (event.getType() === EventType.RoomRedaction) return say({ redacted: event.event.redacts ?? event.getWireContent().redacts });
  const type = event.getType();
  if (!([EventType.RoomMessage, EventType.Reaction].includes(type) || type.startsWith("org.matrix.msc3381.poll.")) || event.getSender() === USER_ID || told.has(event.getId())) return;
  told.add(event.getId());
  say({
    received: {
      room: event.getRoomId(),
      sender: event.getSender(),
      event: event.getId(),
      type,
      content: { ...event.getContent(), "m.relates_to": event.getWireContent()["m.relates_to"] },
      encrypted: event.isEncrypted() && !event.isDecryptionFailure(),
    },
  });
}

client.on(RoomMemberEvent.Membership, async (_event, member) => {
  if (member.userId === USER_ID && member.membership === "invite") {
    await client.joinRoom(member.roomId);
    say({ joined: member.roomId });
  }
});
client.on(RoomEvent.Timeline, (event) => tell(event));
client.on(MatrixEventEvent.Decrypted, (event) => tell(event));
client.once(ClientEvent.Sync, (state) => {
  if (state === "PREPARED") say({ ready: true });
});
await client.startClient({ initialSyncLimit: 20 });

/** An encrypted file as the specification has it (Client-Server API, sending encrypted attachments), with the platform's own ciphers. */
async function uploadEncrypted(bytes) {
  const iv = new Uint8Array(16);
  crypto.getRandomValues(iv.subarray(0, 8));
  const key = await crypto.subtle.generateKey({ name: "AES-CTR", length: 256 }, true, ["encrypt", "decrypt"]);
  const sealed = await crypto.subtle.encrypt({ name: "AES-CTR", counter: iv, length: 64 }, key, bytes);
  const unpadded = (data) => Buffer.from(data).toString("base64").replaceAll("=", "");
  const { content_uri: url } = await client.uploadContent(new Blob([sealed]), { type: "application/octet-stream", includeFilename: false });
  const { k } = await crypto.subtle.exportKey("jwk", key);
  return {
    v: "v2", url, iv: unpadded(iv), hashes: { sha256: unpadded(await crypto.subtle.digest("SHA-256", sealed)) },
    key: { alg: "A256CTR", ext: true, k, key_ops: ["encrypt", "decrypt"], kty: "oct" },
  };
}

async function fetchDecrypted({ url, key, iv, hashes }) {
  const answer = await fetch(`${HOMESERVER}/_matrix/client/v1/media/download/${url.slice("mxc://".length)}`, { headers: { authorization: `Bearer ${ACCESS_TOKEN}` } });
  const sealed = await answer.arrayBuffer();
  const hash = Buffer.from(await crypto.subtle.digest("SHA-256", sealed)).toString("base64").replaceAll("=", "");
  if (hash !== hashes.sha256) throw new Error("not the file that was sent");
  const opened = await crypto.subtle.importKey("jwk", key, { name: "AES-CTR" }, false, ["decrypt"]);
  return crypto.subtle.decrypt({ name: "AES-CTR", counter: Buffer.from(iv, "base64"), length: 64 }, opened, sealed);
}

async function sendImage({ room, name, type, bytes }) {
  const image = Buffer.from(bytes, "base64");
  const content = { msgtype: "m.image", body: name, info: { mimetype: type, size: image.length }, file: await uploadEncrypted(image) };
  return client.sendEvent(room, EventType.RoomMessage, content);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { send, redact, image, fetch: file } = JSON.parse(line);
  try {
    if (file) {
      say({ fetched: Buffer.from(await fetchDecrypted(file)).toString("base64") });
      continue;
    }
    const { event_id } = image ? await sendImage(image) : send ? await client.sendEvent(send.room, send.type ?? EventType.RoomMessage, send.content) : await client.redactEvent(redact.room, redact.event);
    say({ sent: event_id });
  } catch (error) {
    console.error(error);
    say({ sent: null });
  }
}
client.stopClient();
process.exit(0);
