/** System V and POSIX interprocess communication: sysvipc(7), mq_overview(7). */

// Flags of shmget(2), semget(2) and msgget(2).
export const IPC_CREAT = 0o1000;
export const IPC_EXCL = 0o2000;
export const IPC_NOWAIT = 0o4000;

// Commands of the *ctl calls, and the key that is no key.
export const IPC_RMID = 0;
export const IPC_SET = 1;
export const IPC_STAT = 2;
export const IPC_INFO = 3;
export const IPC_PRIVATE = 0;

// Flags of shmat(2) and shmget(2).
export const SHM_RDONLY = 0o10000;
export const SHM_RND = 0o20000;
export const SHM_REMAP = 0o40000;
export const SHM_EXEC = 0o100000;
export const SHM_HUGETLB = 0o4000;
export const SHM_NORESERVE = 0o10000;

// Commands of shmctl(2).
export const SHM_LOCK = 11;
export const SHM_UNLOCK = 12;
export const SHM_STAT = 13;
export const SHM_INFO = 14;
export const SHM_STAT_ANY = 15;

// In the mode of a segment: to be removed with the last attachment; locked in memory.
export const SHM_DEST = 0o1000;
export const SHM_LOCKED = 0o2000;

// Commands and flags of semctl(2) and semop(2).
export const GETPID = 11;
export const GETVAL = 12;
export const GETALL = 13;
export const GETNCNT = 14;
export const GETZCNT = 15;
export const SETVAL = 16;
export const SETALL = 17;
export const SEM_STAT = 18;
export const SEM_INFO = 19;
export const SEM_STAT_ANY = 20;

// Adjust on exit.
export const SEM_UNDO = 0o10000;

// Flags and commands of messages.
export const MSG_NOERROR = 0o10000;
export const MSG_EXCEPT = 0o20000;
export const MSG_COPY = 0o40000;

// Commands of msgctl(2).
export const MSG_STAT = 11;
export const MSG_INFO = 12;
export const MSG_STAT_ANY = 13;

/** Owner and mode of an object. */
export const IPC64_PERM = {
  size: 48,
  key: 0,
  uid: 4,
  gid: 8,
  cuid: 12,
  cgid: 16,
  mode: 20,
  seq: 24,
} as const;

/** shmctl(2), IPC_STAT. */
export const SHMID64_DS = {
  size: 112,
  shm_perm: 0,
  shm_segsz: 48,
  shm_atime: 56,
  shm_dtime: 64,
  shm_ctime: 72,
  shm_cpid: 80,
  shm_lpid: 84,
  shm_nattch: 88,
} as const;

/** semctl(2), IPC_STAT. */
export const SEMID64_DS = {
  size: 104,
  sem_perm: 0,
  sem_otime: 48,
  sem_ctime: 64,
  sem_nsems: 80,
} as const;

/** msgctl(2), IPC_STAT. */
export const MSQID64_DS = {
  size: 120,
  msg_perm: 0,
  msg_stime: 48,
  msg_rtime: 56,
  msg_ctime: 64,
  msg_cbytes: 72,
  msg_qnum: 80,
  msg_qbytes: 88,
  msg_lspid: 96,
  msg_lrpid: 100,
} as const;

/** One operation of semop(2). */
export const SEMBUF = {
  size: 6,
  sem_num: 0,
  sem_op: 2,
  sem_flg: 4,
} as const;

/** mq_getattr(3). */
export const MQ_ATTR = {
  size: 64,
  mq_flags: 0,
  mq_maxmsg: 8,
  mq_msgsize: 16,
  mq_curmsgs: 24,
} as const;

/** shmctl(2), IPC_INFO: struct shminfo64. */
export const SHMINFO64 = {
  size: 72,
  shmmax: 0,
  shmmin: 8,
  shmmni: 16,
  shmseg: 24,
  shmall: 32,
} as const;

/** shmctl(2), SHM_INFO: struct shm_info. */
export const SHM_INFO64 = {
  size: 48,
  used_ids: 0,
  shm_tot: 8,
  shm_rss: 16,
  shm_swp: 24,
} as const;

/** semctl(2), IPC_INFO and SEM_INFO. */
export const SEMINFO = {
  size: 40,
  semmap: 0,
  semmni: 4,
  semmns: 8,
  semmnu: 12,
  semmsl: 16,
  semopm: 20,
  semume: 24,
  semusz: 28,
  semvmx: 32,
  semaem: 36,
} as const;

/** msgctl(2), IPC_INFO and MSG_INFO. */
export const MSGINFO = {
  size: 32,
  msgpool: 0,
  msgmap: 4,
  msgmax: 8,
  msgmnb: 12,
  msgmni: 16,
  msgssz: 20,
  msgtql: 24,
  msgseg: 28,
} as const;
