/** Poll events of sockets that come together. */
import { POLLIN, POLLOUT, POLLRDNORM, POLLWRBAND, POLLWRNORM } from "@kernelet/abi";

export const READABLE: number = POLLIN | POLLRDNORM;
export const WRITABLE: number = POLLOUT | POLLWRNORM | POLLWRBAND;
