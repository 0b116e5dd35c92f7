import { expect, test } from "vitest";
import { _IOC_READ, _IOC_WRITE, FICLONE, ioctlParts, TCGETS, TIOCGPTN } from "./ioctl.ts";

test("request numbers come apart as _IOC put them together", () => {
  expect(ioctlParts(TIOCGPTN)).toEqual({ dir: _IOC_READ, type: 0x54, nr: 0x30, size: 4 });
  expect(ioctlParts(FICLONE)).toEqual({ dir: _IOC_WRITE, type: 0x94, nr: 9, size: 4 });
  expect(ioctlParts(TCGETS)).toEqual({ dir: 0, type: 0x54, nr: 1, size: 0 });
});
