/** /proc/sys: proc_sys(5). Settings that programs ask for; few can be changed. */
import {
  CAP_CHECKPOINT_RESTORE,
  CAP_SYS_ADMIN,
  EINVAL,
  EPERM,
  type Errno,
  RLIMIT_NOFILE,
} from "@kernelet/abi";
import type { Kernel } from "../../kernel/kernel.ts";
import { MAX_NAMESPACES } from "../../kernel/namespaces/namespace.ts";
import { ownerOf } from "../../kernel/namespaces/user-namespace.ts";
import type { Task } from "../../kernel/task.ts";
import { MAX_QUEUED_EVENTS, MAX_USER_INSTANCES, MAX_USER_WATCHES } from "../inotify-account.ts";
import { MOUNT_MAX } from "../mount-tree.ts";
import { PIPE_MAX_SIZE } from "../pipe/pipe.ts";
import { directoryRow, fileRow, type NodeRow } from "./node.ts";

/** A value that stays. */
function fixed(name: string, value: string | number): NodeRow<Kernel> {
  return fileRow(name, 0o444, () => `${value}\n`);
}

function computed(name: string, value: (kernel: Kernel) => string | number): NodeRow<Kernel> {
  return fileRow(name, 0o444, (kernel) => `${value(kernel)}\n`);
}

