/** Capabilities by name, and those that a container's programs have unless more or fewer are asked for: as Docker's. */
import * as abi from "@kernelet/abi";

const PREFIX = "CAP_";

const NUMBERS: ReadonlyMap<string, number> = new Map(
  Object.entries(abi).flatMap(([name, value]) =>
    name.startsWith(PREFIX) && name !== "CAP_LAST_CAP" && typeof value === "number"
      ? [[name.slice(PREFIX.length), value] as const]
      : [],
  ),
);

export const ALL_CAPABILITIES: readonly number[] = [...NUMBERS.values()];

export const DEFAULT_CAPABILITIES: readonly number[] = [
  abi.CAP_CHOWN,
  abi.CAP_DAC_OVERRIDE,
  abi.CAP_FOWNER,
  abi.CAP_FSETID,
  abi.CAP_KILL,
  abi.CAP_SETGID,
  abi.CAP_SETUID,
  abi.CAP_SETPCAP,
  abi.CAP_NET_BIND_SERVICE,
  abi.CAP_NET_RAW,
  abi.CAP_SYS_CHROOT,
  abi.CAP_MKNOD,
  abi.CAP_AUDIT_WRITE,
  abi.CAP_SETFCAP,
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
