/**
 * Network namespaces: network_namespaces(7). Abstract names of unix sockets, network devices and ports belong to one;
 * the sockets themselves are in net/.
 */
import { NetStack } from "../../net/ip/net-stack.ts";
import { Namespace, type NamespaceOrigin } from "./namespace.ts";

export class NetNamespace extends Namespace {
  readonly stack: NetStack = new NetStack();

  constructor(origin: NamespaceOrigin | null = null) {
    super("net", origin);
  }
}
