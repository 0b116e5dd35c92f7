import { ENOEXEC, isErrno } from "@kernelet/abi";
import { expect, test } from "vitest";
import { decodeName } from "../name.ts";
import { parseScriptLine } from "./script.ts";

const long = "x".repeat(300);

test.each<{ title: string; text: string; want: [string, string | null] | typeof ENOEXEC }>([
  { title: "plain", text: "#!/bin/sh\necho", want: ["/bin/sh", null] },
  { title: "blanks", text: "#! \t/bin/sh \t\n", want: ["/bin/sh", null] },
  { title: "one argument", text: "#!/usr/bin/env -S a b  \n", want: ["/usr/bin/env", "-S a b"] },
  { title: "no newline", text: "#!/bin/sh", want: ["/bin/sh", null] },
  { title: "no newline, argument", text: "#!/bin/sh -x", want: ["/bin/sh", "-x"] },
  {
    title: "carriage return is part of the name",
    text: "#!/bin/sh\r\n",
    want: ["/bin/sh\r", null],
  },
  { title: "empty line", text: "#!\n/bin/sh", want: ENOEXEC },
  { title: "only blanks", text: "#!   \t\n", want: ENOEXEC },
  { title: "name that is cut", text: `#!/${long}\n`, want: ENOEXEC },
  { title: "argument that is cut", text: `#!/bin/a ${long}\n`, want: ["/bin/a", "x".repeat(246)] },
  { title: "no script", text: "echo\n", want: ENOEXEC },
])("#! line: $title", ({ text, want }) => {
  const head = new Uint8Array(256);
  head.set(new TextEncoder().encode(text).subarray(0, 256));
  const line = parseScriptLine(head);
  if (isErrno(line)) expect(line).toBe(want);
  else {
    const argument = line.argument === null ? null : decodeName(line.argument);
    expect([decodeName(line.interpreter), argument]).toEqual(want);
  }
});
