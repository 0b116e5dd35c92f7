/** Poll events of sockets that come together. */
import {
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
} from "@kernelet/abi";

export const READABLE: number = POLLIN | POLLRDNORM;
/** What a socket wakes its queue with when something has come, urgent or not: sock_def_readable(). */
export const ARRIVED: number = READABLE | POLLPRI | POLLRDBAND;
export const WRITABLE: number = POLLOUT | POLLWRNORM | POLLWRBAND;
