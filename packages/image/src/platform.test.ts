import { expect, test } from "vitest";
import { choosePlatform, formatPlatform, parsePlatform } from "./platform.ts";

test.each([
  ["linux/amd64", "linux/amd64"],
  ["linux/x86_64", "linux/amd64"],
  ["amd64", "linux/amd64"],
  ["linux/arm64/v8", "linux/arm64"],
  ["linux/aarch64", "linux/arm64"],
  ["linux/arm", "linux/arm/v7"],
  ["linux/arm/v6", "linux/arm/v6"],
  ["windows/amd64", "windows/amd64"],
])("%s is %s", (text, want) => {
  expect(formatPlatform(parsePlatform(text))).toBe(want);
});

test.each(["", "linux/", "linux/amd65", "a/b/c/d", "li nux/amd64"])(
  "'%s' is no platform",
  (text) => {
    expect(() => parsePlatform(text)).toThrow(/is no platform; write linux\/amd64/);
  },
);

test.each([
  { wanted: "linux/amd64", there: ["linux/arm64", "linux/amd64"], want: 1 },
  { wanted: "linux/amd64", there: ["windows/amd64"], want: -1 },
  { wanted: "linux/arm/v7", there: ["linux/arm/v5", "linux/arm/v6"], want: 1 },
  { wanted: "linux/arm/v6", there: ["linux/arm/v7"], want: -1 },
  { wanted: "linux/amd64/v3", there: ["linux/amd64/v4", "linux/amd64", "linux/amd64/v2"], want: 2 },
  { wanted: "linux/amd64", there: ["linux/amd64/v2"], want: -1 },
  { wanted: "linux/arm64", there: ["linux/arm64/v8"], want: 0 },
])("$wanted of $there: $want", ({ wanted, there, want }) => {
  const candidates = there.map((text) => {
    const [os = "", architecture = "", variant] = text.split("/");
    return { platform: { os, architecture, ...(variant !== undefined && { variant }) } };
  });
  const chosen = choosePlatform(parsePlatform(wanted), candidates);
  expect(chosen === undefined ? -1 : candidates.indexOf(chosen)).toBe(want);
});
