/** `-v`, `--mount` and `--tmpfs` of containers, as docker(1) has them. */
import { realpathSync } from "node:fs";
import { isAbsolute, posix, resolve } from "node:path";
import { type MountSpec, Volumes } from "@kernelet/container";
import { badOption } from "../errors.ts";
import { parseSize } from "./size.ts";
import { requireSource } from "./volume.ts";

export interface MountOptions {
  readonly volume?: readonly string[];
  readonly mount?: readonly string[];
  readonly tmpfs?: readonly string[];
}

export function parseMounts(options: MountOptions, cwd: string): MountSpec[] {
  const mounts = [
    ...(options.volume ?? []).map((text) => parseVolumeOption(text, cwd)),
    ...(options.mount ?? []).map((text) => parseMountOption(text, cwd)),
    ...(options.tmpfs ?? []).map(parseTmpfs),
  ];
  const targets = new Set<string>();
  for (const { target } of mounts) {
    if (targets.has(target)) throw badOption("-v", `'${target}' is mounted over twice`);
    targets.add(target);
  }
  return mounts;
}

/** `[host's path or name:]target[:ro]`. */
function parseVolumeOption(text: string, cwd: string): MountSpec {
  const parts = text.split(":");
  const [only] = parts;
  // A volume without a name.
  if (parts.length === 1 && only) {
    return volume("-v", "", { target: targetOf("-v", text, only), writable: true });
  }
  const [source, target, mode = "rw"] = parts;
  if (!source || !target || parts.length > 3) {
    throw badOption("-v", `'${text}' is not PATH:TARGET[:ro] or NAME:TARGET[:ro]`);
  }
  // SELinux labels and propagation mean nothing here.
  const flags = mode.split(",").filter((flag) => !/^(z|Z|r?(private|shared|slave))$/.test(flag));
  if (flags.some((flag) => !["ro", "rw", "nocopy", ""].includes(flag))) {
    throw badOption("-v", `'${text}': the mode is '${mode}' and may be ro, rw or nocopy`);
  }
  const writable = !flags.includes("ro");
  const place = targetOf("-v", text, target);
  if (!source.includes("/")) {
    const isNotSeeded = flags.includes("nocopy");
    return volume("-v", source, { target: place, writable, isNotSeeded });
  }
  return bind("-v", source, { target: place, writable, cwd });
}

/** `type=bind,source=…,target=…[,readonly]`. */
function parseMountOption(text: string, cwd: string): MountSpec {
  const flag = "--mount";
  const fields = new Map<string, string>();
  for (const field of text.split(",")) {
    const [key = "", value = "true"] = field.split(/=(.*)/s);
    fields.set(ALIASES[key] ?? key, value);
  }
  const type = fields.get("type") ?? "volume";
  const known = MOUNT_FIELDS[type];
  if (known === undefined) throw badOption(flag, `type '${type}' is none of bind, volume, tmpfs`);
  const unknown = [...fields.keys()].find((key) => key !== "type" && !known.includes(key));
  if (unknown !== undefined) throw badOption(flag, `'${text}': ${type} has no '${unknown}'`);
  const target = targetOf(flag, text, fields.get("target") ?? "");
  const isSet = (key: string): boolean => ["true", "1"].includes(fields.get(key) ?? "false");
  const writable = !isSet("readonly");
  const source = fields.get("source") ?? "";
  if (type === "tmpfs") return { type, target, options: tmpfsFields(fields) };
  if (type === "volume") {
    return volume(flag, source, { target, writable, isNotSeeded: isSet("volume-nocopy") });
  }
  if (source === "") throw badOption(flag, `'${text}' has no source`);
  return bind(flag, source, { target, writable, cwd });
}

const ALIASES: Readonly<Record<string, string>> = {
  src: "source",
  dst: "target",
  destination: "target",
  ro: "readonly",
};

const MOUNT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  bind: ["source", "target", "readonly", "bind-propagation", "consistency"],
  volume: ["source", "target", "readonly", "volume-nocopy"],
  tmpfs: ["target", "tmpfs-size", "tmpfs-mode"],
};

function tmpfsFields(fields: ReadonlyMap<string, string>): string {
  const options: string[] = [];
  const size = fields.get("tmpfs-size");
  const mode = fields.get("tmpfs-mode");
  // Bytes, or as 64m.
  if (size !== undefined) options.push(`size=${parseSize("tmpfs-size", size)}`);
  if (mode !== undefined) options.push(`mode=${mode}`);
  return checkTmpfs("--mount", options.join(","));
}

/** `target[:options]`. */
function parseTmpfs(text: string): MountSpec {
  const [target = "", options = ""] = text.split(/:(.*)/s);
  const place = targetOf("--tmpfs", text, target);
  return { type: "tmpfs", target: place, options: checkTmpfs("--tmpfs", options) };
}

/** What a mount flag, not the file system, would be is left out: they are set as Docker sets them. */
function checkTmpfs(flag: string, options: string): string {
  const kept = options
    .split(",")
    .filter((option) => !/^(|r[ow]|(no)?(exec|suid|dev|atime|diratime)|relatime)$/.test(option));
  const wrong = kept.find(
    (option) =>
      !/^(size=\d+[kmgt%]?|mode=[0-7]{1,4}|uid=\d+|gid=\d+|nr_(blocks|inodes)=\d+[kmg]?)$/i.test(
        option,
      ),
  );
  if (wrong !== undefined) throw badOption(flag, `'${wrong}' is none of size, mode, uid, gid`);
  return kept.join(",");
}

function targetOf(flag: string, text: string, target: string): string {
  if (!posix.isAbsolute(target)) {
    throw badOption(flag, `'${text}': '${target}' must be an absolute path in the container`);
  }
  const normal = posix.normalize(target).replace(/(.)\/$/, "$1");
  if (normal === "/") throw badOption(flag, `'${text}': the root itself cannot be mounted over`);
  return normal;
}

/** @param name empty: it gets one when the container is made, and goes with it. */
function volume(
  flag: string,
  name: string,
  place: { target: string; writable: boolean; isNotSeeded?: boolean },
): MountSpec {
  if (name !== "" && !Volumes.isName(name))
    throw badOption(flag, `'${name}' is no name of a volume`);
  return { type: "volume", name, ...place };
}

function bind(
  flag: string,
  source: string,
  { target, writable, cwd }: { target: string; writable: boolean; cwd: string },
): MountSpec {
  const path = isAbsolute(source) ? source : resolve(cwd, source);
  requireSource(flag, path);
  return { type: "bind", source: realpathSync(path), target, writable };
}
