/** Terminals of containers, driven by tmux. */
import { expect, type TestContext, test } from "vitest";
import { needHost } from "../e2e/needs.ts";
import { LAUNCHER } from "../e2e/run.ts";
import { Screen } from "../e2e/tmux.ts";
import { useStore } from "./store.ts";

const store = useStore();

async function withScreen(
  context: TestContext,
  args: string,
  work: (screen: Screen) => Promise<void>,
): Promise<void> {
  store.need(context);
  needHost(context, "tmux");
  const kernelet = `KERNELET_ROOT='${store.root}' '${process.execPath}' '${LAUNCHER}'`;
  const screen = await Screen.start(`${kernelet} ${args}; echo left with $?`, store.folder);
  try {
    await work(screen);
  } finally {
    await screen.stop();
  }
}

test("a shell has the terminal's size, is left by keys, and attached to again", async (context) => {
  await withScreen(context, "run -it --name shell -e 'PS1=$ ' bb sh", async (screen) => {
    await screen.settle(/^\$$/m);
    await screen.type("stty size; tty", "Enter");
    await screen.settle(/^16 70\n\/dev\/pts\/\d+$/m);
    await screen.resize(60, 12);
    await screen.type("stty size", "Enter");
    await screen.settle(/^12 60$/m);
    await screen.type("sh -c 'echo ready; exec sleep 100'", "Enter");
    await screen.settle(/^ready$/m);
    await screen.type("C-c");
    await screen.type("echo code $?", "Enter");
    await screen.settle(/^code 130$/m);
    await screen.type("C-p");
    await screen.type("C-q");
    await screen.settle(/left with 0/);
  });
  expect((await store.run(["ps", "-q", "-f", "name=shell"])).stdout).toMatch(/^[0-9a-f]{12}\n$/);
  await withScreen(context, "attach shell", async (screen) => {
    await screen.type("echo again $((40+2))", "Enter");
    await screen.settle(/^again 42$/m);
    await screen.type("exit 3", "Enter");
    await screen.settle(/left with 3/);
  });
  expect((await store.run(["logs", "shell"])).stdout).toContain("again 42\r\n");
});

test("a further program has a terminal of its own", async (context) => {
  store.need(context);
  await store.run(["run", "-d", "--name", "idle", "bb", "sleep", "1000"]);
  await withScreen(context, "exec -it -e 'PS1=# ' idle sh", async (screen) => {
    await screen.settle(/^#$/m);
    await screen.type("test -t 1 && echo yes; exit 4", "Enter");
    await screen.settle(/^yes$[\s\S]*left with 4/m);
  });
  await store.run(["rm", "-f", "idle"]);
});
