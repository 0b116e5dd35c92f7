/**
 * Names of images, as Docker reads them (distribution's reference grammar):
 *
 *   [host[:port]/]path[/path…][:tag][@digest]
 *
 * The first part is a host if it has a dot or a colon or is "localhost". Without a host it is docker.io, and there a path
 * of one part means "library/…". Without tag and digest the tag is "latest".
 */
import { type Digest, isDigest } from "./digest.ts";
import { NameError } from "./errors.ts";

export interface Reference {
  /** As in the name: "docker.io", "localhost:5000". */
  readonly host: string;
  /** "library/busybox". */
  readonly repository: string;
  /** Undefined if there is only a digest. */
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
}

export const DEFAULT_HOST = "docker.io";
const MAX_REPOSITORY = 255;

const HOST_PART = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const HOST = new RegExp(`^(?:${HOST_PART}(?:\\.${HOST_PART})*|\\[[0-9a-fA-F:]+\\])(?::\\d{1,5})?$`);
const PATH_PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const REPOSITORY = new RegExp(`^${PATH_PART}(?:/${PATH_PART})*$`);
const TAG = /^[\w][\w.-]{0,127}$/;

export function parseReference(text: string): Reference {
  const fail = (why: string): never => {
    throw new NameError(text, why);
  };
  if (text === "") fail("it is empty");
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !isDigest(digest)) {
    return fail(`'${digest}' is no digest, as sha256: and 64 hexadecimal digits`);
  }
  const rest = at < 0 ? text : text.slice(0, at);
  const colon = rest.lastIndexOf(":");
  const hasTag = colon > rest.lastIndexOf("/");
  const tag = hasTag ? rest.slice(colon + 1) : undefined;
  if (tag !== undefined && !TAG.test(tag)) fail(`'${tag}' is no tag`);
  const { host, repository } = splitHost(hasTag ? rest.slice(0, colon) : rest);
  if (!HOST.test(host)) fail(`'${host}' is no host`);
  if (!REPOSITORY.test(repository)) {
    const isUpper = repository !== repository.toLowerCase();
    fail(isUpper ? "it must be in lower case" : `'${repository}' is no repository`);
  }
  if (/^[0-9a-f]{64}$/.test(rest)) fail("64 hexadecimal digits are an image's id");
  if (repository.length + host.length > MAX_REPOSITORY) fail("it is too long");
  return { host, repository, tag: digest === undefined ? (tag ?? "latest") : tag, digest };
}

function splitHost(name: string): { host: string; repository: string } {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const isHost = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  if (!isHost) return onDefaultHost(name);
  const host = first === "index.docker.io" ? DEFAULT_HOST : first;
  const repository = name.slice(slash + 1);
  return host === DEFAULT_HOST ? onDefaultHost(repository) : { host, repository };
}

function onDefaultHost(path: string): { host: string; repository: string } {
  return { host: DEFAULT_HOST, repository: path.includes("/") ? path : `library/${path}` };
}

/** With all parts: "docker.io/library/busybox:latest". What the store keeps; a digest goes before a tag. */
export function canonicalName({ host, repository, tag, digest }: Reference): string {
  return digest === undefined ? `${host}/${repository}:${tag}` : `${host}/${repository}@${digest}`;
}

/** "busybox", "example/app", "localhost:5000/app": without what Docker leaves out. */
export function familiarRepository({ host, repository }: Reference): string {
  if (host !== DEFAULT_HOST) return `${host}/${repository}`;
  return repository.startsWith("library/") ? repository.slice("library/".length) : repository;
}

/** "busybox:latest". */
export function familiarName(reference: Reference): string {
  const { tag, digest } = reference;
  const name = familiarRepository(reference);
  return digest === undefined ? `${name}:${tag}` : `${name}@${digest}`;
}
