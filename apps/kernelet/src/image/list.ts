/** `images`: what is in the store, one row for a name. */
import {
  canonicalName,
  DEFAULT_HOST,
  familiarRepository,
  type ListedImage,
  parseReference,
} from "@kernelet/image";
import { badOption } from "../errors.ts";
import type { Io } from "../io.ts";
import { openStore, type RootOption, reporting } from "./context.ts";
import { humanAge, humanSize, table } from "./human.ts";
import { compileTemplate } from "./template.ts";

export interface ListOptions extends RootOption {
  readonly all?: true;
  readonly digests?: true;
  readonly filter?: readonly string[];
  readonly format: string;
  readonly quiet?: true;
  /** Commander's of --no-trunc. */
  readonly trunc: boolean;
}

/** Named as in docker(1)'s templates. */
interface Row {
  readonly Repository: string;
  readonly Tag: string;
  readonly Digest: string;
  readonly ID: string;
  readonly CreatedAt: string;
  readonly CreatedSince: string;
  readonly Size: string;
  readonly Platform: string;
}

const NONE = "<none>";
const SHORT_ID = 12;

export async function runList(
  io: Io,
  pattern: string | undefined,
  options: ListOptions,
): Promise<void> {
  await reporting(async () => {
    const store = openStore(io, options);
    const images = store.list().reverse();
    const rows = images
      .flatMap((image) => rowsOf(image, options))
      .filter((row) => pattern === undefined || isNamed(row, pattern))
      .filter((row) => (options.filter ?? []).every((filter) => passes(row, filter)));
    io.out(print(rows, options));
  });
}

function rowsOf(image: ListedImage, { trunc }: ListOptions): Row[] {
  const { config, id, target } = image;
  const layers = image.manifest.layers.reduce((sum, { size }) => sum + size, 0);
  const row = {
    Digest: target.digest,
    ID: trunc ? id.slice("sha256:".length).slice(0, SHORT_ID) : id,
    CreatedAt: config.created ?? "",
    CreatedSince: humanAge(config.created, Date.now()),
    Size: humanSize(layers),
    Platform: `${config.platform.os}/${config.platform.architecture}`,
  };
  if (image.names.length === 0) return [{ Repository: NONE, Tag: NONE, ...row }];
  return image.names.map((name) => {
    const reference = parseReference(name);
    return { Repository: familiarRepository(reference), Tag: reference.tag ?? NONE, ...row };
  });
}

/** "app", "app:1", "example.com/app": the repository whole, and the tag if one is given. */
function isNamed(row: Row, pattern: string): boolean {
  const hasTag = pattern.lastIndexOf(":") > pattern.lastIndexOf("/");
  const wanted = parseReference(pattern);
  if (familiarRepository(wanted) !== row.Repository) return false;
  return !hasTag || wanted.tag === row.Tag;
}

function passes(row: Row, filter: string): boolean {
  const [key, value = ""] = filter.split(/=(.*)/s);
  if (key === "dangling" && /^(true|false|1|0)$/.test(value)) {
    return (row.Tag === NONE) === (value === "true" || value === "1");
  }
  if (key === "reference") return isMatch(row, value);
  throw badOption("--filter", `'${filter}' is neither dangling=true|false nor reference=PATTERN`);
}

/** With "*" as in a shell: any characters but "/". */
function isMatch({ Repository, Tag }: Row, pattern: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, "[^/]*")
    .replace(/\?/g, "[^/]");
  const matcher = new RegExp(`^(${DEFAULT_HOST}/)?(library/)?${escaped}$`);
  return matcher.test(Repository) || matcher.test(`${Repository}:${Tag}`);
}

function print(rows: readonly Row[], options: ListOptions): string {
  if (options.quiet === true) {
    return [...new Set(rows.map(({ ID }) => ID))].map((id) => `${id}\n`).join("");
  }
  if (options.format !== "table") {
    const template = compileTemplate(options.format);
    return rows.map((row) => `${template(row)}\n`).join("");
  }
  const isDigests = options.digests === true;
  const head = [
    "REPOSITORY",
    "TAG",
    ...(isDigests ? ["DIGEST"] : []),
    "IMAGE ID",
    "CREATED",
    "SIZE",
  ];
  const lines = rows.map((row) => [
    row.Repository,
    row.Tag,
    ...(isDigests ? [row.Digest] : []),
    row.ID,
    row.CreatedSince,
    row.Size,
  ]);
  return table([head, ...lines]);
}

/** For `rmi`: names as people write them. */
export function shownName(name: string): string {
  const reference = parseReference(name);
  const isPlain = canonicalName(reference).startsWith(`${DEFAULT_HOST}/`);
  const rest = reference.tag === undefined ? `@${reference.digest}` : `:${reference.tag}`;
  return isPlain ? `${familiarRepository(reference)}${rest}` : name;
}
