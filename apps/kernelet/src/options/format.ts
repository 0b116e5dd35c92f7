/** `--format text|json`, of the commands that print facts. */
import { Option } from "commander";

export type OutputFormat = "text" | "json";

export function formatOption(): Option {
  return new Option("--format <format>", "for people or for programs")
    .choices(["text", "json"])
    .default("text");
}
