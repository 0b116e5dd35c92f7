/** The files of /etc that say what a container is called and how it asks for names. */
import type { FileGrant } from "@kernelet/sandbox";
import type { ContainerConfig } from "./config.ts";

export function etcFiles(config: ContainerConfig): FileGrant[] {
  return [
    { target: "/etc/hostname", content: `${config.hostname}\n` },
    { target: "/etc/hosts", content: hosts(config) },
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

/** Lines of /etc/resolv.conf. The name server is the container's own kernel, which asks others as its policy has it. */
export function resolverOptions({ dnsSearch, dnsOptions }: ContainerConfig): string {
  const lines: string[] = [];
  if (dnsSearch.length > 0) lines.push(`search ${dnsSearch.join(" ")}\n`);
  if (dnsOptions.length > 0) lines.push(`options ${dnsOptions.join(" ")}\n`);
  return lines.join("");
}
