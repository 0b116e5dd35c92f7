import { expect, test } from "vitest";
import { resolveUser } from "./identity.ts";

const PASSWD = "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\nbroken\n";
const GROUP = "root:x:0:\nann:x:1000:\nadm:x:4:ann,bob\naudio:x:29:ann\n";

test.each([
  { text: "root", want: { uid: 0, gid: 0, groups: [0], home: "/root" } },
  { text: "ann", want: { uid: 1000, gid: 1000, groups: [1000, 4, 29], home: "/home/ann" } },
  { text: "1000", want: { uid: 1000, gid: 1000, groups: [1000, 4, 29], home: "/home/ann" } },
  { text: "ann:adm", want: { uid: 1000, gid: 4, groups: [4, 29], home: "/home/ann" } },
  { text: "77", want: { uid: 77, gid: 0, groups: [0], home: "/" } },
  { text: "77:88", want: { uid: 77, gid: 88, groups: [88], home: "/" } },
  { text: "nobody-here", want: null },
  { text: "ann:nogroup-here", want: null },
  { text: "4294967295", want: null },
])("$text", ({ text, want }) => {
  expect(resolveUser(text, PASSWD, GROUP)).toEqual(want);
});
