import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import type { Digest, ImageEvent } from "@kernelet/image";
import { expect, test } from "vitest";
import type { Io } from "../io.ts";
import { startProgress } from "./progress.ts";

const DIGEST = `sha256:${"0123456789ab".repeat(5)}0123` as Digest;

function layer(
  phase: Extract<ImageEvent, { type: "layer" }>["phase"],
  current: number,
): ImageEvent {
  return { type: "layer", digest: DIGEST, phase, current, total: 2_000_000 };
}

const EVENTS = [
  layer("waiting", 0),
  layer("downloading", 1_000_000),
  layer("downloading", 2_000_000),
  layer("done", 0),
];

function io(terminal?: { columns: number; rows: number }): { io: Io; text: () => string } {
  let text = "";
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      text += chunk;
      done();
    },
  });
  const screen =
    terminal &&
    (Object.assign(stream, { isTTY: true, ...terminal }) as unknown as NodeJS.WriteStream);
  const err = (more: string): void => {
    text += more;
  };
  const common = { env: {}, cwd: () => "/", out: () => {}, err };
  return { io: screen === undefined ? common : { ...common, terminal: screen }, text: () => text };
}

test("off a terminal: a line when something is done, none for each piece", () => {
  for (const terminal of [undefined, { columns: 0, rows: 0 }]) {
    const { io: plain, text } = io(terminal);
    const progress = startProgress(plain, false);
    for (const event of EVENTS) progress.onEvent(event);
    progress.end();
    expect(text()).toBe("0123456789ab: downloading\n0123456789ab: complete\n");
  }
});

test("on a terminal: a bar that is as long as what has come, and the last state once", () => {
  const { io: screen, text } = io({ columns: 80, rows: 24 });
  const progress = startProgress(screen, false);
  progress.onEvent(layer("downloading", 1_000_000));
  progress.onEvent({ type: "indexing" });
  progress.onEvent(layer("done", 0));
  progress.end();
  progress.end();
  const shown = stripVTControlCharacters(text());
  expect(shown).toContain(
    `0123456789ab  downloading  ${"█".repeat(15)}${"░".repeat(15)}  1MB / 2MB`,
  );
  expect(shown.match(/complete/g)).toHaveLength(1);
});

test("with --quiet: nothing", () => {
  const { io: quiet, text } = io();
  const progress = startProgress(quiet, true);
  for (const event of EVENTS) progress.onEvent(event);
  progress.end();
  expect(text()).toBe("");
});
