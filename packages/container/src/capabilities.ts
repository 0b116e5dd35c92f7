/** Capabilities by name, and those that a container's programs have unless more or fewer are asked for: as Docker's. */
import { capability } from "@kernelet/abi";

const PREFIX = "CAP_";

const NUMBERS: ReadonlyMap<string, number> = new Map(
  Object.entries(capability).flatMap(([name, value]) =>
    name.startsWith(PREFIX) && name !== "CAP_LAST_CAP" && typeof value === "number"
      ? [[name.slice(PREFIX.length), value] as const]
      : [],
  ),
);

export const ALL_CAPABILITIES: readonly number[] = [...NUMBERS.values()];

export const DEFAULT_CAPABILITIES: readonly number[] = [
  capability.CAP_CHOWN,
  capability.CAP_DAC_OVERRIDE,
  capability.CAP_FOWNER,
  capability.CAP_FSETID,
  capability.CAP_KILL,
  capability.CAP_SETGID,
  capability.CAP_SETUID,
  capability.CAP_SETPCAP,
  capability.CAP_NET_BIND_SERVICE,
  capability.CAP_NET_RAW,
  capability.CAP_SYS_CHROOT,
  capability.CAP_MKNOD,
  capability.CAP_AUDIT_WRITE,
  capability.CAP_SETFCAP,
];

/** "CAP_NET_ADMIN" or "net_admin". */
export function capabilityNumber(name: string): number | undefined {
  const upper = name.toUpperCase();
  return NUMBERS.get(upper.startsWith(PREFIX) ? upper.slice(PREFIX.length) : upper);
}

export function capabilityName(number: number): string {
  for (const [name, value] of NUMBERS) if (value === number) return PREFIX + name;
  return String(number);
}
