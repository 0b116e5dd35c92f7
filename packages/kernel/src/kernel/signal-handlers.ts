/** What a process does on each signal: struct sighand_struct, shared with CLONE_SIGHAND. */
import { defaultAction, NSIG, SIG_DFL, SIG_IGN } from "@kernelet/abi";
import { SignalSet } from "./signal-set.ts";

/** struct sigaction, kernel form. Never changed in place. */
export interface SignalAction {
  /** SIG_DFL, SIG_IGN, or a user address. */
  readonly handler: number;
  /** SA_*. */
  readonly flags: number;
  readonly restorer: number;
  readonly mask: SignalSet;
}

const DEFAULT: SignalAction = { handler: SIG_DFL, flags: 0, restorer: 0, mask: new SignalSet() };

export class SignalHandlers {
  #actions: SignalAction[] = new Array<SignalAction>(NSIG + 1).fill(DEFAULT);

  get(signo: number): SignalAction {
    return this.#actions[signo] as SignalAction;
  }

  set(signo: number, action: SignalAction): void {
    this.#actions[signo] = action;
  }

  /** Back to the default action; flags and mask stay, as in Linux, where sigaction(2) still shows them. */
  reset(signo: number): void {
    this.#actions[signo] = { ...this.get(signo), handler: SIG_DFL };
  }

  /** Whether the signal does nothing: ignored, or by default without effect. */
  ignores(signo: number): boolean {
    const { handler } = this.get(signo);
    if (handler !== SIG_DFL) return handler === SIG_IGN;
    // SIGCONT continues a process when it is sent, whatever becomes of it then.
    const action = defaultAction(signo);
    return action === "ign" || action === "cont";
  }

  copy(): SignalHandlers {
    const copy = new SignalHandlers();
    copy.#actions = [...this.#actions];
    return copy;
  }

  /** execve(2): handlers are gone, ignored signals stay ignored. With CLONE_CLEAR_SIGHAND the same. */
  flush(): void {
    for (let signo = 1; signo <= NSIG; signo++) {
      const action = this.get(signo);
      this.#actions[signo] =
        action.handler === SIG_IGN ? { ...DEFAULT, handler: SIG_IGN } : DEFAULT;
    }
  }

  /** Signals with the given handler, for /proc/pid/status: SigIgn and SigCgt. */
  signalsWith(kind: "ignored" | "caught"): SignalSet {
    const set = new SignalSet();
    for (let signo = 1; signo <= NSIG; signo++) {
      const { handler } = this.get(signo);
      if (kind === "ignored" ? handler === SIG_IGN : handler > SIG_IGN) set.add(signo);
    }
    return set;
  }
}
