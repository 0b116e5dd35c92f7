/** What code is where in an address space, at one time. */
import { displayPath, type PageCache, type Path, type Task, type Vma } from "@kernelet/kernel";
import { CodeObject } from "./code-object.ts";

/** A place in a file's code; in code that is no file's `off` is the address. */
export interface CodePlace {
  readonly object: CodeObject;
  readonly off: number;
}

interface CodeRange extends CodePlace {
  readonly start: number;
  readonly end: number;
}

const PROT_EXEC = 4;
/** More objects than any program has; what comes later is put together. */
const MAX_OBJECTS = 4096;

export class CodeMap {
  readonly ranges: readonly CodeRange[];

  constructor(ranges: readonly CodeRange[]) {
    this.ranges = ranges;
  }

  find(pc: number): CodePlace | undefined {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ranges[middle] as CodeRange).end > pc) high = middle;
      else low = middle + 1;
    }
    const range = this.ranges[low];
    if (range === undefined || pc < range.start) return undefined;
    return { object: range.object, off: range.off + (pc - range.start) };
  }
}

/** Keeps code objects apart, and maps that are equal together. */
export class CodeObjects {
  readonly #byCache: WeakMap<PageCache, CodeObject> = new WeakMap();
  readonly #anonymous: Map<string, CodeObject> = new Map();
  #count = 0;

  /** The code that the task can run now. @returns `before` if nothing has changed. */
  mapOf(task: Task, before: CodeMap | undefined): CodeMap {
    const ranges: CodeRange[] = [];
    let isSame = before !== undefined;
    for (const vma of task.mm.vmas) {
      if ((vma.prot & PROT_EXEC) === 0) continue;
      const object = this.#objectOf(vma, task.fs.root);
      const off = vma.cache === null ? vma.start : vma.off;
      const known = before?.ranges[ranges.length];
      isSame &&= known?.start === vma.start && known.end === vma.end && known.object === object;
      ranges.push({ start: vma.start, end: vma.end, object, off });
    }
    if (before !== undefined && isSame && ranges.length === before.ranges.length) return before;
    return new CodeMap(ranges);
  }

  #objectOf({ cache, file, name }: Vma, root: Path): CodeObject {
    if (cache === null) return this.#named(name === "" ? "[anon]" : name);
    let object = this.#byCache.get(cache);
    if (object === undefined) {
      if (this.#count++ >= MAX_OBJECTS) return this.#named("[other]");
      const title = file === null ? "[anon]" : displayPath(file.path, root);
      object = new CodeObject(title, (off, len) => {
        const bytes = new Uint8Array(Math.max(0, Math.min(len, cache.size - off)));
        const n = cache.read(off, bytes);
        return bytes.subarray(0, Math.max(0, n));
      });
      this.#byCache.set(cache, object);
    }
    return object;
  }

  #named(name: string): CodeObject {
    let object = this.#anonymous.get(name);
    if (object === undefined) {
      object = new CodeObject(name);
      this.#anonymous.set(name, object);
    }
    return object;
  }
}
