import * as abi from "@kernelet/abi";

/**
 * Every number that has a name in the ABI, by that name. In a bundle it is text until it is asked for (tools/bundle.ts): the
 * package as an object is 14,000 objects of V8's, which each start from an image would wait for.
 */
export function constants(): Readonly<Record<string, number>> {
  const numbers = Object.entries(abi).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number",
  );
  return Object.fromEntries(numbers);
}
