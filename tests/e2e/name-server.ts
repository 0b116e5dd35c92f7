/** A name server for tests: a few names with addresses, and no others. */
import dgram from "node:dgram";
import { once } from "node:events";

export interface NameServer {
  readonly port: number;
  /** Names that it was asked for. */
  readonly asked: readonly string[];
  close(): void;
}

const TYPE_A = 1;
const TYPE_AAAA = 28;

export async function startNameServer(
  names: Readonly<Record<string, readonly string[]>>,
): Promise<NameServer> {
  const asked: string[] = [];
  const socket = dgram.createSocket("udp4");
  socket.on("message", (query, peer) => {
    const { name, end } = readName(query);
    asked.push(name);
    const type = query.readUInt16BE(end);
    const all = names[name.toLowerCase()];
    const addresses = (all ?? []).filter((one) => (type === TYPE_A) === !one.includes(":"));
    const found = type === TYPE_A || type === TYPE_AAAA ? addresses : [];
    const reply = Buffer.concat([
      query.subarray(0, end + 4),
      ...found.map((address) => answerOf(type, addressBytes(address))),
    ]);
    // An answer to a recursive question; NXDOMAIN where there is none.
    reply.writeUInt16BE(all === undefined ? 0x8183 : 0x8180, 2);
    reply.writeUInt16BE(found.length, 6);
    reply.writeUInt32BE(0, 8);
    socket.send(reply, peer.port, peer.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { port: socket.address().port, asked, close: () => void socket.close() };
}

function readName(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at++] ?? 0; length > 0; length = query[at++] ?? 0) {
    labels.push(query.toString("latin1", at, at + length));
    at += length;
  }
  return { name: labels.join("."), end: at };
}

/** A record of the name that was asked for, for a minute. */
function answerOf(type: number, address: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, address.length]);
  return Buffer.concat([head, address]);
}

function addressBytes(text: string): Buffer {
  if (!text.includes(":")) return Buffer.from(text.split(".").map(Number));
  const [head = "", tail = ""] = text.split("::");
  const groups = (half: string): number[] =>
    half === "" ? [] : half.split(":").map((group) => Number.parseInt(group, 16));
  const before = groups(head);
  const after = groups(tail);
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
