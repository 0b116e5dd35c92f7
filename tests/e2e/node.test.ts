/** Node.js: a guest with a compiler of its own, a thread pool, and epoll. */
import { join } from "node:path";
import { describe, test } from "vitest";
import { compare, compareAll } from "./compare.ts";
import { useFolder } from "./folder.ts";
import { needSlowSet } from "./needs.ts";

const folder = useFolder();
const inFolder = () => ({ cwd: folder.path, env: { TMPDIR: folder.path } });

describe("Node.js", () => {
  for (const subject of ["workers", "processes", "files", "language"]) {
    test(subject, async (context) => {
      needSlowSet(context);
      const script = join(import.meta.dirname, `programs/node/${subject}.mjs`);
      await compare(context, { argv: ["node", script] }, inFolder());
    });
  }
  compareAll([{ argv: ["node", "-p", "process.stdin.fd + 1"] }]);
  compareAll(
    [
      { argv: ["node", "--eval", "throw new Error('uncaught')"], isSlow: true },
      { argv: ["node", "--eval", "process.abort()"], isSlow: true },
      { argv: ["node"], input: "console.log(1 + 1)", title: "a script on stdin", isSlow: true },
      { argv: ["node", "--jitless", "-p", "/(a+)b/.exec('xaab')[1]"], isSlow: true },
    ],
    inFolder,
  );
});
