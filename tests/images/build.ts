/** Builds images with the tools that people build them with: umoci over folders, debootstrap. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ENVIRONMENT, run } from "../e2e/run.ts";

/** Lines for bash; an error if one fails. Servers of the test's own answer meanwhile. */
export async function shell(script: string, cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run("bash", ["-euc", script], { cwd, timeoutMs: 300_000 });
  if (code !== 0) throw new Error(`${script}: exit code ${code}: ${stderr.slice(-1000)}`);
  return stdout;
}

/** A root with the static busybox and little else, as a shell script that fills the working folder. */
const BUSYBOX_ROOT = `
mkdir -p bin etc tmp
cp "$(command -v busybox)" bin/busybox
for name in sh ls cat id stat mkdir touch rm echo true; do ln -s busybox bin/$name; done
echo 'root:x:0:0:root:/:/bin/sh' > etc/passwd
echo 'root:x:0:' > etc/group
chmod 1777 tmp
`;

/** An OCI layout at `layout` with the image `latest`: one layer per script, which fills an empty folder. */
export async function buildLayout(
  layout: string,
  scripts: readonly string[],
  work: string,
): Promise<void> {
  await shell(`umoci init --layout ${layout}; umoci new --image ${layout}:latest`, work);
  for (const [i, script] of scripts.entries()) {
    const root = join(work, `layer-${i}`);
    mkdirSync(root, { recursive: true });
    await shell(script, root);
    await shell(`umoci insert --image ${layout}:latest ${root} /`, work);
  }
  await shell(
    `umoci config --image ${layout}:latest --config.cmd /bin/sh --config.env PATH=${ENVIRONMENT.PATH}`,
    work,
  );
}

export async function buildBusybox(layout: string, work: string): Promise<void> {
  await buildLayout(layout, [BUSYBOX_ROOT], work);
}
