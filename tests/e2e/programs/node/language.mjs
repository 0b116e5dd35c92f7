// What V8 itself asks for: hot code, a heap that grows and shrinks, WebAssembly, timers, unix sockets.
import { createHash, generateKeyPairSync, sign, verify } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

let sum = 0;
for (let i = 0; i < 3e6; i++) sum = (sum + i * 3) | 0;
const objects = Array.from({ length: 50_000 }, (_, i) => ({ i, text: `number ${i}` }));
console.log(sum, objects.filter(({ text }) => /7\d7$/.test(text)).length, 2n ** 100n);
let garbage = 0;
for (let i = 0; i < 200; i++) garbage += new Array(10_000).fill(i).length;
console.log(garbage, new Intl.NumberFormat("de").format(1234567.891));

const add = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100,
  100, 0, 0, 10, 9, 1, 7, 0, 32, 0, 32, 1, 106, 11,
]);
const { instance } = await WebAssembly.instantiate(add);
console.log(instance.exports.add(40, 2));
try {
  (function deep() {
    deep();
  })();
} catch (error) {
  console.log(error.message);
}

console.log(createHash("sha256").update("kernelet").digest("hex"));
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
console.log(
  verify(null, Buffer.from("text"), publicKey, sign(null, Buffer.from("text"), privateKey)),
);

const server = createServer((socket) => socket.pipe(socket)).listen("\0kernelet-node-test");
await once(server, "listening");
const client = connect("\0kernelet-node-test");
client.write("ping");
console.log(String((await once(client, "data"))[0]));
client.end();
server.close();

const start = performance.now();
const order = [];
await Promise.all([
  sleep(60).then(() => order.push("late")),
  sleep(5).then(() => order.push("early")),
]);
console.log(order, performance.now() - start >= 59);
