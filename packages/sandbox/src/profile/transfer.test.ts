import { expect, test } from "vitest";
import { CallTree } from "./call-tree.ts";
import { FrameKind, type ProfileData } from "./profile-data.ts";
import { ProfileReceiver, piecesOf } from "./transfer.ts";

function profile(): ProfileData {
  const tree = new CallTree({ kind: FrameKind.process, name: "all", object: "" });
  const main = tree.frameId(FrameKind.guest, "main", "/bin/x");
  for (let i = 0; i < 5000; i++) tree.add([main, tree.frameId(FrameKind.guest, `f${i}`, "/b")], i);
  return {
    ...{
      version: 1,
      command: "x",
      samples: 3,
      wallUs: 1,
      idleUs: 0,
      threadUs: 9,
      otherThreadsUs: 0,
    },
    ...{ frames: tree.frames, tree: tree.tree, tiers: [{ name: "kernel", us: 1 }], helpers: [] },
    ...{ blocks: [{ name: "f", object: "/b", us: 2 }], translation: { regions: 1 } },
  };
}

function received(value: unknown): ProfileData | null {
  const receiver = new ProfileReceiver();
  for (const piece of piecesOf(value as ProfileData)) receiver.receive(piece);
  return receiver.finish();
}

test("a profile arrives as it was sent", () => {
  expect(received(profile())).toEqual(profile());
});

test("nothing is no profile", () => {
  expect(new ProfileReceiver().finish()).toBeNull();
});

test.each<[string, (whole: ProfileData) => unknown]>([
  ["another version", (whole) => ({ ...whole, version: 2 })],
  ["a time that is none", (whole) => ({ ...whole, wallUs: "1" })],
  ["a frame without a name", (whole) => ({ ...whole, frames: [{ kind: 1, object: "" }] })],
  [
    "a kind that isn't known",
    (whole) => ({ ...whole, frames: [{ kind: 9, name: "", object: "" }] }),
  ],
  ["a cycle", (whole) => ({ ...whole, tree: { frame: [0, 0], parent: [-1, 1], self: [0, 0] } })],
  [
    "a frame that isn't there",
    (whole) => ({ ...whole, tree: { frame: [0, 1e9], parent: [-1, 0], self: [0, 0] } }),
  ],
  ["tables of other things", (whole) => ({ ...whole, tiers: [7] })],
  ["no object", () => null],
])("%s is refused", (_, spoil) => {
  expect(received(spoil(profile()))).toBeNull();
});

test("a tree never grows beyond its bounds, and loses no time", () => {
  const tree = new CallTree({ kind: FrameKind.process, name: "all", object: "" });
  for (let i = 0; i < 200_000; i++) tree.add([tree.frameId(FrameKind.guest, `f${i}`)], 1);
  for (let i = 0; i < 100_000; i++) tree.add([i % 1000, (i >> 3) % 1000, i % 777], 1);
  expect(tree.frames.length).toBeLessThanOrEqual(30_001);
  expect(tree.tree.self.length).toBeLessThanOrEqual(60_000);
  expect(tree.tree.self.reduce((sum, us) => sum + us, 0)).toBe(300_000);
});
