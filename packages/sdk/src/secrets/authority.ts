/**
 * A certificate for the hosts that secrets may go to, and the authority that has signed it: of one sandbox alone. The
 * authority's key is forgotten when that is done: nobody can have another certificate of it.
 */
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { isIP } from "node:net";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;
/** A clock inside may be a little behind. */
const BEFORE_MS = DAY_MS;
const AFTER_MS = 365 * DAY_MS;

export interface Certified {
  /** PEM. */
  readonly authority: string;
  readonly certificate: { readonly chain: string; readonly key: string };
}

/** @param hosts names and addresses. */
export async function certify(hosts: readonly string[]): Promise<Certified> {
  const { subtle } = webcrypto;
  const newKeys = (isKept: boolean) => subtle.generateKey(ALGORITHM, isKept, ["sign", "verify"]);
  const [ofAuthority, ofServer] = await Promise.all([newKeys(false), newKeys(true)]);
  const name = "CN=Kernelet sandbox";
  const validity = {
    notBefore: new Date(Date.now() - BEFORE_MS),
    notAfter: new Date(Date.now() + AFTER_MS),
  };
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...{ name, ...validity, signingAlgorithm: ALGORITHM, keys: ofAuthority },
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(ofAuthority.publicKey),
    ],
  });
  const certificate = await X509CertificateGenerator.create({
    ...{ subject: "CN=Kernelet", issuer: name, ...validity, signingAlgorithm: ALGORITHM },
    publicKey: ofServer.publicKey,
    signingKey: ofAuthority.privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        hosts.map((value) => ({
          type: isIP(value) === 0 ? ("dns" as const) : ("ip" as const),
          value,
        })),
      ),
      await SubjectKeyIdentifierExtension.create(ofServer.publicKey),
      await AuthorityKeyIdentifierExtension.create(ofAuthority.publicKey),
    ],
  });
  const key = Buffer.from(await subtle.exportKey("pkcs8", ofServer.privateKey));
  return {
    authority: `${authority.toString("pem")}\n`,
    certificate: { chain: `${certificate.toString("pem")}\n`, key: pem("PRIVATE KEY", key) },
  };
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
