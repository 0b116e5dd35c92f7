/**
 * Shows what happens to an image's layers: on a terminal a line with a bar for each, elsewhere a line when something is
 * done, with --quiet nothing. All on stderr: what programs read is on stdout.
 */
import type { Digest, EventListener, ImageEvent, LayerPhase } from "@kernelet/image";
import { createLogUpdate } from "log-update";
import type { Io } from "../io.ts";
import { humanSize } from "./human.ts";

export interface Progress {
  readonly onEvent: EventListener;
  /** Leaves the last state on the screen. Once more does nothing. */
  end(): void;
}

const SHOWN: Readonly<Record<LayerPhase, string>> = {
  waiting: "waiting",
  exists: "already there",
  downloading: "downloading",
  extracting: "extracting",
  uploading: "pushing",
  mounted: "mounted from another repository",
  done: "complete",
};

export function startProgress(io: Io, isQuiet: boolean): Progress {
  if (isQuiet) return { onEvent: () => {}, end: () => {} };
  // A terminal of no size, as a script's may be, shows nothing that is drawn to fit.
  const hasRoom = io.terminal !== undefined && io.terminal.rows > 0 && io.terminal.columns > 0;
  return hasRoom && io.terminal !== undefined
    ? new BarProgress(io.terminal)
    : new PlainProgress(io);
}

function shortDigest(digest: Digest): string {
  return digest.slice(digest.indexOf(":") + 1).slice(0, 12);
}

function retryLine(event: Extract<ImageEvent, { type: "retry" }>): string {
  const seconds = (event.delayMs / 1000).toFixed(1);
  return `${event.cause.message}; trying again in ${seconds} s`;
}

class PlainProgress implements Progress {
  readonly #io: Io;
  readonly #said: Map<Digest, LayerPhase> = new Map();

  constructor(io: Io) {
    this.#io = io;
  }

  readonly onEvent = (event: ImageEvent): void => {
    if (event.type === "retry") this.#io.err(`${retryLine(event)}\n`);
    if (event.type !== "layer") return;
    const { digest, phase } = event;
    if (this.#said.get(digest) === phase) return;
    this.#said.set(digest, phase);
    if (phase !== "waiting") this.#io.err(`${shortDigest(digest)}: ${SHOWN[phase]}\n`);
  };

  end(): void {}
}

const FRAME_MS = 100;
const BAR_WIDTH = 30;

type LayerEvent = Extract<ImageEvent, { type: "layer" }>;

class BarProgress implements Progress {
  readonly #update: ReturnType<typeof createLogUpdate>;
  readonly #columns: () => number;
  readonly #layers: Map<Digest, LayerEvent> = new Map();
  readonly #timer: NodeJS.Timeout;
  #note = "";
  #isStale = false;
  #hasEnded = false;

  constructor(terminal: NodeJS.WriteStream) {
    this.#update = createLogUpdate(terminal);
    this.#columns = () => terminal.columns || 80;
    this.#timer = setInterval(() => this.#draw(), FRAME_MS);
    this.#timer.unref();
  }

  readonly onEvent = (event: ImageEvent): void => {
    this.#isStale = true;
    if (event.type === "layer") {
      this.#layers.set(event.digest, event);
      if (event.phase === "downloading") this.#note = "";
    } else if (event.type === "retry") this.#note = retryLine(event);
    // The thread is busy until that is done: no timer will draw.
    else if (event.type === "indexing") {
      this.#note = "indexing";
      this.#draw();
    }
  };

  #draw(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    const lines = [...this.#layers.values()].map((layer) => line(layer, this.#columns()));
    if (this.#note !== "") lines.push(this.#note);
    this.#update(lines.join("\n"));
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearInterval(this.#timer);
    this.#note = "";
    this.#isStale = true;
    if (this.#layers.size > 0) this.#draw();
    this.#update.done();
  }
}

function line({ digest, phase, current, total }: LayerEvent, columns: number): string {
  const head = `${shortDigest(digest)}  ${SHOWN[phase].padEnd(11)}`;
  if (phase !== "downloading" && phase !== "uploading") {
    return phase === "extracting" ? `${head}  ${humanSize(current)}` : head;
  }
  const part = total === 0 ? 1 : Math.min(1, current / total);
  const width = Math.max(0, Math.min(BAR_WIDTH, columns - 50));
  const filled = Math.round(part * width);
  const bar = "█".repeat(filled) + "░".repeat(width - filled);
  return `${head}  ${bar}  ${humanSize(current)} / ${humanSize(total)}`;
}
