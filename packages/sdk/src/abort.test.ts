/** Signals of callers end the waiting, and leave nothing open. */
import type { Connection } from "@kernelet/sandbox";
import { expect, test } from "vitest";
import { abortable, untilAborted } from "./abort.ts";
import { SandboxFs } from "./fs/sandbox-fs.ts";

test("waiting ends with the reason, and what has aborted before begins nothing", async () => {
  const abort = new AbortController();
  expect(await abortable(async () => 1, abort.signal)).toBe(1);
  await expect(abortable(() => Promise.reject(new Error("no")), abort.signal)).rejects.toThrow(
    "no",
  );
  const waiting = abortable(() => new Promise(() => {}), abort.signal);
  abort.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  let begun = 0;
  const begin = async (): Promise<void> => void begun++;
  await expect(abortable(begin, abort.signal)).rejects.toThrow("enough");
  expect(begun).toBe(0);
});

test("a file that is opened too late is closed, as is one that was being read", async () => {
  const asked: string[] = [];
  const answers = new Map<string, (value: unknown) => void>();
  const sandbox = {
    ask: (op: string, args: unknown) => {
      asked.push(op === "close" ? `close ${JSON.stringify(args)}` : op);
      if (op === "close") return Promise.resolve({ value: 0, bytes: new Uint8Array(0) });
      return new Promise((resolve) => answers.set(op, resolve));
    },
    subscribe: () => Promise.reject(new Error("not here")),
    closed: new Promise<void>(() => {}),
  } as unknown as Pick<Connection, "ask" | "subscribe" | "closed">;
  const turns = () => new Promise((resolve) => setImmediate(resolve));
  const read = async (): Promise<{ abort: AbortController; reading: Promise<unknown> }> => {
    asked.length = 0;
    const abort = new AbortController();
    const reading = new SandboxFs(untilAborted(sandbox, abort.signal), "id").readFile("/a");
    reading.catch(() => {});
    await turns();
    return { abort, reading };
  };

  const late = await read();
  late.abort.abort(new Error("enough"));
  await expect(late.reading).rejects.toThrow("enough");
  answers.get("open")?.({ value: 7 });
  await turns();
  expect(asked).toEqual(["open", 'close {"handle":7}']);

  const within = await read();
  answers.get("open")?.({ value: 8 });
  await turns();
  within.abort.abort(new Error("enough"));
  await expect(within.reading).rejects.toThrow("enough");
  expect(asked).toEqual(["open", "read", 'close {"handle":8}']);
});
