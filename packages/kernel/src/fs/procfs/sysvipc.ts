/** /proc/sysvipc: the System V objects of the reader's IPC namespace, a line each. ipc/util.c, sysvipc_proc_show(). */
import { ipcNamespaceOf } from "../../ipc/ipc-namespace.ts";
import type { IpcObject } from "../../ipc/ipc-object.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Task } from "../../kernel/task.ts";
import { directoryRow, fileRow, type NodeRow } from "./node.ts";

/** A value and its width; octal where said. */
type Field = readonly [value: number, width: number, base?: 8];

function line(fields: readonly Field[]): string {
  return `${fields.map(([value, width, base]) => value.toString(base).padStart(width)).join(" ")}\n`;
}

/** Key, identifier, mode. */
function start({ key, id, mode }: IpcObject): readonly Field[] {
  return [
    [key, 10],
    [id, 10],
    [mode, 5, 8],
  ];
}

function owners({ uid, gid, cuid, cgid }: IpcObject): readonly Field[] {
  return [uid, gid, cuid, cgid].map((id) => [id, 5]);
}

function messageQueues(task: Task): string {
  let text =
    "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime\n";
  for (const queue of ipcNamespaceOf(task).msg.list()) {
    const { bytes, count, lspid, lrpid, stime, rtime, ctime } = queue;
    // The C format has two blanks before the count of bytes.
    const fields: readonly Field[] = [
      [bytes, 11],
      [count, 10],
      [lspid, 5],
      [lrpid, 5],
      ...owners(queue),
      [stime, 10],
      [rtime, 10],
      [ctime, 10],
    ];
    text += line([...start(queue), ...fields]);
  }
  return text;
}

function semaphoreSets(task: Task): string {
  let text =
    "       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n";
  for (const set of ipcNamespaceOf(task).sem.list()) {
    text += line([
      ...start(set),
      [set.count, 10],
      ...owners(set),
      [set.otime, 10],
      [set.ctime, 10],
    ]);
  }
  return text;
}

function segments(task: Task): string {
  let text =
    "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n";
  for (const segment of ipcNamespaceOf(task).shm.list()) {
    const { size, cpid, lpid, attachments, atime, dtime, ctime, residentBytes } = segment;
    const fields: readonly Field[] = [
      [size, 21],
      [cpid, 5],
      [lpid, 5],
      [attachments, 6],
      ...owners(segment),
      [atime, 10],
      [dtime, 10],
      [ctime, 10],
      [residentBytes, 21],
      [0, 21],
    ];
    text += line([...start(segment), ...fields]);
  }
  return text;
}

export const SYSVIPC_DIRECTORY: NodeRow<Kernel> = directoryRow("sysvipc", [
  fileRow("msg", 0o444, (_kernel, reader) => messageQueues(reader)),
  fileRow("sem", 0o444, (_kernel, reader) => semaphoreSets(reader)),
  fileRow("shm", 0o444, (_kernel, reader) => segments(reader)),
]);
