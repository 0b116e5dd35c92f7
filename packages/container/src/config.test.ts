import { CAP_CHOWN } from "@kernelet/abi";
import { expect, test } from "vitest";
import { type ContainerRequest, configFor } from "./config.ts";

const imageConfig = {
  platform: { os: "linux", architecture: "amd64" },
  created: undefined,
  diffIds: [],
  env: ["PATH=/bin", "A=image", "B=image"],
  entrypoint: ["/entry", "-x"],
  cmd: ["default"],
  user: "7:8",
  workingDir: "/srv",
  labels: { kept: "1", changed: "image" },
  exposedPorts: [],
  volumes: [],
  stopSignal: "SIGINT",
};

function make(request: ContainerRequest) {
  return configFor(request, {
    ...{ id: "0123456789abcdef", name: "name", createdMs: 1, imageConfig, imageStopSignal: 2 },
    image: { name: "image", id: "sha256:0", layerCount: 1 },
    defaultCapabilities: [CAP_CHOWN],
  });
}

test("what the request leaves out is the image's", () => {
  expect(make({})).toMatchObject({
    ...{ argv: ["/entry", "-x", "default"], user: "7:8", cwd: "/srv", stopSignal: 2 },
    env: ["PATH=/bin", "HOSTNAME=0123456789ab", "A=image", "B=image"],
    capabilities: [CAP_CHOWN],
    labels: { kept: "1", changed: "image" },
  });
});

test.each<{ readonly request: ContainerRequest; readonly want: object }>([
  { request: { command: ["run", "it"] }, want: { argv: ["/entry", "-x", "run", "it"] } },
  { request: { entrypoint: ["sh"] }, want: { argv: ["sh"] } },
  { request: { entrypoint: ["sh"], command: ["-c", "x"] }, want: { argv: ["sh", "-c", "x"] } },
  { request: { entrypoint: [], command: ["x"] }, want: { argv: ["x"] } },
  { request: { isIdle: true }, want: { argv: null } },
  {
    request: { env: ["A=mine", "B", "C=a=b"], hostname: "host", isTty: true },
    want: { env: ["PATH=/bin", "HOSTNAME=host", "TERM=xterm", "A=mine", "C=a=b"] },
  },
  { request: { labels: { changed: "mine" } }, want: { labels: { kept: "1", changed: "mine" } } },
  { request: { user: "root", cwd: "/", stopSignal: 9 }, want: { user: "root", stopSignal: 9 } },
])("$request", ({ request, want }) => {
  expect(make(request)).toMatchObject(want);
});
