import { SHT_DYNSYM, SHT_PROGBITS, SHT_SYMTAB, STT_FUNC } from "@kernelet/abi";
import { expect, test } from "vitest";
import { CodeObject } from "./code-object.ts";
import { elf } from "./testing/elf.ts";

const SYMBOLS = [
  { name: "__libc_read", value: 0x1100, size: 0x40, type: STT_FUNC, section: 1 },
  { name: "read", value: 0x1100, size: 0x40, type: STT_FUNC, section: 1 },
  { name: "helper", value: 0x1140, size: 0x20, type: STT_FUNC, section: 1 },
  { name: "_start", value: 0x1200, size: 0, type: STT_FUNC, section: 1 },
  { name: "elsewhere", value: 0x1180, size: 0x20, type: STT_FUNC, section: 0 },
  { name: "table", value: 0x1190, size: 0x20, type: 1, section: 1 },
];

function object(symbols = SYMBOLS, type: number = SHT_SYMTAB): CodeObject {
  // The text is at 0x100 in the file and at 0x1100 as linked.
  const bytes = elf({
    load: { off: 0x100, addr: 0x1100, size: 0x400 },
    symbols,
    symbolType: type,
    sections: [{ name: ".plt", type: SHT_PROGBITS, addr: 0x1400, size: 0x40 }],
  });
  return new CodeObject("/lib/x.so", (off, len) => bytes.subarray(off, off + len));
}

test.each([
  { title: "the first byte", off: 0x100, name: "read", into: 0 },
  { title: "the last byte", off: 0x13f, name: "read", into: 0x3f },
  { title: "the next function", off: 0x140, name: "helper", into: 0 },
  { title: "what has no size reaches to the next", off: 0x250, name: "_start", into: 0x50 },
  { title: "a stub of the linker's", off: 0x410, name: "[plt]", into: 0x10 },
])("$title is named", ({ off, name, into }) => {
  expect(object().nameOf(off)).toEqual({ name, into });
  expect(object(SYMBOLS, SHT_DYNSYM).nameOf(off)).toEqual({ name, into });
});

test("code between symbols has no name, and data and other files' symbols give none", () => {
  expect(object().nameOf(0x190).name).toBe("[unknown]");
});

test("a file that is no ELF file, or a torn one, has no names", () => {
  const text = new CodeObject("/a", () => new TextEncoder().encode("#!/bin/sh\n"));
  expect(text.nameOf(4)).toEqual({ name: "[unknown]", into: 4 });
  const bytes = elf({ load: { off: 0, addr: 0, size: 0x400 }, symbols: SYMBOLS });
  for (const length of [3, 63, 64, 100, 200, bytes.length - 40]) {
    const torn = new CodeObject("/b", (off, len) =>
      bytes.subarray(0, length).subarray(off, off + len),
    );
    expect(torn.nameOf(0x1100).into).toBe(0x1100);
  }
});