/** Random bytes as a version 4 UUID. */
function uuid(bytes: Uint8Array): string {
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

function randomUuid(kernel: Kernel): string {
  const bytes = new Uint8Array(16);
  kernel.host.entropy(bytes);
  return uuid(bytes);
}

function setName(which: "nodename" | "domainname") {
  return (_kernel: Kernel, text: string, writer: Task): 0 | Errno => {
    const { uts } = writer.nsproxy;
    if (!writer.credentials.hasIn(ownerOf(uts), CAP_SYS_ADMIN)) return EPERM;
    const name = text.replace(/\n.*$/s, "");
    if (name.length > 64) return EINVAL;
    uts[which] = name;
    return 0;
  };
}

const RANDOM_ROWS: readonly NodeRow<Kernel>[] = [
  computed("boot_id", (kernel) => {
    kernel.vfs.bootId ??= randomUuid(kernel);
    return kernel.vfs.bootId;
  }),
  computed("uuid", randomUuid),
  fixed("entropy_avail", 256),
  fixed("poolsize", 256),
  fixed("urandom_min_reseed_secs", 60),
  fixed("write_wakeup_threshold", 256),
];

const KERNEL_ROWS: readonly NodeRow<Kernel>[] = [
  computed("ostype", ({ initNamespaces }) => initNamespaces.uts.sysname),
  computed("osrelease", ({ initNamespaces }) => initNamespaces.uts.release),
  computed("version", ({ initNamespaces }) => initNamespaces.uts.version),
  fileRow(
    "hostname",
    0o644,
    (_kernel, reader) => `${reader.nsproxy.uts.nodename}\n`,
    setName("nodename"),
  ),
  fileRow(
    "domainname",
    0o644,
    (_kernel, reader) => `${reader.nsproxy.uts.domainname}\n`,
    setName("domainname"),
  ),
  computed("pid_max", (kernel) => kernel.pids.pidMax),
  computed("threads-max", (kernel) => kernel.taskLimit),
  fixed("cap_last_cap", 40),
  fixed("ngroups_max", 65536),
  fixed("overflowuid", 65534),
  fixed("overflowgid", 65534),
  fixed("randomize_va_space", 0),
  fixed("core_pattern", "core"),
  fixed("core_uses_pid", 0),
  fixed("dmesg_restrict", 1),
  fixed("kptr_restrict", 1),
  fixed("perf_event_paranoid", 4),
  fixed("unprivileged_bpf_disabled", 2),
  fixed("sched_child_runs_first", 0),
  fixed("shmmax", "18446744073692774399"),
  fixed("shmall", "18446744073692774399"),
  fixed("shmmni", 4096),
  fixed("sem", "32000\t1024000000\t500\t32000"),
  fixed("msgmax", 8192),
  fixed("msgmnb", 16384),
  fixed("msgmni", 32000),
  fixed("tainted", 0),
  fileRow(
    "ns_last_pid",
    0o666,
    (_kernel, reader) => `${reader.pids.lastPid}\n`,
    (_kernel, text, writer) => {
      const { credentials, pids } = writer;
      const owner = ownerOf(pids);
      if (
        !credentials.hasIn(owner, CAP_SYS_ADMIN) &&
        !credentials.hasIn(owner, CAP_CHECKPOINT_RESTORE)
      )
        return EPERM;
      if (!/^\d+\s*$/.test(text) || Number(text) >= pids.pidMax) return EINVAL;
      pids.lastPid = Number(text);
      return 0;
    },
  ),
  fixed("panic", 0),
  fixed("printk", "4\t4\t1\t7"),
  fixed("sched_autogroup_enabled", 0),
  fixed("sched_rt_period_us", 1_000_000),
  fixed("sched_rt_runtime_us", 950_000),
  fixed("modules_disabled", 1),
  fixed("hung_task_timeout_secs", 0),
  fixed("io_uring_disabled", 2),
  directoryRow("seccomp", [fixed("actions_avail", ""), fixed("actions_logged", "")]),
  directoryRow("random", RANDOM_ROWS),
];

const VM_ROWS: readonly NodeRow<Kernel>[] = [
  fixed("overcommit_memory", 1),
  fixed("overcommit_ratio", 50),
  computed("max_map_count", (kernel) => kernel.memory.maxMapCount),
  fixed("mmap_min_addr", 65536),
  fixed("swappiness", 60),
  fixed("nr_hugepages", 0),
  fixed("panic_on_oom", 0),
  fixed("dirty_ratio", 20),
  fixed("dirty_background_ratio", 10),
  fixed("overcommit_kbytes", 0),
  fixed("min_free_kbytes", 0),
  fixed("vfs_cache_pressure", 100),
  fixed("oom_kill_allocating_task", 0),
  fixed("page-cluster", 3),
];

const FS_ROWS: readonly NodeRow<Kernel>[] = [
  fixed("file-max", "9223372036854775807"),
  fixed("file-nr", "0\t0\t9223372036854775807"),
  computed("nr_open", (kernel) => kernel.init?.rlimits[RLIMIT_NOFILE]?.hard ?? 1_048_576),
  fixed("pipe-max-size", PIPE_MAX_SIZE),
  fixed("pipe-user-pages-soft", 16384),
  fixed("pipe-user-pages-hard", 0),
  fixed("protected_hardlinks", 1),
  fixed("protected_symlinks", 0),
  fixed("protected_fifos", 0),
  fixed("protected_regular", 0),
  fixed("suid_dumpable", 0),
  fixed("lease-break-time", 45),
  fixed("dir-notify-enable", 1),
  fixed("aio-max-nr", 65536),
  fixed("aio-nr", 0),
  fixed("inode-nr", "0\t0"),
  fixed("inode-state", "0\t0\t0\t0\t0\t0\t0"),
  fixed("dentry-state", "0\t0\t45\t0\t0\t0"),
  fixed("leases-enable", 1),
  fixed("mount-max", MOUNT_MAX),
  fixed("overflowuid", 65534),
  fixed("overflowgid", 65534),
  directoryRow("inotify", [
    fixed("max_queued_events", MAX_QUEUED_EVENTS),
    fixed("max_user_instances", MAX_USER_INSTANCES),
    fixed("max_user_watches", MAX_USER_WATCHES),
  ]),
  directoryRow("mqueue", [
    fixed("msg_max", 10),
    fixed("msgsize_max", 8192),
    fixed("queues_max", 256),
  ]),
  directoryRow("epoll", [fixed("max_user_watches", 65536)]),
];

const NET_ROWS: readonly NodeRow<Kernel>[] = [
  directoryRow("core", [
    fixed("somaxconn", 4096),
    fixed("rmem_max", 212_992),
    fixed("wmem_max", 212_992),
    fixed("rmem_default", 212_992),
    fixed("wmem_default", 212_992),
  ]),
  directoryRow("ipv4", [
    fixed("ip_forward", 0),
    fixed("ip_local_port_range", "32768\t60999"),
    fixed("ip_unprivileged_port_start", 1024),
    fixed("tcp_congestion_control", "cubic"),
    fixed("tcp_available_congestion_control", "reno cubic"),
    fixed("tcp_fin_timeout", 60),
    fixed("tcp_keepalive_intvl", 75),
    fixed("tcp_keepalive_probes", 9),
    fixed("tcp_keepalive_time", 7200),
    fixed("tcp_max_syn_backlog", 4096),
    fixed("tcp_rmem", "4096\t131072\t33554432"),
    fixed("tcp_syn_retries", 6),
    fixed("tcp_wmem", "4096\t16384\t4194304"),
  ]),
  directoryRow("ipv6", [
    fixed("bindv6only", 0),
    directoryRow("conf", [
      directoryRow("all", [fixed("disable_ipv6", 0)]),
      directoryRow("default", [fixed("disable_ipv6", 0)]),
      directoryRow("lo", [fixed("disable_ipv6", 0)]),
    ]),
  ]),
  directoryRow("unix", [fixed("max_dgram_qlen", 512)]),
];

export const SYS_DIRECTORY: NodeRow<Kernel> = directoryRow("sys", [
  directoryRow("kernel", KERNEL_ROWS),
  directoryRow("vm", VM_ROWS),
  directoryRow("fs", FS_ROWS),
  directoryRow("net", NET_ROWS),
  directoryRow(
    "user",
    ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"].map((kind) =>
      fixed(`max_${kind}_namespaces`, MAX_NAMESPACES),
    ),
  ),
]);
