/**
 * What is in the place of an address space that was given back. Whoever still asks (a zombie's /proc files) finds
 * nothing there, and nobody keeps the old one's memory, which may be another process's by now.
 */
import type { AddressSpace } from "../arch/x86/processor.ts";

const NOTHING = new ArrayBuffer(0);

export const NO_SPACE: AddressSpace = {
  start: 0,
  end: 0,
  bytes: new Uint8Array(NOTHING),
  view: new DataView(NOTHING),
  protect() {},
  protection: () => 0,
  willWrite() {},
  zero() {},
  release() {},
};
