/** Sandboxes of the SDK that outlive the program that made them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Sandbox } from "@kernelet/sdk";
import { expect, test } from "vitest";
import { useStore } from "./store.ts";

const store = useStore();

test("a detached sandbox is found again, by the command line too, until it is stopped", async (context) => {
  store.need(context);
  const { root } = store;
  const value = "a secret that no file has";
  const options = {
    ...{ root, name: "kept", detached: true, env: { A: "b" }, cwd: "/tmp" },
    secrets: { KEY: { value, hosts: ["api.example.com"] } },
  };
  {
    await using sb = await Sandbox.create("bb", options);
    await sb.fs.writeFile("/tmp/mine", "content\n");
    expect((await sb.exec("echo $A; pwd; cat mine")).stdout).toBe("b\n/tmp\ncontent\n");
  }
  expect((await store.run(["ps", "--format", "{{.Names}} {{.State}}"])).stdout).toBe(
    "kept running\n",
  );
  expect((await store.run(["exec", "kept", "cat", "mine"])).stdout).toBe("content\n");
  const { stdout: variables } = await store.run(["exec", "kept", "env"]);
  expect(variables).toMatch(/^KEY=[A-Za-z0-9]{25}$/m);
  expect(variables).toContain("SSL_CERT_FILE=/etc/kernelet/authorities.pem\n");
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    expect(readFileSync(join(entry.parentPath, entry.name)).includes(value)).toBe(false);
  }
  const again = await Sandbox.get("kept", { root });
  expect(again?.isDetached).toBe(true);
  expect((await again?.exec("cat", ["/tmp/mine"]))?.stdout).toBe("content\n");
  expect((await Sandbox.list({ root })).map(({ name }) => name)).toEqual(["kept"]);
  await expect(Sandbox.create("bb", options)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  expect((await again?.stop())?.kernel.programs).toBeGreaterThan(1);
  expect(await Sandbox.get("kept", { root })).toBeUndefined();
  expect((await store.run(["ps", "-aq"])).stdout).toBe("");
});
