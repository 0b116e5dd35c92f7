/** Programs that own the screen: in tmux on the host, and with tmux itself in the sandbox. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compare, script } from "./compare.ts";
import { useFolder } from "./folder.ts";
import { needHost, needSlowSet } from "./needs.ts";
import { LAUNCHER } from "./run.ts";
import { Screen } from "./tmux.ts";

const folder = useFolder();
beforeAll(() => {
  const lines = Array.from({ length: 300 }, (_, i) => `line ${i + 1} of the file\n`);
  writeFileSync(join(folder.path, "lines"), lines.join(""));
});

/** Keys, what the screen must show then, or a new size. */
interface Step {
  readonly keys?: readonly string[];
  readonly size?: readonly [number, number];
  readonly shows: RegExp;
}

// tmux drops the spaces at the ends of lines.
const PROMPT = /^\$$/m;
const SHELL =
  "env -i PATH=/usr/bin:/bin TERM=screen LANG=C.UTF-8 PS1='$ ' HISTFILE= bash --norc --noprofile -i";
const enter = (line: string): readonly string[] => [line, "Enter"];
const clear: Step = { keys: enter("clear"), shows: /^\$\n\n/ };

const JOBS: readonly Step[] = [
  { keys: enter("sleep 100"), shows: /sleep 100\n\n/ },
  { keys: ["C-z"], shows: /Stopped +sleep 100\n\$$/m },
  { keys: enter("sleep 200 & jobs"), shows: /Running +sleep 200/ },
  { keys: enter("bg %1; jobs"), shows: /sleep 100 &\n(?:.*\n)*.*Running +sleep 200/ },
  clear,
  { keys: enter("kill %2; wait %2; fg"), shows: /sleep 100\n\n/ },
  { keys: ["C-c"], shows: /\^C\n\$$/m },
  { keys: enter("sh -c 'kill -STOP $$; echo went on'"), shows: /Stopped.*went on/ },
  { keys: enter("fg; echo code $?"), shows: /code 0/ },
  clear,
  { keys: enter("cat > /dev/null"), shows: /null\n\n/ },
  { keys: ["typed", "C-u", "other", "Enter", "C-d"], shows: /other\n\$$/m },
  { keys: enter("cat & wait $!; echo code $?"), shows: /code 149[\s\S]*^\$$/m },
  { keys: enter("jobs"), shows: /Stopped +cat\n\$$/m },
  clear,
  {
    keys: enter("stty tostop; (echo unseen) & wait $!; echo code $?; stty -tostop"),
    shows: /code 150[\s\S]*^\$$/m,
  },
  { keys: enter("exit"), shows: /There are stopped jobs[\s\S]*^\$$/m },
];

const LESS: readonly Step[] = [
  { keys: enter("less lines"), shows: /^line 1 of[\s\S]*lines/ },
  { keys: ["Space"], shows: /^line 16 of/m },
  { keys: ["G"], shows: /line 300 of/ },
  { keys: enter("?line 123 "), shows: /^line 123 of/ },
  { size: [40, 10], shows: /^line 123 of(.*\n){9}:/ },
  { keys: ["-", "N", "Enter"], shows: /^ +123 line 123/ },
  { keys: ["!echo from less", "Enter"], shows: /from less[\s\S]*done/ },
  { keys: ["Enter"], shows: /^ +123 line 123/ },
  { keys: ["C-z"], shows: /Stopped +less lines/ },
  { keys: enter("fg"), shows: /^ +123 line 123/ },
  { keys: ["q"], shows: PROMPT },
  { keys: enter("clear; stty size"), shows: /^10 40/ },
];

