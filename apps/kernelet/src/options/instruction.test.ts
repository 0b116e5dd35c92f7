import { expect, test } from "vitest";
import { parseInstruction } from "./instruction.ts";

const BEFORE = { Env: ["A=1", "B=2"], Cmd: ["old"], Labels: { kept: "1" } };

test.each<{ text: string; want: object }>([
  { text: 'CMD ["a", "b c"]', want: { Cmd: ["a", "b c"] } },
  { text: "CMD echo $HOME", want: { Cmd: ["/bin/sh", "-c", "echo $HOME"] } },
  { text: "entrypoint []", want: { Entrypoint: [] } },
  { text: "ENV A=x C=y", want: { Env: ["B=2", "A=x", "C=y"] } },
  { text: `ENV A="x y" B='z "q"' C=a\\ b`, want: { Env: ["A=x y", 'B=z "q"', "C=a b"] } },
  { text: "ENV A the rest of it", want: { Env: ["B=2", "A=the rest of it"] } },
  { text: "LABEL a=1 kept=2", want: { Labels: { kept: "2", a: "1" } } },
  { text: "EXPOSE 80 53/udp", want: { ExposedPorts: { "80/tcp": {}, "53/udp": {} } } },
  { text: "VOLUME /a /b", want: { Volumes: { "/a": {}, "/b": {} } } },
  { text: "USER me:us", want: { User: "me:us" } },
  { text: "WORKDIR /srv", want: { WorkingDir: "/srv" } },
  { text: "STOPSIGNAL SIGQUIT", want: { StopSignal: "SIGQUIT" } },
  { text: "CMD=true", want: { Cmd: ["/bin/sh", "-c", "true"] } },
])("$text", ({ text, want }) => {
  expect(parseInstruction(text)(BEFORE)).toEqual({ ...BEFORE, ...want });
});

test.each([
  "RUN true",
  "CMD",
  "",
  "ENV",
  "ENV =x",
  "EXPOSE http",
  "WORKDIR srv",
  "STOPSIGNAL SIGNO",
])("'%s' is refused", (text) => {
  expect(() => parseInstruction(text)).toThrow(/^-c: /);
});
