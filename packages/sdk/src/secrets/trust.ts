/** Makes a guest's programs trust an authority: files that variables of theirs name. The image's own files stay. */
import { rootCertificates } from "node:tls";
import type { SandboxFs } from "../fs/sandbox-fs.ts";

const FOLDER = "/etc/kernelet";
/** The authority alone: for programs that add it to their own. */
const AUTHORITY_FILE = `${FOLDER}/authority.pem`;
/** All that the guest trusts, and the authority. */
const BUNDLE_FILE = `${FOLDER}/authorities.pem`;

const VARIABLES: Readonly<Record<string, string>> = {
  // OpenSSL, and with it python, ruby, wget and much else; Go.
  SSL_CERT_FILE: BUNDLE_FILE,
  CURL_CA_BUNDLE: BUNDLE_FILE,
  REQUESTS_CA_BUNDLE: BUNDLE_FILE,
  PIP_CERT: BUNDLE_FILE,
  GIT_SSL_CAINFO: BUNDLE_FILE,
  AWS_CA_BUNDLE: BUNDLE_FILE,
  CARGO_HTTP_CAINFO: BUNDLE_FILE,
  NODE_EXTRA_CA_CERTS: AUTHORITY_FILE,
  DENO_CERT: AUTHORITY_FILE,
};

/** Where distributions keep theirs. */
const BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** @param chosen what whoever makes the sandbox says of its variables: that stays. */
export function trustVariables(chosen: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(VARIABLES).filter(([name]) => !Object.hasOwn(chosen, name));
}

export async function writeTrust(fs: SandboxFs, authority: string): Promise<void> {
  await fs.mkdir(FOLDER, { recursive: true });
  const bundle = (await firstFile(fs, BUNDLES)) ?? `${rootCertificates.join("\n")}\n`;
  await fs.writeFile(AUTHORITY_FILE, authority);
  await fs.writeFile(BUNDLE_FILE, `${bundle}\n${authority}`);
}

async function firstFile(fs: SandboxFs, paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const text = await fs.readFile(path, "utf8").catch(() => null);
    if (text !== null) return text;
  }
  return null;
}