const VIM: readonly Step[] = [
  { keys: enter("vim.tiny -u NONE -N new"), shows: /new.*\[New\]/ },
  { keys: ["i", "hello vim", "Escape", "yy", "3p"], shows: /(hello vim\n){4}/ },
  { keys: enter(":2,3s/hello/bye/"), shows: /bye vim\nbye vim/ },
  { keys: ["u"], shows: /(hello vim\n){4}/ },
  { keys: ["C-r"], shows: /bye vim\nbye vim/ },
  { size: [50, 9], shows: /bye vim(.*\n){6,7}/ },
  { keys: enter(":r !seq 3"), shows: /^3$/m },
  { keys: ["C-z"], shows: /Stopped +vim/ },
  { keys: enter("fg"), shows: /^3$/m },
  { keys: enter(":wq"), shows: PROMPT },
  { keys: enter("clear; cat new"), shows: /hello vim\nbye vim\n1\n2\n3[\s\S]*^\$$/m },
];

const numbered = (text: string): string =>
  text.replace(/^(\[\d\][+-]?) \d+$/gm, "$1 PID").replace(/\d+ seconds? ago/, "N seconds ago");

/** Goes through the steps in a shell; `look` is called after each, and before the first. */
async function walk(
  command: string,
  steps: readonly Step[],
  look: (screen: Screen, step: number) => Promise<void>,
): Promise<void> {
  rmSync(join(folder.path, "new"), { force: true });
  const screen = await Screen.start(command, folder.path);
  try {
    await look(screen, -1);
    for (const [step, { keys = [], size }] of steps.entries()) {
      if (size !== undefined) await screen.resize(...size);
      await screen.type(...keys);
      await look(screen, step);
    }
  } finally {
    await screen.stop();
  }
}

describe("in tmux, screen by screen", () => {
  const subjects = [
    { title: "bash with jobs", steps: JOBS, needs: ["bash"] },
    { title: "less", steps: LESS, needs: ["less"] },
    { title: "vim", steps: VIM, needs: ["vim.tiny"] },
  ];
  for (const { title, steps, needs } of subjects) {
    // On a busy machine the host's screen may stand still before it is done.
    test(title, { retry: 2 }, async (context) => {
      needHost(context, "tmux", ...needs);
      needSlowSet(context);
      const shows = (step: number): RegExp => steps[step]?.shows ?? PROMPT;
      const expected = new Map<number, string>();
      await walk(SHELL, steps, async (screen, step) => {
        expected.set(step, numbered(await screen.settle(shows(step))));
      });
      const sandbox = `'${process.execPath}' '${LAUNCHER}' do -- ${SHELL}`;
      await walk(sandbox, steps, async (screen, step) => {
        const text = await screen.until((now) => numbered(now) === expected.get(step));
        expect(numbered(text), `after ${JSON.stringify(steps[step])}`).toBe(expected.get(step));
      });
    });
  }
});

// The shell waits for what the inner terminal shows, as the test above does for the outer one.
const INNER = `export TMUX_TMPDIR=$PWD SHELL=/bin/sh; seq 1 200 > f
T() { tmux -f /dev/null "$@"; }; trap 'T kill-server 2> /dev/null' EXIT
show() { for i in {1..300}; do T capture-pane -p | grep -q "$1" && return; sleep 0.1; done; echo "no $1"; T capture-pane -p; }
T new-session -d -x 60 -y 12 "PS1='$ ' sh"; show '^\\$'
T send-keys 'less f' Enter; show '^f\\|^:'; T send-keys G; show '^200'; T send-keys '?^150' Enter; show '^160'; T capture-pane -p; T send-keys q
T send-keys 'clear; stty size; tty' Enter; show '^12 60'; T split-window 'echo split; sleep 100'; T resize-pane -y 3; show split
T list-panes -F '#{pane_width}x#{pane_height}'; T kill-pane
T send-keys 'clear; sleep 100' Enter; sleep 0.5; T send-keys C-z; show Stopped; T send-keys 'kill %1; wait; clear; echo back' Enter; show '^back'
T new-window 'exit 3'; T set-buffer 'pasted text'; T send-keys 'cat > pasted' Enter; T paste-buffer; T send-keys Enter C-d; show '^\\$$'
for i in {1..50}; do [ -s pasted ] && break; sleep 0.1; done; cat pasted; T display-message -p '#{session_windows}'`;

test("tmux itself, server and client", async (context) => {
  needHost(context, "tmux", "less");
  needSlowSet(context);
  await compare(context, script("tmux", INNER), { cwd: folder.path });
});
