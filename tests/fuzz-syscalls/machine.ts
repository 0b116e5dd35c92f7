/** A guest that waits for sequences: one on the host's kernel, one in a sandbox. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { type Answer, parseAnswer, request, type Sequence } from "./sequence.ts";

const LAUNCHER = join(import.meta.dirname, "../../apps/kernelet/bin/kernelet.js");
const END = "\n=\n";
/** The guest itself ends a sequence sooner. */
const ANSWER_MS = 120_000;
/** After so many sequences the guest is started anew, so that what one kernel may have collected is let go. */
const LIFE = 400;

/** A process in namespaces of its own, which end with it. */
export const UNSHARE: readonly string[] = ["-mpfnui", "--kill-child"];

export interface Machine {
  run(sequence: Sequence): Promise<Answer>;
  stop(): void;
}

/** Namespaces of its own keep the host's mounts, processes and sockets out of reach; it ends with us. */
export function hostMachine(program: string, world: string): Machine {
  return new GuestMachine("unshare", [...UNSHARE, program, world]);
}

/** @param folder where the program lies on the host. */
export function sandboxMachine(folder: string, name: string): Machine {
  const args = ["do", "-u", "0:0", "-v", `${folder}:/opt/fuzz`, "--", `/opt/fuzz/${name}`];
  return new GuestMachine(process.execPath, [LAUNCHER, ...args, "/tmp/world"]);
}

class GuestMachine implements Machine {
  readonly #file: string;
  readonly #args: readonly string[];
  #child: ChildProcessWithoutNullStreams | null = null;
  #runs = 0;

  constructor(file: string, args: readonly string[]) {
    this.#file = file;
    this.#args = args;
  }

  async run(sequence: Sequence): Promise<Answer> {
    if (++this.#runs % LIFE === 0) this.stop();
    const child = this.#child ?? this.#start();
    this.#child = child;
    const answer = this.#answer(child);
    child.stdin.write(request(sequence));
    return parseAnswer(await answer);
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawn(this.#file, this.#args, {
      cwd: "/",
      stdio: "pipe",
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    });
    child.stdin.on("error", () => {});
    child.on("exit", () => {
      if (this.#child === child) this.#child = null;
    });
    return child;
  }

  /** Text up to the end mark; if the machine ends or hangs, that is the answer. */
  #answer(child: ChildProcessWithoutNullStreams): Promise<string> {
    return new Promise((resolve) => {
      let text = "";
      let errors = "";
      const onText = (chunk: string): void => {
        text += chunk;
        if (text.endsWith(END)) finish(text.slice(0, -END.length));
      };
      const onError = (chunk: string): void => {
        errors += chunk;
      };
      const onClose = (code: number | null): void =>
        finish(`${text}\nthe machine ended with ${code}: ${errors.trim()}`);
      const timer = setTimeout(() => {
        this.stop();
        finish(`${text}\nthe machine hangs: ${errors.trim()}`);
      }, ANSWER_MS);
      const finish = (answer: string): void => {
        clearTimeout(timer);
        child.stdout.off("data", onText);
        child.stderr.off("data", onError);
        child.off("close", onClose);
        resolve(answer);
      };
      child.stdout.setEncoding("latin1").on("data", onText);
      child.stderr.setEncoding("latin1").on("data", onError);
      child.on("close", onClose);
    });
  }

  stop(): void {
    this.#child?.kill("SIGKILL");
    this.#child = null;
  }
}
