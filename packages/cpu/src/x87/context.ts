/** How an x87 operation rounds, and what it signals (SDM vol. 1, 8.1.3, 8.1.5 and 8.5). */

/** Exception flags: the same bits in the status word, and as masks in the control word. */
export const IE = 0x01;
export const DE = 0x02;
export const ZE = 0x04;
export const OE = 0x08;
export const UE = 0x10;
export const PE = 0x20;
/** The exceptions that are found before anything is computed: unmasked, they leave all operands as they are. */
export const PRE_COMPUTATION: number = IE | DE | ZE;

/** RC, bits 11–10 of the control word. */
export const Rounding = { NEAREST: 0, DOWN: 1, UP: 2, ZERO: 3 } as const;
/** PC, bits 9–8 of the control word: 24, 53 or 64 bits of significand. 1 is reserved and acts as 64. */
export const Precision = { SINGLE: 0, DOUBLE: 2, EXTENDED: 3 } as const;

/** One operation's control word going in, exceptions coming out. A work object, reused: `begin` it first. */
export class FpuContext {
  rounding = 0;
  precision = 3;
  /** Exceptions that the control word masks. */
  masks = 0x3f;
  /** Exceptions found, masked or not. */
  exceptions = 0;
  /** The last rounding went away from zero: condition bit C1. */
  roundedUp = false;

  begin(controlWord: number): void {
    this.rounding = (controlWord >>> 10) & 3;
    this.precision = (controlWord >>> 8) & 3;
    this.masks = controlWord & 0x3f;
    this.exceptions = 0;
    this.roundedUp = false;
  }

  signal(exceptions: number): void {
    this.exceptions |= exceptions;
  }

  /** Takes back what an exception of higher priority hides. */
  withdraw(exceptions: number): void {
    this.exceptions &= ~exceptions;
  }
}
