/** `-l` and `--label-file`. */
import { readFileSync } from "node:fs";
import { badOption, CliError } from "../errors.ts";

export interface LabelOptions {
  readonly label?: readonly string[];
  readonly labelFile?: readonly string[];
}

export function parseLabels({ label = [], labelFile = [] }: LabelOptions): Record<string, string> {
  const lines = [...labelFile.flatMap(readLines), ...label];
  return Object.fromEntries(
    lines.map((text) => {
      const [key = "", value = ""] = text.split(/=(.*)/s);
      if (key === "") throw badOption("-l", `'${text}' is not KEY=VALUE`);
      return [key, value];
    }),
  );
}

function readLines(path: string): string[] {
  try {
    const lines = readFileSync(path, "utf8").split(/\r?\n/);
    return lines.filter((line) => line !== "" && !line.startsWith("#"));
  } catch (error) {
    throw new CliError("bad-option", `--label-file: ${path}: cannot be read`, { cause: error });
  }
}
