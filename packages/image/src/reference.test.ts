import { expect, test } from "vitest";
import { NameError } from "./errors.ts";
import { canonicalName, familiarName, parseReference } from "./reference.ts";

const HEX = "0123456789abcdef".repeat(4);

// As the tests of github.com/distribution/reference have them.
test.each([
  { text: "busybox", canonical: "docker.io/library/busybox:latest", familiar: "busybox:latest" },
  { text: "busybox:1.36", canonical: "docker.io/library/busybox:1.36", familiar: "busybox:1.36" },
  { text: "user/app", canonical: "docker.io/user/app:latest", familiar: "user/app:latest" },
  {
    text: "docker.io/busybox",
    canonical: "docker.io/library/busybox:latest",
    familiar: "busybox:latest",
  },
  {
    text: "index.docker.io/busybox",
    canonical: "docker.io/library/busybox:latest",
    familiar: "busybox:latest",
  },
  { text: "localhost/app", canonical: "localhost/app:latest", familiar: "localhost/app:latest" },
  {
    text: "localhost:5000/app:2",
    canonical: "localhost:5000/app:2",
    familiar: "localhost:5000/app:2",
  },
  {
    text: "example.com/a/b/c",
    canonical: "example.com/a/b/c:latest",
    familiar: "example.com/a/b/c:latest",
  },
  { text: "[::1]:5000/app", canonical: "[::1]:5000/app:latest", familiar: "[::1]:5000/app:latest" },
  { text: "Host/app", canonical: "Host/app:latest", familiar: "Host/app:latest" },
  {
    text: `app@sha256:${HEX}`,
    canonical: `docker.io/library/app@sha256:${HEX}`,
    familiar: `app@sha256:${HEX}`,
  },
  {
    text: `app:1@sha256:${HEX}`,
    canonical: `docker.io/library/app@sha256:${HEX}`,
    familiar: `app@sha256:${HEX}`,
  },
  {
    text: "a--b/c__d.e",
    canonical: "docker.io/a--b/c__d.e:latest",
    familiar: "a--b/c__d.e:latest",
  },
])("$text", ({ text, canonical, familiar }) => {
  const reference = parseReference(text);
  expect(canonicalName(reference)).toBe(canonical);
  expect(familiarName(reference)).toBe(familiar);
  expect(canonicalName(parseReference(canonical))).toBe(canonical);
});

test.each([
  { text: "", why: "it is empty" },
  { text: "App", why: "it must be in lower case" },
  { text: "app:", why: "'' is no tag" },
  { text: "app:-x", why: "'-x' is no tag" },
  { text: `app:${"x".repeat(129)}`, why: "is no tag" },
  { text: "app@sha256:123", why: "is no digest" },
  { text: "a//b", why: "is no repository" },
  { text: "/app", why: "is no repository" },
  { text: "a___b", why: "is no repository" },
  { text: "../app", why: "is no host" },
  { text: "ex ample.com/app", why: "is no host" },
  { text: HEX, why: "64 hexadecimal digits are an image's id" },
  { text: `example.com/${"a".repeat(300)}`, why: "it is too long" },
])("refuses '$text'", ({ text, why }) => {
  expect(() => parseReference(text)).toThrow(NameError);
  expect(() => parseReference(text)).toThrow(why);
});
