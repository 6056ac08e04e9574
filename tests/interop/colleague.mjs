// A doctor whose client is matrix-js-sdk with its own Rust crypto. Takes its account by environment, accepts every
// invitation, and speaks JSON lines. On standard input: {"send": {room, content, type?}} and {"redact": {room, event}}, each
// answered by {"sent": event}, null if client or homeserver refused it. On standard output: {"ready"}, {"joined": room}, {"received": {room, sender, event, type,
// content, encrypted}} for messages and reactions of others, and {"redacted": event}.
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
  if (![EventType.RoomMessage, EventType.Reaction].includes(type) || event.getSender() === USER_ID || told.has(event.getId())) return;
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

for await (const line of createInterface({ input: process.stdin })) {
  const { send, redact } = JSON.parse(line);
  try {
    const { event_id } = send ? await client.sendEvent(send.room, send.type ?? EventType.RoomMessage, send.content) : await client.redactEvent(redact.room, redact.event);
    say({ sent: event_id });
  } catch (error) {
    console.error(error);
    say({ sent: null });
  }
}
client.stopClient();
process.exit(0);
