/** A folder of the host that the guest may write: what it does there is there, as if it had been done outside. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, type TestContext, test } from "vitest";
import { useFolder } from "./folder.ts";
import { needHost } from "./needs.ts";
import { kernelet, onHost } from "./run.ts";

const folder = useFolder();

/** Shown after each case: the host's own look at the folder. */
const LOOK = `find . -not -path './repo/*' | LC_ALL=C sort | xargs stat -c '%n %F %s %a'; find . -type f -size -2k -not -path './repo/*' | LC_ALL=C sort | xargs md5sum`;

const PYTHON = `
import mmap, os
fd = os.open("map", os.O_RDWR | os.O_CREAT, 0o644)
os.ftruncate(fd, 8192)
m = mmap.mmap(fd, 8192)
m[0:5] = b"first"
print(os.pread(fd, 5, 0))
os.pwrite(fd, b"F", 0)
print(m[0:5])
m[4096:4100] = b"last"
m.flush()
print(open("map", "rb").read()[4096:4100])
os.ftruncate(fd, 1 << 20)
os.fsync(fd)
`;

const CASES: readonly (readonly [title: string, lines: string, ...programs: string[]])[] = [
  [
    "names",
    "echo 1 >a; mv a b; ln b c; mkdir -p d/e; mv b d/e; mv d f; cat f/e/b; rm -r f; ls; cat c",
  ],
  [
    "sizes and modes",
    "printf 0123456789 >a; truncate -s 4 a; truncate -s 9 a; chmod 640 a; od -c a; touch -d @1000 a; stat -c %Y a",
  ],
  ["a file without a name", "exec 3<>a; rm a; echo gone >&3; head -c 4 /proc/self/fd/3; ls"],
  [
    "appending by two",
    "(for i in 1 2 3; do echo a >>f; done) & for i in 1 2 3; do echo a >>f; done; wait; cat f",
  ],
  ["replacing what is open", "echo old >a; exec 3<a; echo new >b; mv b a; cat <&3; cat a"],
  ["errors", "mkdir d; mv d d/x; rmdir d/..; >d; mkdir d; rm d; touch f/x; ls f; echo $?"],
  ["a mapping and its file", `python3 -c '${PYTHON}'`, "python3"],
  [
    "a repository",
    "git init -q repo; cd repo; echo x >f; git add f; git -c user.name=n -c user.email=e commit -qm m; git status -s; git fsck; git show --stat --format=%s",
    "git",
  ],
  [
    "a database",
    "sqlite3 db 'create table t(a); insert into t values (1), (2); pragma journal_mode=wal; insert into t values (3); select sum(a) from t;'",
    "sqlite3",
  ],
];

for (const [title, lines, ...programs] of CASES) {
  test(title, (context) => compareLines(context, title, lines, programs));
}

async function compareLines(
  context: TestContext,
  title: string,
  lines: string,
  programs: readonly string[],
): Promise<void> {
  needHost(context, "bash", "stat", ...programs);
  const outputs: string[] = [];
  for (const side of ["host", "guest"]) {
    const path = join(folder.path, title.replaceAll(" ", "-"), side);
    mkdirSync(path, { recursive: true });
    const argv = ["bash", "-c", `cd "$0"; exec 2>&1; ${lines}`, path];
    const isHost = side === "host";
    const { stdout } = await (isHost
      ? onHost(argv)
      : kernelet(["do", "-v", `${path}:${path}:rw`, "--", ...argv]));
    const look = await onHost(["bash", "-c", LOOK], { cwd: path });
    outputs.push(stdout.replaceAll(path, "PATH") + look.stdout);
  }
  expect(outputs[1]).toBe(outputs[0]);
}
