/** The files of /etc that say what a container is called and whom it asks for names. */
import type { FileGrant } from "@kernelet/sandbox";
import type { ContainerConfig } from "./config.ts";

export function etcFiles(config: ContainerConfig): FileGrant[] {
  return [
    { target: "/etc/hostname", content: `${config.hostname}\n` },
    { target: "/etc/hosts", content: hosts(config) },
    { target: "/etc/resolv.conf", content: resolvConf(config) },
  ];
}

function hosts({ hostname, extraHosts }: ContainerConfig): string {
  const added = extraHosts.map((entry) => {
    const colon = entry.indexOf(":");
    return `${entry.slice(colon + 1)}\t${entry.slice(0, colon)}`;
  });
  return [
    "127.0.0.1\tlocalhost",
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "fe00::\tip6-localnet",
    "ff00::\tip6-mcastprefix",
    "ff02::1\tip6-allnodes",
    "ff02::2\tip6-allrouters",
    ...added,
    `127.0.1.1\t${hostname}`,
    "",
  ].join("\n");
}

function resolvConf({ dns, dnsSearch, dnsOptions }: ContainerConfig): string {
  const lines = dns.map((address) => `nameserver ${address}`);
  if (dnsSearch.length > 0) lines.push(`search ${dnsSearch.join(" ")}`);
  if (dnsOptions.length > 0) lines.push(`options ${dnsOptions.join(" ")}`);
  return lines.map((line) => `${line}\n`).join("");
}
