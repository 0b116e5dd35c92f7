/** A terminal of tmux(1)'s on the host: a program runs in it, keys are sent, and the screen is read. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "./run.ts";

const PATIENCE_MS = 45_000;
const LOOK_AGAIN_MS = 100;

export class Screen {
  /** A server of its own, so that it ends with the test. */
  readonly #server = `kernelet-${randomUUID()}`;

  async #tmux(...args: readonly string[]): Promise<string> {
    const env = { TERM: "xterm", TMUX_TMPDIR: "/tmp" };
    const outcome = await run("tmux", ["-L", this.#server, "-f", "/dev/null", ...args], { env });
    return Buffer.from(outcome.stdout, "latin1").toString("utf8");
  }

  static async start(command: string, cwd: string): Promise<Screen> {
    const screen = new Screen();
    await screen.#tmux("new-session", "-d", "-x", "70", "-y", "16", "-c", cwd, command);
    await screen.#tmux("set-option", "-g", "remain-on-exit", "on");
    return screen;
  }

  /** @param keys as tmux names them: text, "Enter", "C-c". */
  async type(...keys: readonly string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  text(): Promise<string> {
    return this.#tmux("capture-pane", "-p");
  }

  /** What is on the screen once it shows `expected` and no longer changes. */
  async settle(expected: RegExp): Promise<string> {
    let before = "";
    let isSettled = false;
    const text = await this.until((now) => {
      isSettled = now === before && expected.test(now);
      before = now;
      return isSettled;
    });
    if (!isSettled) throw new Error(`no ${expected} on the screen:\n${text}`);
    return text;
  }

  /** What is on the screen once `isDone` says so of it; after a while, what is there. */
  async until(isDone: (text: string) => boolean): Promise<string> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const now = await this.text();
      if (isDone(now) || Date.now() > end) return now;
      await sleep(LOOK_AGAIN_MS);
    }
  }

  async stop(): Promise<void> {
    await this.#tmux("kill-server");
  }
}
