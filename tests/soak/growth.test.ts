import { expect, test } from "vitest";
import { Growth } from "./growth.ts";

const MIB = 1024 * 1024;

function of(count: number, mib: (i: number) => number): Growth {
  const growth = new Growth();
  for (let i = 0; i < count; i++) growth.add(mib(i) * MIB);
  return growth;
}

test.each([
  { title: "is flat", mib: () => 300, grows: false },
  { title: "warms up, then is flat", mib: (i: number) => Math.min(300, 50 + i * 20), grows: false },
  {
    title: "goes up and down with the collector",
    mib: (i: number) => 300 + (i % 50),
    grows: false,
  },
  { title: "goes up slowly, for ever", mib: (i: number) => 300 + i, grows: true },
])("a size that $title", ({ mib, grows }) => {
  expect(of(300, mib).isGrowing).toBe(grows);
});
