// Child processes, with pipes, sockets and signals.
import { execFileSync, fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

if (process.send !== undefined) {
  process.on("message", ({ number }) => process.send({ square: number * number }));
} else {
  console.log(execFileSync("sort", ["-r"], { input: "a\nb\n", encoding: "utf8" }));
  const { status, signal, stderr } = spawnSync("sh", ["-c", "echo oops >&2; kill -TERM $$"]);
  console.log(status, signal, String(stderr));
  console.log(
    spawnSync("sleep", ["60"], { timeout: 50 }).error?.code,
    spawnSync("/nosuch").error?.code,
  );

  const child = fork(fileURLToPath(import.meta.url));
  child.send({ number: 12 });
  const [reply] = await once(child, "message");
  child.disconnect();
  console.log(reply, await once(child, "exit"));

  const cat = spawn("cat", { stdio: ["pipe", "pipe", "inherit"] });
  let length = 0;
  cat.stdout.on("data", (chunk) => {
    length += chunk.length;
  });
  cat.stdin.end(Buffer.alloc(1 << 20));
  console.log(await once(cat, "close"), length);

  const sleeper = spawn("sleep", ["60"]);
  sleeper.kill("SIGKILL");
  console.log(await once(sleeper, "exit"));
  process.once("SIGUSR2", (name) => console.log("got", name));
  process.kill(process.pid, "SIGUSR2");
  await once(process, "SIGUSR2");
  process.exitCode = 5;
}
