/** Options that may be repeated. */
import { Option } from "commander";

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

export function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect);
}
