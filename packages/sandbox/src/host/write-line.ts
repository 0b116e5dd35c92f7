/** Lines for a person or a file, apart from the guest's output: the trace. */
import fs from "node:fs";
import { EAGAIN } from "@kernelet/abi";
import { errnoOf } from "./node-errno.ts";

const encoder = new TextEncoder();
/** Waiting for a slow reader stops the sandbox: a trace without gaps is worth more than its speed. */
const WAIT_MS = 1;

/** Writes all of the line. A reader that is gone is nobody's error. */
export function writeLine(fd: number, line: string): void {
  let rest = encoder.encode(`${line}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(fs.writeSync(fd, rest));
    } catch (error) {
      if (errnoOf(error) !== EAGAIN) return;
      // Nobody wakes it. Made here because V8 has no shared memory while a start image is made.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
    }
  }
}
