// From Sandbox.create to the end of a first program in it: of a process's first sandbox, and of one later.
// Arguments: the SDK's module, an image.
import process from "node:process";
import { pathToFileURL } from "node:url";

const [sdk, image] = process.argv.slice(2);
const { Sandbox } = await import(pathToFileURL(sdk));

async function firstExec() {
  const start = process.hrtime.bigint();
  await using sandbox = await Sandbox.create(image, { pull: "never" });
  const { exitCode } = await sandbox.exec("/bin/true", []);
  const ns = Number(process.hrtime.bigint() - start);
  if (exitCode !== 0) throw new Error(`/bin/true: exit code ${exitCode}`);
  return ns;
}

const first = await firstExec();
const again = await firstExec();
console.log(JSON.stringify({ first, again }));
