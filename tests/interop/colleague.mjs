// A doctor whose client is matrix-js-sdk with its own Rust crypto. Takes its account by environment, accepts every
// invitation, and speaks JSON lines: {"send": {"room", "text"}} on standard input; {"ready"}, {"joined": room} and
// {"received": {room, sender, text, encrypted}} on standard output.
import { createInterface } from "node:readline";
import { logger } from "matrix-js-sdk/lib/logger.js";
import { ClientEvent, EventType, MatrixEventEvent, MsgType, RoomEvent, RoomMemberEvent, createClient } from "matrix-js-sdk";

// Standard output is for what the story reads.
for (const level of ["log", "info", "debug", "trace", "warn"]) console[level] = console.error;
logger.disableAll();

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const { HOMESERVER, USER_ID, ACCESS_TOKEN, DEVICE_ID } = process.env;
const client = createClient({ baseUrl: HOMESERVER, userId: USER_ID, accessToken: ACCESS_TOKEN, deviceId: DEVICE_ID });
await client.initRustCrypto({ useIndexedDB: false });

const told = new Set();

function tell(event) {
  if (event.getType() !== EventType.RoomMessage || event.getSender() === USER_ID || told.has(event.getId())) return;
  told.add(event.getId());
  say({
    received: {
      room: event.getRoomId(),
      sender: event.getSender(),
      text: event.getContent().body,
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
  const { send } = JSON.parse(line);
  await client.sendMessage(send.room, { msgtype: MsgType.Text, body: send.text });
}
client.stopClient();
process.exit(0);
