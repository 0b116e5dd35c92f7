// Threads that share memory, and wait for each other by futex. Two, as each takes half a GiB of addresses.
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const ROUNDS = 500;

if (isMainThread) {
  const shared = new Int32Array(new SharedArrayBuffer(16));
  const replies = [1, 2].map(
    (id) =>
      new Promise((resolve, reject) => {
        const worker = new Worker(new URL(import.meta.url), { workerData: { shared, id } });
        const messages = [];
        worker.on("message", (text) => messages.push(text)).once("error", reject);
        worker.once("exit", (code) => resolve([...messages, code]));
      }),
  );
  Atomics.wait(shared, 1, 0, 20);
  Atomics.store(shared, 1, 1);
  Atomics.notify(shared, 1);
  console.log(await Promise.all(replies), Atomics.load(shared, 0));
  const failing = new Worker("throw new RangeError('from a thread')", { eval: true });
  console.log(String(await new Promise((resolve) => failing.once("error", resolve))));
  const { port1, port2 } = new MessageChannel();
  const buffer = new ArrayBuffer(1 << 20);
  port1.postMessage(buffer, [buffer]);
  port2.once("message", (moved) => {
    console.log(moved.byteLength, buffer.byteLength);
    port2.close();
  });
} else {
  const { shared, id } = workerData;
  Atomics.wait(shared, 1, 0);
  for (let i = 0; i < ROUNDS; i++) Atomics.add(shared, 0, id);
  parentPort.postMessage(`worker ${id}`);
}
