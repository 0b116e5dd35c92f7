/** What the host tells of the network, passed on to the kernel, which then has something to do. */
import type { HostNetworkEvents } from "@kernelet/kernel";

export function wakingEvents(kernel: HostNetworkEvents, loop: { wake(): void }): HostNetworkEvents {
  const waking =
    <A extends unknown[]>(tell: (...args: A) => void) =>
    (...args: A): void => {
      tell(...args);
      loop.wake();
    };
  return {
    connected: waking((handle) => kernel.connected(handle)),
    received: waking((handle, bytes) => kernel.received(handle, bytes)),
    sent: waking((handle, count) => kernel.sent(handle, count)),
    closed: waking((handle, why) => kernel.closed(handle, why)),
    incoming: waking((handle, port, from) => kernel.incoming(handle, port, from)),
    datagram: waking((handle, bytes) => kernel.datagram(handle, bytes)),
    flowClosed: waking((handle) => kernel.flowClosed(handle)),
    flowFailed: waking((handle, why) => kernel.flowFailed(handle, why)),
    publishedDatagram: waking((port, guestPort, from, bytes) =>
      kernel.publishedDatagram(port, guestPort, from, bytes),
    ),
    resolved: waking((id, answer) => kernel.resolved(id, answer)),
  };
}
