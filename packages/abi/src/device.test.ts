import { expect, test } from "vitest";
import { major, makedev, minor } from "./device.ts";

test.each([
  { title: "/dev/null", maj: 1, min: 3, dev: 0x103 },
  { title: "a pseudo-terminal", maj: 136, min: 5, dev: 0x8805 },
  { title: "a minor above 255", maj: 0, min: 0x123, dev: 0x100023 },
  { title: "the greatest", maj: 0xfff, min: 0xfffff, dev: 0xffffffff },
])("$title is packed as user space expects", ({ maj, min, dev }) => {
  expect(makedev(maj, min)).toBe(dev);
  expect(major(dev)).toBe(maj);
  expect(minor(dev)).toBe(min);
});
