/** `commit --change`: instructions of a Dockerfile that change an image's configuration. */
import { signalNumber } from "@kernelet/abi";
import { exposedPorts, type RunConfig } from "@kernelet/container";
import { badOption } from "../errors.ts";

const FLAG = "-c";

type Change = (config: RunConfig) => RunConfig;

export function parseInstruction(text: string): Change {
  const [, name = "", rest = ""] = /^\s*(\w+)[\s=]\s*(.*?)\s*$/s.exec(text) ?? [];
  const make = INSTRUCTIONS[name.toUpperCase()];
  if (make === undefined || rest === "") {
    const known = Object.keys(INSTRUCTIONS).join(", ");
    throw badOption(FLAG, `'${text}' is none of ${known}, with what it sets`);
  }
  return make(rest, text);
}

const INSTRUCTIONS: Readonly<Record<string, (rest: string, text: string) => Change>> = {
  CMD: (rest) => (config) => ({ ...config, Cmd: command(rest) }),
  ENTRYPOINT: (rest) => (config) => ({ ...config, Entrypoint: command(rest) }),
  ENV: (rest, text) => {
    const set = pairs(rest, text);
    return (config) => {
      const names = new Set(set.map(([name]) => name));
      const before = (config.Env as string[] | undefined) ?? [];
      const kept = before.filter((variable) => !names.has(variable.split("=", 1)[0] ?? ""));
      return { ...config, Env: [...kept, ...set.map(([name, value]) => `${name}=${value}`)] };
    };
  },
  EXPOSE: (rest, text) => {
    const ports = rest.split(/\s+/).map((port) => (port.includes("/") ? port : `${port}/tcp`));
    if (ports.some((port) => exposedPorts(port).length === 0)) {
      throw badOption(FLAG, `'${text}' is not EXPOSE PORT[/tcp|/udp]`);
    }
    return (config) =>
      merged(
        config,
        "ExposedPorts",
        ports.map((port) => [port, {}] as const),
      );
  },
  LABEL: (rest, text) => {
    const set = pairs(rest, text);
    return (config) => merged(config, "Labels", set);
  },
  STOPSIGNAL: (rest, text) => {
    if (signalNumber(rest) === undefined)
      throw badOption(FLAG, `'${text}': there is no such signal`);
    return (config) => ({ ...config, StopSignal: rest });
  },
  USER: (rest) => (config) => ({ ...config, User: rest }),
  VOLUME: (rest) => {
    const folders = list(rest) ?? rest.split(/\s+/);
    return (config) =>
      merged(
        config,
        "Volumes",
        folders.map((folder) => [folder, {}] as const),
      );
  },
  WORKDIR: (rest, text) => {
    if (!rest.startsWith("/"))
      throw badOption(FLAG, `'${text}': the folder must be an absolute path`);
    return (config) => ({ ...config, WorkingDir: rest });
  },
};

function merged(
  config: RunConfig,
  member: string,
  entries: readonly (readonly [string, unknown])[],
): RunConfig {
  return { ...config, [member]: { ...(config[member] as object), ...Object.fromEntries(entries) } };
}

/** Words as JSON, or a line for the shell. */
function command(text: string): string[] {
  return list(text) ?? ["/bin/sh", "-c", text];
}

function list(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const words: unknown = JSON.parse(text);
    const isList = Array.isArray(words) && words.every((word) => typeof word === "string");
    return isList ? words : undefined;
  } catch {
    return undefined;
  }
}

/** `NAME=value NAME="a value"`, or of one `NAME value`. */
function pairs(text: string, whole: string): [string, string][] {
  const single = /^([^\s=]+)\s+([^=].*)$/s.exec(text);
  if (single !== null && !/^[^\s=]+=/.test(text)) return [[single[1] ?? "", single[2] ?? ""]];
  const found = [
    ...text.matchAll(/([^\s=]+)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)*)(?:\s+|$)/gs),
  ];
  const length = found.reduce((sum, [one]) => sum + one.length, 0);
  if (found.length === 0 || length !== text.length) {
    throw badOption(FLAG, `'${whole}' is not NAME=VALUE`);
  }
  return found.map(([, name = "", value = ""]) => [name, unquoted(value)]);
}

function unquoted(value: string): string {
  if (value.startsWith("'")) return value.slice(1, -1);
  const inner = value.startsWith('"') ? value.slice(1, -1) : value;
  return inner.replace(/\\(.)/gs, "$1");
}
