/** `cp`: files and folders between a container and this machine, as docker(1) copies them. */
import path, { posix } from "node:path";
import { ContainerError, usingFiles } from "@kernelet/container";
import { FileError, SandboxFs } from "@kernelet/sdk";
import { badOption, CliError } from "../errors.ts";
import type { RootOption } from "../image/context.ts";
import type { Io } from "../io.ts";
import { openContainers, reporting } from "./context.ts";
import { receiveArchive, sendArchive } from "./copy-archive.ts";
import { type Facts, Guest, Host, refused, type Side } from "./copy-sides.ts";

export interface CopyOptions extends RootOption {
  /** Owners and modes, too. */
  readonly archive?: true;
  /** Follow a link that is the source itself. */
  readonly followLink?: true;
  readonly quiet?: true;
}

const EXIT_REFUSED = 1;

/** `container:path`; a path with a slash before the colon, or none, is this machine's. */
function parsePlace(text: string): { readonly container: string | null; readonly path: string } {
  const colon = text.indexOf(":");
  const isOurs = colon <= 0 || text.startsWith("/") || text.startsWith(".");
  return isOurs
    ? { container: null, path: text }
    : { container: text.slice(0, colon), path: text.slice(colon + 1) };
}

export async function runCopy(
  io: Io,
  source: string,
  target: string,
  options: CopyOptions,
): Promise<void> {
  const [from, to] = [parsePlace(source), parsePlace(target)];
  if (from.container !== null && to.container !== null) {
    throw badOption("cp", "from one container to another goes by way of this machine");
  }
  const name = from.container ?? to.container;
  if (name === null) throw badOption("cp", "one of the two must be CONTAINER:PATH");
  await reporting(async () => {
    const container = openContainers(io, options).find(name);
    try {
      await usingFiles(container, async (connection) => {
        const inside = new Guest(new SandboxFs(connection, container.id));
        const outside = new Host(io.cwd());
        if (to.path === "-" && to.container === null) await sendArchive(inside, from.path, options);
        else if (from.path === "-" && from.container === null) {
          await receiveArchive(inside, to.path, options.archive === true);
        } else if (from.container === null)
          await copy(outside, from.path, inside, to.path, options);
        else await copy(inside, from.path, outside, to.path, options);
      });
    } catch (error) {
      throw copyError(error);
    }
  });
}

function copyError(error: unknown): unknown {
  if (error instanceof CliError || error instanceof ContainerError) return error;
  if (error instanceof FileError)
    return new CliError("copy", error.message, { exitCode: EXIT_REFUSED, cause: error });
  const { syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  return new CliError("copy", message, { exitCode: EXIT_REFUSED, cause: error });
}

/** The rules of docker(1)'s "cp": what the target's name means depends on whether it is there. */
async function copy(
  from: Side,
  source: string,
  to: Side,
  target: string,
  options: CopyOptions,
): Promise<void> {
  const isContent = /(^|\/)\.$/.test(source);
  const sourcePath = from.resolve(source.replace(/(^|\/)\.$/, "$1") || ".");
  const followsLinks = options.followLink === true || isContent || source.endsWith("/");
  const facts = await from.facts(sourcePath, followsLinks);
  if (facts === null) throw noSuch(source);
  if (facts.kind !== "folder" && source.endsWith("/")) throw refused(`${source} is no folder`);
  const targetPath = to.resolve(target);
  const there = await to.facts(targetPath, true);
  const isArchive = options.archive === true;
  const name = posix.basename(sourcePath.replaceAll(path.sep, "/"));
  if (facts.kind === "folder") {
    if (there !== null && there.kind !== "folder") throw refused(`${target} is no folder`);
    if (there === null && !(await hasParent(to, targetPath))) throw noSuch(target);
    const into = there === null || isContent ? targetPath : to.join(targetPath, name);
    await copyTree(from, sourcePath, to, into, isArchive);
    return;
  }
  if (there === null && target.endsWith("/")) throw noSuch(target);
  if (there === null && !(await hasParent(to, targetPath))) throw noSuch(target);
  const into = there?.kind === "folder" ? to.join(targetPath, name) : targetPath;
  await copyOne(from, { path: sourcePath, facts }, to, into, isArchive);
}

async function hasParent(side: Side, target: string): Promise<boolean> {
  const parent = await side.facts(side.join(target, ".."), true);
  return parent?.kind === "folder";
}

function noSuch(place: string): CliError {
  return refused(`${place}: no such file or folder`);
}

async function copyTree(
  from: Side,
  source: string,
  to: Side,
  target: string,
  isArchive: boolean,
): Promise<void> {
  const facts = await from.facts(source, true);
  if (facts === null) return; // It has gone meanwhile.
  const there = await to.facts(target, true);
  if (there === null) await to.mkdir(target, 0o755);
  else if (there.kind !== "folder") throw refused(`${target} is no folder`);
  for (const name of await from.list(source)) {
    const [path, into] = [from.join(source, name), to.join(target, name)];
    const child = await from.facts(path, false);
    if (child === null) continue;
    if (child.kind === "folder") await copyTree(from, path, to, into, isArchive);
    else await copyOne(from, { path, facts: child }, to, into, isArchive);
  }
  if (there === null) await to.setFacts(target, facts, isArchive);
}

async function copyOne(
  from: Side,
  { path, facts }: { readonly path: string; readonly facts: Facts },
  to: Side,
  target: string,
  isArchive: boolean,
): Promise<void> {
  // Devices, FIFOs and sockets hold nothing that could be copied.
  if (facts.kind === "other") return;
  if (facts.kind === "link") {
    await to.symlink(await from.readlink(path), target);
    return;
  }
  await to.write(target, from.read(path), facts.mode);
  await to.setFacts(target, facts, isArchive);
}
