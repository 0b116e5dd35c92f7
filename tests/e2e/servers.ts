/** Servers on this machine's loopback for programs/network/client.py, on ports that are free. */
import dgram from "node:dgram";
import { once } from "node:events";
import http from "node:http";
import net, { type AddressInfo } from "node:net";

export interface Servers {
  /** In the order that client.py names them. */
  readonly ports: readonly number[];
  readonly httpPort: number;
  close(): void;
}

async function listen(server: net.Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

export async function startServers(): Promise<Servers> {
  const stalled: net.Socket[] = [];
  const web = http.createServer((request, response) => {
    const size = Number(request.url?.split("?")[1] ?? 0);
    response.end(size > 0 ? Buffer.alloc(size, "0123456789") : `${request.url}\n`);
  });
  const echo = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  const stall = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    stalled.push(socket);
    let count = 0;
    socket.on("data", (bytes) => {
      count += bytes.length;
    });
    socket.on("end", () => socket.end(`${count}`));
    socket.pause();
  });
  const go = net.createServer((socket) => {
    for (const one of stalled.splice(0)) one.resume();
    socket.resume();
  });
  const reset = net.createServer((socket) => {
    socket.on("data", () => socket.resetAndDestroy());
  });
  const early = net.createServer((socket) => socket.end("before you asked"));
  const udp = dgram.createSocket("udp4");
  udp.on("message", (bytes, { port, address }) => udp.send(bytes, port, address));
  udp.bind(0, "127.0.0.1");
  await once(udp, "listening");
  const closed = net.createServer();
  const closedPort = await listen(closed);
  closed.close();
  const servers = [web, echo, stall, go, reset, early];
  const [httpPort, echoPort, stallPort, goPort, resetPort, earlyPort] = (await Promise.all(
    servers.map(listen),
  )) as [number, number, number, number, number, number];
  const udpPort = udp.address().port;
  return {
    httpPort,
    ports: [httpPort, echoPort, stallPort, goPort, resetPort, udpPort, closedPort, earlyPort],
    close() {
      for (const server of servers) server.close();
      web.closeAllConnections();
      udp.close();
    },
  };
}
