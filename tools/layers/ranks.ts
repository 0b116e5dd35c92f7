/**
 * Who may import whom, as data. A part imports parts of lower ranks only: parts of one rank do not know
 * each other, so `kernel` never sees `cpu`, and `sandbox` introduces them to each other.
 */
export const RANKS: readonly (readonly string[])[] = [
  ["packages/abi"],
  ["packages/cpu", "packages/image", "packages/kernel"],
  ["packages/sandbox"],
  ["packages/container"],
  ["packages/sdk"],
  ["apps/kernelet"],
];

/** Parts that run in any JavaScript engine: no Node built-in, except in their tests. */
export const HOST_FREE: readonly string[] = ["packages/abi", "packages/cpu", "packages/kernel"];
