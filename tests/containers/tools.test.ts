/** What people do in a container by hand: a shell and an editor, a server of files, a client, a build. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { needHost, needSlowSet } from "../e2e/needs.ts";
import { LAUNCHER, onHost } from "../e2e/run.ts";
import { Screen } from "../e2e/tmux.ts";
import { hostImage } from "./host-image.ts";
import { expectNothingLeft, startService } from "./service.ts";
import { useStore } from "./store.ts";

const MORE = `
for file in /lib/terminfo/x/xterm /usr/share/terminfo/x/xterm; do if [ -e $file ]; then take $file; fi; done
lib=$(/usr/bin/python3 -c 'import os; print(os.path.dirname(os.__file__))')
mkdir -p ".$lib"
tar -C "$lib" --exclude={test,dist-packages,'config-*',idlelib,lib2to3,ensurepip,pydoc_data} -c . | tar -x -C ".$lib"
`;
const PROGRAMS = ["python3", "curl", "vim.tiny", "less", "sleep"];
const store = useStore(hostImage({ name: "tools", programs: PROGRAMS, more: MORE }));

test("python's server of files, and what ends it", async (context) => {
  store.need(context);
  const www = join(store.folder, "www");
  mkdirSync(www);
  const bytes = randomBytes(300_000);
  writeFileSync(join(www, "file"), bytes);
  const fetched = async (port: number): Promise<Buffer> =>
    Buffer.from(await (await fetch(`http://127.0.0.1:${port}/file`)).arrayBuffer());
  const port = await startService(store, {
    name: "files",
    port: 8000,
    options: ["--init", "-w", "/www", "-v", `${www}:/www:ro`],
    image: "tools",
    command: ["python3", "-m", "http.server"],
    probe: fetched,
  });
  expect((await fetched(port)).equals(bytes)).toBe(true);
  expect((await fetch(`http://127.0.0.1:${port}/nosuch`)).status).toBe(404);
  expect((await store.run(["logs", "files"])).stderr).toMatch(/"GET \/file HTTP\/1.1" 200 -$/m);
  expect((await store.run(["stop", "files"])).code).toBe(0);
  expect((await store.run(["wait", "files"])).stdout).toBe("143\n");

  // A first process that does not say what SIGTERM is to do does not hear of it, as on Linux.
  await store.run(["run", "-d", "--name", "deaf", "tools", "sleep", "1000"]);
  expect((await store.run(["stop", "-t", "1", "deaf"])).code).toBe(0);
  expect((await store.run(["wait", "deaf"])).stdout).toBe("137\n");
  expect((await store.run(["rm", "files", "deaf"])).code).toBe(0);
  await expectNothingLeft(store);
});

test("curl reaches this machine where it may", async (context) => {
  store.need(context);
  const server = http.createServer((request, response) => {
    let count = 0;
    request.on("data", (bytes: Buffer) => {
      count += bytes.length;
    });
    request.on("end", () => response.end(`${request.method} ${request.url} ${count}\n`));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const curl = ["tools", "curl", "-sS", "--data-binary", "@-", `http://10.0.2.2:${port}/given`];
  const input = "x".repeat(200_000);
  try {
    const allowed = ["run", "--rm", "-i", "--allow", `localhost:${port}`, ...curl];
    expect(await store.run(allowed, { input })).toEqual({
      stdout: "POST /given 200000\n",
      stderr: "",
      code: 0,
    });
    expect(await store.run(["run", "--rm", "-i", ...curl], { input })).toMatchObject({
      stdout: "",
      code: 7,
    });
  } finally {
    server.close();
  }
  await expectNothingLeft(store);
});

const MAKEFILE = `answer: main.o twice.o
	gcc -o $@ $^
check: answer
	test "$$(./answer)" = "$(WANTED)"
`;
const SOURCES = {
  Makefile: MAKEFILE,
  "main.c": '#include <stdio.h>\nint twice(int);\nint main(void) { printf("%d\\n", twice(21)); }\n',
  "twice.c": "int twice(int n) { return 2 * n; }\n",
};

test("a project is built and tested, and what was built runs outside", async (context) => {
  store.need(context);
  needSlowSet(context);
  needHost(context, "gcc", "make");
  const project = join(store.folder, "project");
  mkdirSync(project);
  for (const [name, text] of Object.entries(SOURCES)) writeFileSync(join(project, name), text);
  // The compiler is this machine's: an image of it would take longer than the test.
  const args = ["run", "--rm", "-v", "/usr:/usr:ro", "-v", `${project}:/src`, "-w", "/src"];
  const make = [...args, "tools", "make", "-s", "CC=gcc", "check"];
  expect(await store.run([...make, "WANTED=42"])).toEqual({ stdout: "", stderr: "", code: 0 });
  expect((await onHost([join(project, "answer")])).stdout).toBe("42\n");
  expect((await store.run([...make, "WANTED=43"])).code).toBe(2);
  await expectNothingLeft(store);
});

test("a shell with history, completion and jobs, an editor and a pager", async (context) => {
  store.need(context);
  needHost(context, "tmux");
  const kernelet = `KERNELET_ROOT='${store.root}' '${process.execPath}' '${LAUNCHER}'`;
  const run = "run -it --rm -e 'PS1=$ ' tools bash --norc";
  const screen = await Screen.start(`${kernelet} ${run}; echo left with $?`, store.folder);
  const line = (text: string): Promise<void> => screen.type(text, "Enter");
  try {
    await screen.settle(/^\$$/m);
    await line("echo $((6 * 7))");
    await screen.settle(/^42$/m);
    await line("clear() { printf '\\033[H\\033[J'; }; clear");
    await screen.settle(/^\$\s*$/);
    await screen.type("Up", "Up");
    await screen.settle(/^\$ echo \$\(\(6/m);
    await screen.type("Enter");
    await screen.settle(/^42$/m);
    await screen.type("cat /etc/pas", "Tab");
    await screen.settle(/cat \/etc\/passwd/);
    await screen.type("Enter");
    await screen.settle(/^nobody:/m);
    // What is typed before the program has the terminal would be the shell's.
    await line("sh -c 'echo ready; exec cat'");
    await screen.settle(/^ready$/m);
    await line("first");
    await screen.settle(/^first\nfirst$/m);
    await screen.type("C-z");
    await screen.settle(/^\[1\]\+ +Stopped/m);
    await line("clear; fg");
    await screen.settle(/^sh -c .*cat'$/m);
    await line("second");
    await screen.settle(/^second\nsecond$/m);
    await screen.type("C-c");
    await line("echo code $?");
    await screen.settle(/^code 130$/m);

    await line("vim.tiny /tmp/note");
    await screen.settle(/"\/tmp\/note" \[New/);
    await screen.type("ihello", "Enter", "there", "Escape");
    await screen.resize(50, 12);
    await screen.settle(/^there$/m);
    await line(":wq");
    await screen.settle(/^\$$/m);
    await line("clear; less /tmp/note");
    await screen.settle(/^hello\nthere\n[\s\S]*END/m);
    await screen.type("q");
    await screen.settle(/^\$$/m);
    await line("clear; cat /tmp/note");
    await screen.settle(/^hello\nthere\n\$$/m);
    await line("exit 3");
    await screen.settle(/^left with 3/m);
  } finally {
    await screen.stop();
  }
  await expectNothingLeft(store);
});
