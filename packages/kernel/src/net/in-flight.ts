/**
 * Unix sockets in flight: sent as SCM_RIGHTS and not yet received. Sockets that are held only by messages in one
 * another's queues can never be received: these are found and emptied. net/unix/garbage.c.
 *
 * A socket is surely alive while it has more references than messages that carry it; so is whatever lies in the queue
 * of a live one. The rest is garbage.
 */
import type { FileDescription } from "../fs/file-description.ts";
import { CarriedSocket } from "./carried-socket.ts";

/** A message with these files was queued. */
export function sent(files: readonly FileDescription[]): void {
  for (const file of files) {
    if (!(file instanceof CarriedSocket)) continue;
    file.inFlight++;
    file.allInFlight.add(file);
  }
}

/** The files were received, or dropped. */
export function landed(files: readonly FileDescription[]): void {
  for (const file of files) {
    if (!(file instanceof CarriedSocket)) continue;
    if (--file.inFlight === 0) file.allInFlight.delete(file);
  }
}

/** Sockets that a socket's queues hold. */
function* heldBy(socket: CarriedSocket): IterableIterator<CarriedSocket> {
  for (const { files } of socket.received.messages) {
    for (const file of files) if (file instanceof CarriedSocket) yield file;
  }
  // Connections that wait to be accepted are held by the one that listens, and so is what they have received.
  for (const end of socket.toAccept) yield* heldBy(end);
}

/** Closes what nobody can reach: when any unix socket is released, as Linux does, and when a task ends. */
export function collectGarbage(inFlight: ReadonlySet<CarriedSocket>): void {
  const doubtful = new Set<CarriedSocket>();
  for (const socket of inFlight) if (socket.refs <= socket.inFlight) doubtful.add(socket);
  if (doubtful.size === 0) return;

  // What is held by doubtful sockets alone stays doubtful: count those messages, and compare with all.
  const live: CarriedSocket[] = [];
  const heldByDoubtful = new Map<CarriedSocket, number>();
  for (const socket of doubtful) {
    for (const held of heldBy(socket))
      heldByDoubtful.set(held, (heldByDoubtful.get(held) ?? 0) + 1);
  }
  for (const socket of doubtful) {
    if ((heldByDoubtful.get(socket) ?? 0) < socket.inFlight) live.push(socket);
  }
  for (let socket = live.pop(); socket !== undefined; socket = live.pop()) {
    if (!doubtful.delete(socket)) continue;
    for (const held of heldBy(socket)) if (doubtful.has(held)) live.push(held);
  }
  for (const socket of doubtful) socket.dropReceived();
}
