/** What the filesystems of one kernel have in use: for the accounting at the end of a run, and /proc/sys/fs/file-nr. */
export class FileCounts {
  /** File descriptions that somebody holds: descriptors, mappings, messages on their way. */
  open = 0;
}
