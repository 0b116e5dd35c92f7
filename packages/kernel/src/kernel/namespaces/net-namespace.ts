/**
 * Network namespaces: network_namespaces(7). Abstract names of unix sockets and network devices belong to one;
 * the sockets themselves are in net/.
 */
import { Namespace, type NamespaceOrigin } from "./namespace.ts";

export class NetNamespace extends Namespace {
  constructor(origin: NamespaceOrigin | null = null) {
    super("net", origin);
  }
}
