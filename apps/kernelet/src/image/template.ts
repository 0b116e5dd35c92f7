/**
 * `--format`: "table", "json", or a template as docker(1) has them. Of Go's templates these are known:
 * {{.Name}}, {{.Name.Of.Member}}, {{json .}}, {{json .Name}}; and \t and \n between them.
 */
import { badOption } from "../errors.ts";

type Value = unknown;

const ACTION = /\{\{\s*(json\s+)?(\.[\w.]*)\s*\}\}/g;

/** @returns what prints one row. */
export function compileTemplate(text: string): (row: object) => string {
  if (text === "json") return (row) => JSON.stringify(row);
  const rest = text.replace(ACTION, "");
  if (rest.includes("{{") || rest.includes("}}")) {
    throw badOption(
      "--format",
      `'${text}' is no template that is known; {{.ID}} and {{json .}} are`,
    );
  }
  if (rest === text && text !== "") {
    throw badOption(
      "--format",
      `'${text}' is neither table nor json nor a template with {{.Field}}`,
    );
  }
  return (row) =>
    text
      .replace(/\\t/g, "\t")
      .replace(/\\n/g, "\n")
      .replace(ACTION, (_all, json: string | undefined, path: string) => {
        const value = lookUp(row, path);
        return json === undefined ? plain(value) : JSON.stringify(value);
      });
}

function lookUp(row: object, path: string): Value {
  let value: Value = row;
  for (const name of path.split(".").filter((part) => part !== "")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) {
      throw badOption("--format", `there is no '${path}'`);
    }
    value = (value as Record<string, Value>)[name];
  }
  return value;
}

function plain(value: Value): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
