/**
 * `npm run fuzz:syscalls -- --seconds N --seed S [--families files,pipes] [--users 0,1000] [--minimise-seconds 20]`: random system calls on the
 * host's kernel and in the sandbox, which must answer alike. SIGINT ends it with what it has. Needs root with its capabilities, unshare(1) and gcc.
 */
import { parseArgs } from "node:util";
import { chooseFamilies } from "./fuzz.ts";
import { runFuzzer, summary } from "./session.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "120" },
    seed: { type: "string", default: "1" },
    families: { type: "string" },
    users: { type: "string", default: "0,1000" },
    "minimise-seconds": { type: "string", default: "20" },
  },
});

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
const result = await runFuzzer({
  seconds: Number(values.seconds),
  seed: Number(values.seed),
  families: chooseFamilies(values.families),
  minimiseSeconds: Number(values["minimise-seconds"]),
  uids: values.users.split(",").map(Number),
  say: (text) => console.log(text),
  signal: stop.signal,
});
console.log(`\n${summary(result)}`);
if (result.unexplained.size > 0) process.exitCode = 1;
