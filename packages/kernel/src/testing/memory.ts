/** What tests of mm need: address spaces without tasks, and files that are only pages. */
import { O_RDONLY } from "@kernelet/abi";
import { ScriptedProcessor } from "../arch/x86/scripted-processor.ts";
import type { FileDescription } from "../fs/file-description.ts";
import { MemorySystem } from "../mm/memory-system.ts";
import type { PageCache } from "../mm/page-cache.ts";

/** As much of an open file as mappings use; its contents are `pages`. */
export class MappableFile {
  readonly path: unknown;
  readonly inode: { ino: number; superblock: { dev: number }; writeCount: number };
  readonly isReadable = true;
  readonly isWritable: boolean;
  refs = 1;
  readonly #pages: PageCache;

  constructor(pages: PageCache, flags?: number) {
    this.inode = { ino: 7, superblock: { dev: 3 }, writeCount: 0 };
    this.path = { mount: { isNoExec: false }, inode: this.inode };
    this.isWritable = flags !== O_RDONLY;
    this.#pages = pages;
  }

  get description(): FileDescription {
    return this as unknown as FileDescription;
  }

  mmapSource(): PageCache {
    return this.#pages;
  }

  addRef(): this {
    this.refs++;
    return this;
  }

  removeRef(): void {
    this.refs--;
  }

  accessed(): void {}

  /** As a regular file reads. */
  read(_task: unknown, into: Uint8Array, off: number): number {
    return this.#pages.read(off, into);
  }
}

/** A kernel's memory; each address space has `size` bytes. */
export function createMemory(limitPages?: number, size: number = 16 * 1024 * 1024): MemorySystem {
  return new MemorySystem(new ScriptedProcessor(size), limitPages);
}
