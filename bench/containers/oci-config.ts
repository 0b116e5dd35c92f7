/** The config.json that runc and runsc get: what docker(1) gives a container, with the host's network. */
import { ENVIRONMENT } from "./images.ts";

const CAPABILITIES = [
  ...["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"],
  ...["SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
].map((name) => `CAP_${name}`);

const DEV_OPTIONS = ["nosuid", "strictatime", "mode=755", "size=65536k"];

export function ociConfig(root: string, argv: readonly string[]): object {
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args: argv,
      env: ENVIRONMENT,
      cwd: "/",
      capabilities: {
        bounding: CAPABILITIES,
        effective: CAPABILITIES,
        permitted: CAPABILITIES,
      },
      noNewPrivileges: true,
    },
    root: { path: root, readonly: false },
    hostname: "bench",
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/dev", type: "tmpfs", source: "tmpfs", options: DEV_OPTIONS },
      { destination: "/tmp", type: "tmpfs", source: "tmpfs", options: ["mode=1777"] },
    ],
    linux: {
      namespaces: ["pid", "ipc", "uts", "mount"].map((type) => ({ type })),
    },
  };
}
