/** Names of the system: uname(2), uts_namespaces(7). */
import { Namespace, type NamespaceOrigin } from "./namespace.ts";

export class UtsNamespace extends Namespace {
  readonly sysname = "Linux";
  nodename: string;
  readonly release = "6.1.0-kernelet";
  readonly version = "#1 Kernelet";
  readonly machine = "x86_64";
  domainname = "(none)";

  constructor(nodename: string, origin: NamespaceOrigin | null = null) {
    super("uts", origin);
    this.nodename = nodename;
  }

  copy(origin: NamespaceOrigin): UtsNamespace {
    const copy = new UtsNamespace(this.nodename, origin);
    copy.domainname = this.domainname;
    return copy;
  }
}
