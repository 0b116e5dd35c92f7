/** The socket on which a detached sandbox listens for clients; its descriptor is inherited. */
import net from "node:net";
import { Channel, type ChannelListener } from "../channel/channel.ts";

export interface ListeningSocket {
  /** No more clients come; those that are here stay. */
  close(): void;
}

/** Makes the channel of a client that has come. */
export type OpenChannel = (listener: ChannelListener) => Channel;

export function listenOn(
  fd: number,
  accept: (open: OpenChannel) => void,
  failed: (error: Error) => void,
): ListeningSocket {
  const server = net.createServer((socket) => accept((listener) => new Channel(socket, listener)));
  server.on("error", failed);
  server.listen({ fd });
  return server;
}
