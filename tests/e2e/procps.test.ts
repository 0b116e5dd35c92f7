/** ps, top, free, lsof and their kin read /proc: here of a sandbox, where only its own processes are. */
import { describe, expect, type TestContext, test } from "vitest";
import { compareAll, script } from "./compare.ts";
import { useFolder } from "./folder.ts";
import { needHost, needSlowSet } from "./needs.ts";
import { inSandbox } from "./run.ts";

const folder = useFolder();

// What they say of the asking shell and its children is the same everywhere but for the numbers.
const SELF = `sleep 100 & exec 3< /etc/passwd 4>> kept 5<> both; mkfifo p; exec 6<> p
ps -o stat=,ni=,nlwp=,comm=,args= -p $! | cut -c 1-60; ps -o comm= --ppid $$ | sort; ps -o ppid= -p $! | grep -cw $$; ps -o user=,group=,euid== -p $$
cat /proc/$!/comm; tr '\\0' ' ' < /proc/$!/cmdline; echo; readlink /proc/$$/fd/4 /proc/$$/exe | sed "s#$PWD##"; pgrep -P $$ sleep | grep -cx $!; pidof -s sleep > /dev/null && echo found
kill $!; wait $! 2> /dev/null; ps -p $! -o pid=; echo $?; pwdx $$ | sed 's/.*: //' | grep -cx "$PWD"; grep -E '^(Umask|Threads|SigIgn|CapInh|NoNewPrivs)' /proc/self/status`;

const OPEN_FILES = `exec 3< /etc/passwd 4>> kept 5<> both; mkfifo p; exec 6<> p; printf x >&4
lsof -w -a -p $$ -d 3-6 -F ftans | grep -v '^p' | sed "s#$PWD##"; lsof -w -t kept | grep -cx $$; fuser both 2> /dev/null | tr -d ' ' | grep -cx $$; lsof -w -a -p $$ -d cwd,rtd,txt -F fn | grep -v '^p' | sed "s#$PWD##"`;

// ss says on stderr that there is no netlink, and reads /proc/net/unix then.
const SOCKETS = `coproc python3 -c '
import socket
a = socket.socket(socket.AF_UNIX); a.bind("listening-e2e"); a.listen(3)
b = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); b.bind("\\0abstract-e2e")
c = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); c.bind("packets-e2e"); c.listen(7)
print("ready", flush=True); input()'
read -ru "\${COPROC[0]}" line; echo "$line"; ss -xaH 2> /dev/null | grep -e '-e2e ' | awk '{ print $1, $2, $5 }' | sort
grep -e '-e2e$' /proc/net/unix | cut -d : -f 2- | sed -E 's/ +[0-9]+ ([^ ]*)$/ INODE \\1/' | sort; echo >&"\${COPROC[1]}"; wait; grep -ce '-e2e$' /proc/net/unix`;

describe("a process's own view", () => {
  compareAll(
    [
      script("ps, pgrep, pwdx", SELF, { needs: ["ps", "pgrep", "pidof", "pwdx"] }),
      script("ss", SOCKETS, { needs: ["ss", "python3"], isSlow: true }),
      script("lsof, fuser", OPEN_FILES, { needs: ["lsof", "fuser"], isSlow: true }),
      script(
        "a stopped process, a zombie, threads, priorities",
        `nice -n 7 sleep 100 & until [ "$(ps -o comm= -p $!)" = sleep ]; do :; done; kill -STOP $!; until ps -o stat= -p $! | grep -q T; do :; done; ps -o stat=,ni=,comm= -p $!; disown; kill -9 $!
        perl -e 'if (!fork) { exit 3 } sleep 1 until \`ps -o stat= --ppid $$\` =~ /^Z/m; print "zombie\\n"'
        python3 -c 'import threading as t, os, time; e = t.Event(); [t.Thread(target=e.wait).start() for _ in range(3)]; os.system("ps -o nlwp= -p %d; ls /proc/%d/task | wc -l" % (os.getpid(), os.getpid())); e.set()'`,
        { needs: ["perl", "python3"], isSlow: true },
      ),
    ],
    () => ({ cwd: folder.path }),
  );
});

/** @returns what the script printed in a sandbox. */
async function printed(
  context: TestContext,
  programs: readonly string[],
  lines: string,
): Promise<string> {
  needHost(context, ...programs);
  needSlowSet(context);
  const { stdout, stderr, code } = await inSandbox(["bash", "-c", lines], {
    env: { COLUMNS: "80" },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

describe("a sandbox's own view", () => {
  test("ps aux lists its processes and no others", async (context) => {
    const lines = (await printed(context, ["ps"], "sleep 100 & ps aux")).trimEnd().split("\n");
    const commands = lines.map((line) => line.trim().split(/\s+/).slice(10).join(" "));
    expect(lines[0]).toMatch(/^USER +PID %CPU %MEM +VSZ +RSS TTY +STAT START +TIME COMMAND$/);
    expect(commands).toContain("sleep 100");
    expect(commands).toContain("ps aux");
    expect(lines.length).toBeLessThan(7);
  });

  test("top -b -n1", async (context) => {
    const text = await printed(context, ["top"], "sleep 100 & top -b -n1");
    expect(text).toMatch(/^top - \d\d:\d\d:\d\d up .*load average: [\d.]+, [\d.]+, [\d.]+$/m);
    expect(text).toMatch(
      /^Tasks: +\d+ total, +\d+ running, +\d+ sleeping, +0 stopped, +0 zombie$/m,
    );
    expect(text).toMatch(
      /^MiB Mem : +[\d.]+ total, +[\d.]+ free, +[\d.]+ used, +[\d.]+ buff\/cache/m,
    );
    expect(text).toMatch(/ R +[\d.]+ +[\d.]+ +\d+:\d\d\.\d\d top$/m);
    expect(text).toMatch(/ S +[\d.]+ +[\d.]+ +\d+:\d\d\.\d\d sleep$/m);
  });

  test("free adds up, and counts what is used", async (context) => {
    const lines = "free -b; head -c 50M /dev/zero > /dev/shm/f; free -b";
    const rows = [...(await printed(context, ["free"], lines)).matchAll(/^Mem: +(.*)$/gm)];
    const [before, after] = rows.map(([, row = ""]) => row.split(/ +/).map(Number));
    for (const [total = 0, used = 0, free = 0, , cache = 0] of [before ?? [], after ?? []]) {
      expect(Math.abs(total - used - free - cache)).toBeLessThan(total / 100);
    }
    expect((before?.[2] ?? 0) - (after?.[2] ?? 0)).toBeGreaterThan(45 * 2 ** 20);
  });

  test("uptime, vmstat, pmap, lsns, mount, df, lscpu", async (context) => {
    const lines =
      "uptime; vmstat; pmap -x $$ | tail -n 1; lsns -n -o TYPE -p $$ | sort | xargs; mount | head -n 1; df / | tail -n 1; lscpu | head -n 1";
    const text = await printed(context, ["uptime", "vmstat", "pmap", "lsns", "lscpu"], lines);
    expect(text).toMatch(
      /^ [\d:]+ up .*\nprocs -+memory.*\n.*\n +\d+ .*\ntotal kB +\d+ +\d+ +\d+\n[a-z ]+\noverlay on \/ type overlay .*\noverlay .* \/\nArchitecture: +x86_64\n$/,
    );
  });
});
