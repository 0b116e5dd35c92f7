/** Linux x86-64 as data. Nothing here has state, and nothing here imports anything. */

export * from "./auxv.ts";
export * from "./capability.ts";
/** By name. */
export * as capability from "./capability.ts";
export * from "./device.ts";
export * from "./elf.ts";
export * from "./errno.ts";
export * from "./fcntl.ts";
export * from "./futex.ts";
export * from "./image-tree.ts";
export * from "./inet.ts";
export * from "./inotify.ts";
export * from "./ioctl.ts";
export * from "./ipc.ts";
export * from "./limits.ts";
export * from "./membarrier.ts";
export * from "./mman.ts";
export * from "./mount.ts";
export * from "./netlink.ts";
export * from "./poll.ts";
export * from "./prctl.ts";
export * from "./ptrace.ts";
export * from "./random.ts";
export * from "./resource.ts";
/** By name. */
export * as resource from "./resource.ts";
export * from "./sched.ts";
export * from "./seccomp.ts";
export * from "./sigframe.ts";
export * from "./signal.ts";
export * from "./signal-names.ts";
export * from "./socket.ts";
export * from "./stat.ts";
export * from "./syscall-numbers.ts";
export * from "./termios.ts";
export * from "./time.ts";
export * from "./uio.ts";
export * from "./utsname.ts";
export * from "./wait.ts";
export * from "./xattr.ts";
