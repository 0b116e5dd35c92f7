/**
 * Process groups, sessions and their terminal: credentials(7), setsid(2), setpgid(2). Who is in what is
 * kept here; what a terminal does with it (job control, hang-up) is in drivers/tty.
 */
import type { ThreadGroup } from "./thread-group.ts";

/** What sessions need of a terminal; drivers/tty implements it. */
export interface ControllingTerminal {
  /** Whom Ctrl-C reaches and who may read. */
  foregroundGroup: ProcessGroup | null;
  /** The session that the terminal controls. */
  session: Session | null;
  /** vhangup(2). */
  cutOff(): void;
  /** Device number, for /proc/pid/stat. */
  readonly rdev: number;
}

export class Session {
  readonly id: number;
  /** null once the leader has exited. */
  leader: ThreadGroup | null;
  terminal: ControllingTerminal | null = null;
  /** In the foreground when the terminal was hung up: told when the leader ends. */
  formerForeground: ProcessGroup | null = null;
  readonly groups: Set<ProcessGroup> = new Set();

  constructor(leader: ThreadGroup) {
    this.id = leader.tgid;
    this.leader = leader;
  }
}

export class ProcessGroup {
  readonly id: number;
  readonly session: Session;
  /** In the order in which they joined. Zombies included until reaped. */
  readonly members: Set<ThreadGroup> = new Set();

  constructor(id: number, session: Session) {
    this.id = id;
    this.session = session;
    session.groups.add(this);
  }

  /**
   * Whether no member has a parent in another group of the session, so that nobody could continue a
   * stopped member: is_orphaned_pgrp(). @param leaving a member to be left out of the count.
   */
  isOrphaned(leaving: ThreadGroup | null = null): boolean {
    for (const member of this.members) {
      if (member === leaving || member.isDead || member.parent === null) continue;
      const parentGroup = member.parent.processGroup;
      if (parentGroup !== this && parentGroup.session === this.session) return false;
    }
    return true;
  }

  /** As Linux goes through them: who joined last comes first. */
  get newestFirst(): ThreadGroup[] {
    return [...this.members].reverse();
  }

  hasStoppedMember(): boolean {
    for (const member of this.members) if (member.isStopped) return true;
    return false;
  }
}
