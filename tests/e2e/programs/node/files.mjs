// Files, streams and watching, through the thread pool.
import { once } from "node:events";
import { createReadStream, createWriteStream, watch } from "node:fs";
import * as fs from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";

const folder = await fs.mkdtemp(join(tmpdir(), "node-"));
const file = join(folder, "text");
await fs.writeFile(file, "line\n".repeat(50_000), { mode: 0o640 });
await pipeline(createReadStream(file), createGzip(), createWriteStream(`${file}.gz`));
const upper = new Transform({
  transform(chunk, _encoding, done) {
    done(null, chunk.toString().toUpperCase());
  },
});
await pipeline(
  createReadStream(`${file}.gz`),
  createGunzip(),
  upper,
  createWriteStream(`${file}.up`),
);
const copy = await fs.readFile(`${file}.up`, "utf8");
console.log(copy.length, copy.slice(0, 9), (await fs.stat(file)).mode.toString(8));

await Promise.all(
  Array.from({ length: 50 }, (_, i) => fs.writeFile(join(folder, `many${i}`), String(i))),
);
const read = await Promise.all(
  Array.from({ length: 50 }, (_, i) => fs.readFile(join(folder, `many${i}`), "utf8")),
);
console.log(read.map(Number).reduce((sum, n) => sum + n));

const watcher = watch(folder);
const changed = once(watcher, "change");
await fs.writeFile(join(folder, "new"), "");
console.log(await changed);
watcher.close();

const handle = await fs.open(join(folder, "holes"), "w+");
await handle.write("end", 10_000);
await handle.truncate(10_002);
const { bytesRead, buffer } = await handle.read(Buffer.alloc(8), 0, 8, 9_998);
console.log(bytesRead, [...buffer]);
await handle.close();
await fs.symlink("text", join(folder, "link"));
console.log(await fs.readlink(join(folder, "link")), (await fs.readdir(folder)).length);
for (const attempt of [
  fs.readFile(join(folder, "none")),
  fs.rmdir(folder),
  fs.mkdir(folder),
  fs.open(folder, "w"),
]) {
  await attempt.catch(({ code, syscall }) => console.log(code, syscall));
}
await fs.rm(folder, { recursive: true });
console.log(await fs.access(folder).catch(({ code }) => code));
