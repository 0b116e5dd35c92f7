/**
 * A decoded instruction as the interpreter reads it: 48 bytes in the CODE area of the address space.
 *
 *   0  handler   table slot of the handler function (rec, depth) → next pc
 *   4  pc        address of the instruction
 *   8  next      address of the one after it
 *  12  op0 op1 op2   u16 each: register operands as offsets in the state block
 *  18  base      u8  base register as an offset in the state block (S.zero: none, S.rip never: see disp)
 *  19  index     u8
 *  20  segment   u8  S.zero, S.fsBase or S.gsBase
 *  21  scale     u8  shift count
 *  24  disp      i64; pc-relative operands have their absolute address here
 *  32  imm       i64; in instructions that end a block: [32] record of the fall-through block, 0 = not known yet
 *  40  target    i32 pc of a direct branch (second immediate of ENTER)
 *  44  link      i32 record of the target's block, 0 = not known yet
 *
 * An indirect jump keeps where it went last in [40] and [44], and in [32] how often that changed; an indirect call,
 * which has its fall-through in [32], in [36].
 *
 * A block begins with a head record: pc, [32] how often it was entered, [40] region slot once there is one.
 */
export const RECORD_SIZE = 48;

export const REC = {
  handler: 0,
  pc: 4,
  next: 8,
  op0: 12,
  base: 18,
  index: 19,
  segment: 20,
  scale: 21,
  disp: 24,
  imm: 32,
  fallThrough: 32,
  count: 32,
  target: 40,
  callees: 36,
  slot: 40,
  link: 44,
} as const;
