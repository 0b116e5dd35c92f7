/**
 * `kernelet do --profile`: where the time of a sandbox goes.
 *
 *   V8's sampler, each millisecond: which region or function of ours runs, and what called it since the slice began
 *   look(), each half millisecond of user code: the guest's own stack, which tells all callers, and its mappings
 *
 * Both have times, so each sample meets the look before it. A look costs some microseconds; a sample nothing of the
 * guest's. V8 keeps samples until it is stopped, so it is stopped and started anew each WINDOW_MS, and what it has seen
 * is added up: the profiler holds the sum, and at most one window besides.
 */
import type { Sampler, Task } from "@kernelet/kernel";
import type { ThreadWatch } from "../host/thread-watch.ts";
import { type CodeMap, CodeObjects, type CodePlace } from "./code-map.ts";
import { walkStack } from "./guest-stack.ts";
import type { ProfileData } from "./profile-data.ts";
import { ProfileSum } from "./profile-sum.ts";
import { readSamples } from "./v8-profile.ts";

const WINDOW_MS = 10_000;
/** Looks that a window may have; a guest that switches tasks faster gets shorter windows. */
const MAX_LOOKS = 500_000;
/** Between two looks at the same task's stack; more where a look, of a deep stack, takes more than 5 % of that. */
const LOOK_EVERY_US = 500;
const LOOK_SHARE = 1 / 20;
/** Fuel between two questions whether it is time to look: a tenth to half a millisecond. */
const LOOK_FUEL = 20_000;

/** What was seen of a task at one time; it holds until the next look. */
export interface Look {
  /** The program's name, as ps(1) shows it. */
  readonly program: string;
  readonly map: CodeMap;
  readonly pc: number;
  /** From the innermost call outwards. */
  readonly stack: readonly CodePlace[];
}

interface Known {
  look: Look;
  /** When to look anew. */
  untilUs: number;
}

export class Profiler implements Sampler {
  readonly #sum: ProfileSum;
  readonly #objects: CodeObjects = new CodeObjects();
  readonly #tasks: WeakMap<Task, Known> = new WeakMap();
  readonly #startUs: number = nowUs();
  readonly #thread: ThreadWatch;
  readonly #startThreadUs: number;
  readonly #startProcessUs: number;
  readonly #timer: NodeJS.Timeout;
  /** What holds from when on, until the next: two lists, because a guest may switch tasks each few microseconds. */
  #looks: Look[] = [];
  #times: number[] = [];
  #last: Task | null = null;
  #endSamples: () => string;
  #windowThreadUs: number;

  /** @param isInRegion whether the code at `pc` is part of a translated region that begins at `entry` */
  constructor(thread: ThreadWatch, isInRegion: (entry: number, pc: number) => boolean) {
    this.#thread = thread;
    this.#sum = new ProfileSum(isInRegion);
    this.#startProcessUs = thread.processUs();
    this.#startThreadUs = thread.threadUs();
    this.#windowThreadUs = this.#startThreadUs;
    this.#endSamples = thread.sample();
    this.#timer = setInterval(() => this.#turn(), WINDOW_MS);
    this.#timer.unref();
  }

  look(task: Task): number {
    const timeUs = nowUs();
    const known = this.#tasks.get(task);
    // After execve the same task has another address space, and another name.
    if (known !== undefined && timeUs < known.untilUs && task.comm === known.look.program) {
      if (task !== this.#last) this.#keep(task, known.look, timeUs);
      return LOOK_FUEL;
    }
    const map = this.#objects.mapOf(task, known?.look.map);
    const look = {
      program: task.comm,
      map,
      pc: task.registers.rip,
      stack: walkStack(task, map),
    };
    const afterUs = nowUs();
    const untilUs = afterUs + Math.max(LOOK_EVERY_US, (afterUs - timeUs) / LOOK_SHARE);
    this.#tasks.set(task, { look, untilUs });
    this.#keep(task, look, timeUs);
    return LOOK_FUEL;
  }

  #keep(task: Task, look: Look, timeUs: number): void {
    this.#last = task;
    if (this.#looks.length >= MAX_LOOKS) this.#turn();
    this.#looks.push(look);
    this.#times.push(timeUs);
  }

  /** Ends a window and begins the next. */
  #turn(): void {
    this.#fold();
    this.#endSamples = this.#thread.sample();
  }

  #fold(): void {
    const now = nowUs();
    const json = this.#endSamples();
    const threadUs = this.#thread.threadUs();
    const samples = readSamples(json, this.#thread.monotonicUs() - nowUs(), now);
    this.#sum.add(samples, this.#times, this.#looks, threadUs - this.#windowThreadUs);
    this.#windowThreadUs = threadUs;
    // The look that still holds.
    this.#looks = this.#looks.slice(-1);
    this.#times = this.#times.slice(-1);
  }

  /** Ends it. */
  finish(command: string, translation: Readonly<Record<string, number>>): ProfileData {
    clearInterval(this.#timer);
    this.#fold();
    const threadUs = this.#thread.threadUs() - this.#startThreadUs;
    const processUs = this.#thread.processUs() - this.#startProcessUs;
    return {
      ...this.#sum.result(),
      version: 1,
      command,
      wallUs: Math.round(nowUs() - this.#startUs),
      threadUs,
      otherThreadsUs: Math.max(0, processUs - threadUs),
      translation,
    };
  }
}

function nowUs(): number {
  return performance.now() * 1000;
}
