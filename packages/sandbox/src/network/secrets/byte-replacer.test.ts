import { expect, test } from "vitest";
import { ByteReplacer } from "./byte-replacer.ts";

function replace(text: string, size: number): { readonly text: string; readonly counts: number[] } {
  const counts = [0, 0];
  const row = (from: string, to: string, i: number) => ({
    from: Buffer.from(from),
    to: Buffer.from(to),
    done: () => counts.splice(i, 1, (counts[i] ?? 0) + 1),
  });
  const replacer = new ByteReplacer([row("aab", "XYZ", 0), row("bcc", "123", 1)]);
  let out = "";
  for (let at = 0; at < text.length; at += size)
    out += Buffer.from(replacer.push(Buffer.from(text.slice(at, at + size)))).toString();
  return { text: out + Buffer.from(replacer.end()).toString(), counts };
}

test.each([
  { text: "aab", wanted: "XYZ", counts: [1, 0] },
  { text: "aaab-bcc-aa", wanted: "aXYZ-123-aa", counts: [1, 1] },
  // Where two overlap, the first one is it.
  { text: "aabcc", wanted: "XYZcc", counts: [1, 0] },
  { text: "aabaabbccb", wanted: "XYZXYZ123b", counts: [2, 1] },
  { text: "", wanted: "", counts: [0, 0] },
])("'$text' in pieces of any size", ({ text, wanted, counts }) => {
  for (const size of [1, 2, 3, 4, 100])
    expect(replace(text, size)).toEqual({ text: wanted, counts });
});

test("no more is kept back than may become one", () => {
  const replacer = new ByteReplacer([{ from: Buffer.from("aab"), to: Buffer.from("XYZ") }]);
  expect(Buffer.from(replacer.push(Buffer.from("xaaa"))).toString()).toBe("xa");
  expect(replacer.isHolding).toBe(true);
  expect(Buffer.from(replacer.push(Buffer.from("c"))).toString()).toBe("aac");
  expect(replacer.isHolding).toBe(false);
});
