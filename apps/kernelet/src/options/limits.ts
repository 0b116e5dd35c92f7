/** What a container may use and do: `--ulimit`, `--cap-add`, `--cap-drop`, `--cpus`, `--restart`. */
import { resource } from "@kernelet/abi";
import {
  ALL_CAPABILITIES,
  capabilityNumber,
  DEFAULT_CAPABILITIES,
  RESTART_POLICIES,
  type RestartPolicy,
} from "@kernelet/container";
import type { RlimitSpec } from "@kernelet/sandbox";
import { badOption } from "../errors.ts";

const RESOURCES: ReadonlyMap<string, number> = new Map(
  Object.entries(resource).flatMap(([name, value]) =>
    /^RLIMIT_[A-Z]+$/.test(name) && typeof value === "number"
      ? [[name.slice("RLIMIT_".length).toLowerCase(), value] as const]
      : [],
  ),
);

/** `nofile=1024:2048`; one number for both; -1 or "unlimited" for none. */
export function parseUlimit(text: string): RlimitSpec {
  const flag = "--ulimit";
  const match = /^(\w+)=([^:]+)(?::([^:]+))?$/.exec(text);
  if (match === null) throw badOption(flag, `'${text}' is not NAME=SOFT[:HARD]`);
  const [, name = "", soft = "", hard = soft] = match;
  const resource = RESOURCES.get(name);
  if (resource === undefined) {
    throw badOption(flag, `'${name}' is none of ${[...RESOURCES.keys()].join(", ")}`);
  }
  const limits = { soft: limitOf(flag, text, soft), hard: limitOf(flag, text, hard) };
  if ((limits.soft ?? Number.POSITIVE_INFINITY) > (limits.hard ?? Number.POSITIVE_INFINITY)) {
    throw badOption(flag, `'${text}': the soft limit is above the hard one`);
  }
  return { resource, ...limits };
}

function limitOf(flag: string, text: string, value: string): number | null {
  if (value === "-1" || value === "unlimited") return null;
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(Number(value))) {
    throw badOption(flag, `'${text}': '${value}' is no number`);
  }
  return Number(value);
}

export interface CapabilityOptions {
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly privileged?: true;
}

/** @returns CAP_*; undefined: those that every container has. */
export function parseCapabilities(options: CapabilityOptions): readonly number[] | undefined {
  const { capAdd = [], capDrop = [], privileged } = options;
  if (privileged === true) return ALL_CAPABILITIES;
  if (capAdd.length === 0 && capDrop.length === 0) return undefined;
  const set = new Set(isAll(capDrop) ? [] : DEFAULT_CAPABILITIES);
  if (isAll(capAdd)) for (const capability of ALL_CAPABILITIES) set.add(capability);
  for (const name of capAdd) if (!isAll([name])) set.add(numberOf("--cap-add", name));
  for (const name of capDrop) if (!isAll([name])) set.delete(numberOf("--cap-drop", name));
  return [...set].sort((a, b) => a - b);
}

function isAll(names: readonly string[]): boolean {
  return names.some((name) => name.toUpperCase() === "ALL");
}

function numberOf(flag: string, name: string): number {
  const number = capabilityNumber(name);
  if (number === undefined) throw badOption(flag, `'${name}' is no capability`);
  return number;
}

/** Parts of a processor. A container has one at most: what is more than 1 changes nothing. */
export function parseCpus(text: string): number {
  const cpus = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(cpus > 0)) throw badOption("--cpus", `'${text}' is no number of processors`);
  if (cpus < 0.01) throw badOption("--cpus", "less than 0.01 would stand still");
  return cpus;
}

/** "no", "always", "unless-stopped", "on-failure", "on-failure:5". */
export function parseRestart(text: string): RestartPolicy {
  const [wanted, most] = text.split(/:(.*)/s);
  const name = RESTART_POLICIES.find((policy) => policy === wanted);
  if (name === undefined) {
    throw badOption("--restart", `'${text}' is none of ${RESTART_POLICIES.join(", ")}`);
  }
  if (most === undefined) return { name, most: null };
  if (name !== "on-failure" || !/^\d+$/.test(most)) {
    throw badOption("--restart", `'${text}': only on-failure has a number of times`);
  }
  return { name, most: Number(most) === 0 ? null : Number(most) };
}
