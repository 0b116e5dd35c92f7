/** Names of the system: uname(2), uts_namespaces(7). */
export class UtsNamespace {
  readonly sysname = "Linux";
  nodename: string;
  readonly release = "6.1.0-kernelet";
  readonly version = "#1 Kernelet";
  readonly machine = "x86_64";
  domainname = "(none)";

  constructor(nodename: string) {
    this.nodename = nodename;
  }

  copy(): UtsNamespace {
    const copy = new UtsNamespace(this.nodename);
    copy.domainname = this.domainname;
    return copy;
  }
}
