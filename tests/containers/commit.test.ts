/** Images of containers, what has happened to them, and which ports lead into them. */
import { expect, test } from "vitest";
import { useStore } from "./store.ts";

const store = useStore();

test("an image of one that runs has what it has written", async (context) => {
  store.need(context);
  const script = "echo one > /one; rm /etc/gone; mkdir /d; ln -s x /d/l; sleep 1000";
  const options = ["--name", "made", "-e", "A=b", "-w", "/tmp"];
  await store.run(["run", "-d", ...options, "bb", "sh", "-c", script]);
  await store.run(["exec", "made", "sh", "-c", "until [ -L /d/l ]; do sleep 0.1; done"]);
  const commit = ["commit", "-m", "why", "-a", "who", "-c", 'CMD ["ls", "/d"]', "made", "new:1"];
  const committed = await store.run(commit);
  expect(committed).toMatchObject({ stdout: expect.stringMatching(/^sha256:[0-9a-f]{64}\n$/) });
  const [{ State }] = JSON.parse((await store.run(["inspect", "made"])).stdout);
  expect(State.Status).toBe("running");
  const seen = "cat /one; ls /etc/gone 2>/dev/null; ls /d; echo $A; pwd";
  const run = await store.run(["run", "--rm", "new:1", "sh", "-c", seen]);
  expect(run.stdout).toBe("one\nl\nb\n/tmp\n");
  const [image] = JSON.parse((await store.run(["inspect", "new:1"])).stdout);
  expect(image).toMatchObject({ Author: "who", Config: { WorkingDir: "/tmp", Cmd: ["ls", "/d"] } });
  expect(image.History.at(-1)).toMatchObject({ comment: "why", author: "who" });
  await store.run(["rm", "-f", "made"]);
});

test("what has happened is told, also of those that are gone", async (context) => {
  store.need(context);
  const since = String(Date.now() / 1000);
  await store.run(["run", "--rm", "--name", "brief", "-l", "a=b", "bb", "sh", "-c", "exit 7"]);
  await store.run(["volume", "create", "told"]);
  await store.run(["volume", "rm", "told"]);
  const until = String(Date.now() / 1000 + 1);
  const events = (...args: string[]) =>
    store.run(["events", "--since", since, "--until", until, ...args]);
  const template = "{{.Type}} {{.Action}} {{.Actor.Attributes}}";
  const told = await events(
    "-f",
    "container=brief",
    "-f",
    "volume=told",
    "--format",
    "{{.Action}}",
  );
  expect(told.stdout).toBe("");
  const { stdout } = await events("-f", "container=brief", "--format", template);
  const attributes = '{"a":"b","image":"bb","name":"brief"}';
  const died = attributes.replace("}", ',"exitCode":"7"}');
  expect(stdout).toBe(
    `container create ${attributes}\ncontainer start ${attributes}\ncontainer die ${died}\ncontainer destroy ${attributes}\n`,
  );
  const lines = (await events("--format", "json")).stdout.trimEnd().split("\n");
  const all = lines.map((line) => JSON.parse(line)).map(({ Type, Action }) => `${Type} ${Action}`);
  expect(all).toEqual([
    ...["container create", "container start", "container die", "container destroy"],
    ...["volume create", "volume destroy"],
  ]);
});

test("-P publishes what is exposed, and port says where", async (context) => {
  store.need(context);
  const options = ["--name", "open", "-P", "--expose", "80", "--expose", "53/udp"];
  await store.run(["run", "-d", ...options, "bb", "sleep", "1000"]);
  const all = (await store.run(["port", "open"])).stdout.split("\n");
  expect(all).toEqual([
    expect.stringMatching(/^80\/tcp -> 127\.0\.0\.1:\d+$/),
    expect.stringMatching(/^53\/udp -> 127\.0\.0\.1:\d+$/),
    "",
  ]);
  expect((await store.run(["port", "open", "80"])).stdout).toBe(`${all[0]?.split(" ")[2]}\n`);
  expect(await store.run(["port", "open", "81"])).toMatchObject({
    code: 1,
    stderr: "kernelet: port 81/tcp is not published for the container open\n",
  });
  await store.run(["rm", "-f", "open"]);
});

// The last: "bb" is gone afterwards.
test("an image of one that has ended has what it has written, and needs no other", async (context) => {
  store.need(context);
  await store.run(["run", "--name", "over", "bb", "sh", "-c", "echo two > /two; rm /etc/gone"]);
  await store.run(["rmi", "-f", "bb"]);
  expect((await store.run(["commit", "over", "again"])).code).toBe(0);
  await store.run(["rm", "over"]);
  const seen = "cat /two /etc/kept; ls /etc/gone 2>/dev/null";
  const { stdout } = await store.run(["run", "--rm", "again", "sh", "-c", seen]);
  expect(stdout).toBe("two\nimage\n");
});
