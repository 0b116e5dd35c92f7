/** Names of the system: uname(2), uts_namespaces(7). */
export declare class UtsNamespace {
  readonly sysname = "Linux";
  nodename: string;
  readonly release = "6.1.0-kernelet";
  readonly version = "#1 Kernelet";
  readonly machine = "x86_64";
  domainname: string;
  constructor(nodename: string);
  copy(): UtsNamespace;
}
