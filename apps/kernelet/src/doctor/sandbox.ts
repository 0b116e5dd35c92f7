/** Whether a sandbox process starts here, with its walls up: by starting one. */
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { ENOENT } from "@kernelet/abi";
import { launch } from "@kernelet/sandbox";
import type { Check, Finding } from "./check.ts";

/** No root has it: the kernel boots, looks for it, and ends. */
const PROGRAM = "/kernelet-doctor-looks-for-nothing";
const PATIENCE_MS = 30_000;

async function start(): Promise<Finding> {
  const before = performance.now();
  let logged = "";
  const sandbox = launch({
    config: {
      layers: [{ path: realpathSync(tmpdir()), writable: false }],
      volumes: [],
      program: { argv: [PROGRAM], env: [], cwd: "/", isCwdRequired: false, user: "0:0" },
      stdio: { kind: "inherited" },
      hostname: "doctor",
    },
    onLog: (_, message) => {
      logged ||= `: ${message.split("\n", 1)[0]}`;
    },
  });
  const timer = setTimeout(sandbox.kill, PATIENCE_MS);
  const outcome = await sandbox.outcome;
  clearTimeout(timer);
  const ms = Math.round(performance.now() - before);
  if (
    outcome.kind === "failed" &&
    outcome.stage === "program" &&
    outcome.errno === (ENOENT as number)
  ) {
    return { status: "ok", found: `a kernel boots in its own process, in ${ms} ms` };
  }
  return { status: "fail", found: `its process ended too early (${outcome.kind})${logged}` };
}

export const sandboxChecks: readonly Check[] = [{ id: "sandbox", title: "sandbox", run: start }];
