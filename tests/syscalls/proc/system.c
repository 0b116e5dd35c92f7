/* Files of the whole system: the shape that programs parse. */
#include "proc.h"

static void first_line(const char *name) {
  char *text = slurp(name);
  text[strcspn(text, "\n") + 1] = 0;
  show_shape(name, text);
}

int main(void) {
  show_shape("loadavg", slurp("/proc/loadavg"));
  show_shape("uptime", slurp("/proc/uptime"));
  first_line("/proc/stat");
  static const char *const stat_keys[] = {"cpu ", "cpu0 ", "intr ", "ctxt ", "btime ", "processes ", "procs_running ", "procs_blocked ", "softirq ", NULL};
  show_keys("stat", slurp("/proc/stat"), stat_keys);
  static const char *const meminfo[] = {"MemTotal:", "MemFree:", "MemAvailable:", "Buffers:", "Cached:", "SwapCached:", "Active:", "Inactive:", "SwapTotal:", "SwapFree:", "Dirty:", "Writeback:", "AnonPages:", "Mapped:", "Shmem:", "Slab:", "SReclaimable:", "SUnreclaim:", "KernelStack:", "PageTables:", "CommitLimit:", "Committed_AS:", "VmallocTotal:", NULL};
  show_keys("meminfo", slurp("/proc/meminfo"), meminfo);
  first_line("/proc/meminfo");
  first_line("/proc/swaps");
  first_line("/proc/partitions");
  first_line("/proc/cgroups");
  static const char *const vmstat[] = {"nr_free_pages ", "pgpgin ", "pgpgout ", "pswpin ", "pswpout ", "pgfault ", "pgmajfault ", "oom_kill ", NULL};
  show_keys("vmstat", slurp("/proc/vmstat"), vmstat);
  show_shape("pressure", slurp("/proc/pressure/memory"));
  static const char *const cpuinfo[] = {"processor", "vendor_id", "cpu family", "model", "model name", "stepping", "cpu MHz", "cache size", "physical id", "siblings", "core id", "cpu cores", "flags", "bogomips", "address sizes", NULL};
  show_keys("cpuinfo", slurp("/proc/cpuinfo"), cpuinfo);
  static const char *const filesystems[] = {"nodev\tsysfs\n", "nodev\ttmpfs\n", "nodev\tproc\n", "nodev\tcgroup2\n", "nodev\tdevtmpfs\n", "nodev\tdevpts\n", "nodev\tmqueue\n", NULL};
  show_keys("filesystems", slurp("/proc/filesystems"), filesystems);
  static const char *const devices[] = {"Character devices:\n", "  1 mem\n", "  5 /dev/tty\n", "  5 /dev/ptmx\n", "136 pts\n", "Block devices:\n", NULL};
  show_keys("devices", slurp("/proc/devices"), devices);
  CALL(strncmp(slurp("/proc/version"), "Linux version ", 14));
  return 0;
}
