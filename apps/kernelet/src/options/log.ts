/** `--log-driver` and `--log-opt`, as docker(1) has them for json-file. */
import { DEFAULT_LOG, type LogConfig } from "@kernelet/container";
import { badOption } from "../errors.ts";
import { parseCount } from "./count.ts";
import { parseSize } from "./size.ts";

export interface LogOptions {
  readonly logDriver?: string;
  readonly logOpt?: readonly string[];
}

/** Each is an open file of the sandbox's. */
const MOST_FILES = 100;
const FLAG = "--log-opt";

export function parseLog({ logDriver, logOpt = [] }: LogOptions): LogConfig {
  if (logDriver === "none") {
    if (logOpt.length > 0) throw badOption(FLAG, "with --log-driver none there is no log");
    return { maxBytes: null, maxFiles: 0 };
  }
  if (logDriver !== undefined && logDriver !== "json-file") {
    throw badOption("--log-driver", `'${logDriver}' is neither json-file nor none`);
  }
  let { maxBytes, maxFiles } = DEFAULT_LOG;
  for (const text of logOpt) {
    const [key = "", value = ""] = text.split(/=(.*)/s);
    if (key === "max-size") {
      maxBytes = value === "-1" ? null : parseSize(`${FLAG} max-size`, value);
    } else if (key === "max-file") maxFiles = parseCount(`${FLAG} max-file`, value);
    else throw badOption(FLAG, `'${text}' is neither max-size=SIZE nor max-file=COUNT`);
  }
  if (maxFiles > MOST_FILES) throw badOption(FLAG, `max-file may be ${MOST_FILES} at most`);
  return { maxBytes, maxFiles: maxBytes === null ? 1 : maxFiles };
}
