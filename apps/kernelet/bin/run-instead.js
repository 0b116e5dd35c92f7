/** Runs another Node in our place: same streams, same signals, same end. */

import { spawn } from "node:child_process";
import process from "node:process";

/** Signals that a process manager or a person sends to us and means for the program. */
const PASSED_ON = ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGCONT", "SIGWINCH"];

/** Signals that a terminal sends to us and to the child alike. */
const FROM_TERMINAL = ["SIGINT", "SIGQUIT"];

export function runInstead(node, args, fail) {
  const child = spawn(node, args, { stdio: "inherit" });
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const listeners = new Map();
  for (const signal of [...PASSED_ON, ...FROM_TERMINAL]) {
    // With a terminal the child has had its own already: a second Ctrl-C could kill what the first
    // only interrupts. Ours must still be caught, or we would end before the child.
    const isTheirs = hasTerminal && FROM_TERMINAL.includes(signal);
    const listener = () => {
      if (!isTheirs) child.kill(signal);
    };
    try {
      process.on(signal, listener);
      listeners.set(signal, listener);
    } catch {
      // This platform has no such signal.
    }
  }
  child.on("error", (error) => fail(`cannot start ${node}: ${error.message}`));
  child.on("exit", (code, signal) => {
    for (const [name, listener] of listeners) process.off(name, listener);
    if (signal !== null) process.kill(process.pid, signal);
    else process.exitCode = code;
  });
}
