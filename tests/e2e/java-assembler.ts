/**
 * An assembler for Java class files, as a JRE brings no compiler. Source (programs/java), a line each:
 *
 *   .class NAME [SUPER]              first
 *   .field NAME DESCRIPTOR           static
 *   .method FLAGS NAME DESCRIPTOR    its instructions follow
 *   .catch EXCEPTION FROM TO LABEL   in a method
 *   LABEL:
 *   INSTRUCTION OPERANDS             JVM specification, chapter 6
 *
 * Version 50 of the format, the last that needs no stack maps. A constructor that calls SUPER's is added.
 */

/** Opcode, and what follows it: b, s: a number of 8 or 16 bits; v: a variable; l: a label; F, M, C: constants; L: ldc's. */
const OPCODES: Readonly<Record<string, readonly [number, string]>> = {
  aconst_null: [1, ""],
  iconst_0: [3, ""],
  iconst_1: [4, ""],
  bipush: [16, "b"],
  sipush: [17, "s"],
  ldc: [19, "L"],
  iload: [21, "v"],
  aload: [25, "v"],
  istore: [54, "v"],
  astore: [58, "v"],
  pop: [87, ""],
  dup: [89, ""],
  iadd: [96, ""],
  imul: [104, ""],
  idiv: [108, ""],
  iand: [126, ""],
  iinc: [132, "vb"],
  ifeq: [153, "l"],
  if_icmplt: [161, "l"],
  goto: [167, "l"],
  ireturn: [172, ""],
  return: [177, ""],
  getstatic: [178, "F"],
  putstatic: [179, "F"],
  invokevirtual: [182, "M"],
  invokespecial: [183, "M"],
  invokestatic: [184, "M"],
  new: [187, "C"],
  newarray: [188, "b"],
  arraylength: [190, ""],
};

const FLAGS: Readonly<Record<string, number>> = { public: 1, static: 8, synchronized: 32 };
const ACC_SUPER = 0x20;
/** Enough for what is written by hand: the depth is not worked out. */
const MAX_STACK = 16;
const MAX_LOCALS = 16;

const u8 = (n: number) => Buffer.from([n & 0xff]);
const u16 = (n: number) => Buffer.from([(n >> 8) & 0xff, n & 0xff]);
const u32 = (n: number) => Buffer.concat([u16(n >>> 16), u16(n)]);
const counted = (entries: readonly Buffer[]) => [u16(entries.length), ...entries];

/** Each constant once; the index counts from 1. */
class ConstantPool {
  readonly #indices = new Map<string, number>();
  readonly entries: Buffer[] = [];

  #add(...parts: readonly Buffer[]): number {
    const entry = Buffer.concat(parts);
    const key = entry.toString("latin1");
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    this.entries.push(entry);
    this.#indices.set(key, this.entries.length);
    return this.entries.length;
  }

  utf8(text: string): number {
    const bytes = Buffer.from(text);
    return this.#add(u8(1), u16(bytes.length), bytes);
  }
  integer(n: number): number {
    return this.#add(u8(3), u32(n));
  }
  class(name: string): number {
    return this.#add(u8(7), u16(this.utf8(name)));
  }
  string(text: string): number {
    return this.#add(u8(8), u16(this.utf8(text)));
  }
  /** @param tag 9 a field, 10 a method */
  member(tag: number, owner: string, name: string, descriptor: string): number {
    const nameAndType = this.#add(u8(12), u16(this.utf8(name)), u16(this.utf8(descriptor)));
    return this.#add(u8(tag), u16(this.class(owner)), u16(nameAndType));
  }
}

/** The code of one method while it is put together. */
class Code {
  readonly #pool: ConstantPool;
  readonly #labels = new Map<string, number>();
  readonly #branches: { readonly at: number; readonly label: string }[] = [];
  readonly #catches: readonly string[][];
  readonly #bytes: number[] = [];

  constructor(pool: ConstantPool, lines: readonly string[][]) {
    this.#pool = pool;
    this.#catches = lines.filter(([word]) => word === ".catch");
    for (const words of lines) this.#line(words);
  }

  #line(words: readonly string[]): void {
    const [word = "", ...operands] = words;
    if (word === ".catch") return;
    if (word.endsWith(":")) this.#labels.set(word.slice(0, -1), this.#bytes.length);
    else this.#instruction(word, operands);
  }

  #instruction(name: string, operands: readonly string[]): void {
    const [opcode, kinds] = OPCODES[name] ?? fail(`no instruction ${name}`);
    const start = this.#bytes.length;
    this.#bytes.push(opcode);
    [...kinds].forEach((kind, i) => {
      const operand = operands[i] ?? fail(`${name} lacks an operand`);
      const member = operands as readonly [string, string, string];
      if (kind === "l") this.#branches.push({ at: start, label: operand });
      const value = {
        b: () => u8(Number(operand)),
        v: () => u8(Number(operand)),
        s: () => u16(Number(operand)),
        l: () => u16(0),
        C: () => u16(this.#pool.class(operand)),
        L: () =>
          u16(
            operand.startsWith('"')
              ? this.#pool.string(JSON.parse(operand))
              : this.#pool.integer(Number(operand)),
          ),
        F: () => u16(this.#pool.member(9, ...member)),
        M: () => u16(this.#pool.member(10, ...member)),
      }[kind];
      this.#bytes.push(...(value?.() ?? []));
    });
  }

  #addressOf(label: string | undefined): number {
    return this.#labels.get(label ?? "") ?? fail(`no label ${label}`);
  }

  /** The Code attribute, JVM specification 4.7.3. */
  attribute(): Buffer {
    const code = Buffer.from(this.#bytes);
    for (const { at, label } of this.#branches)
      code.writeInt16BE(this.#addressOf(label) - at, at + 1);
    const catches = this.#catches.map(([, exception = "", ...labels]) =>
      Buffer.concat([
        ...labels.map((label) => u16(this.#addressOf(label))),
        u16(this.#pool.class(exception)),
      ]),
    );
    const body = Buffer.concat([
      u16(MAX_STACK),
      u16(MAX_LOCALS),
      u32(code.length),
      code,
      ...counted(catches),
      u16(0),
    ]);
    return Buffer.concat([u16(this.#pool.utf8("Code")), u32(body.length), body]);
  }
}

function fail(why: string): never {
  throw new Error(why);
}

function flagsOf(words: readonly string[]): number {
  return words.reduce((flags, word) => flags | (FLAGS[word] ?? fail(`no flag ${word}`)), 0);
}

/** @returns a class file. */
export function assemble(source: string): Buffer {
  const pool = new ConstantPool();
  const lines = source
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith(";"))
    .map((line) => line.match(/"[^"]*"|\S+/g) ?? []);
  const [, name = fail("no .class"), base = "java/lang/Object"] = lines[0] ?? [];

  const member = (flags: number, memberName: string, descriptor: string, attributes: Buffer[]) =>
    Buffer.concat([
      u16(flags),
      u16(pool.utf8(memberName)),
      u16(pool.utf8(descriptor)),
      ...counted(attributes),
    ]);
  const fields: Buffer[] = [];
  const methods: { readonly head: readonly string[]; readonly body: string[][] }[] = [
    {
      head: ["public", "<init>", "()V"],
      body: [["aload", "0"], ["invokespecial", base, "<init>", "()V"], ["return"]],
    },
  ];
  for (const [word = "", ...rest] of lines.slice(1)) {
    if (word === ".field")
      fields.push(member(FLAGS.static as number, rest[0] ?? "", rest[1] ?? "", []));
    else if (word === ".method") methods.push({ head: rest, body: [] });
    else methods.at(-1)?.body.push([word, ...rest]);
  }
  const methodEntries = methods.map(({ head, body }) => {
    const [methodName = "", descriptor = ""] = head.slice(-2);
    return member(flagsOf(head.slice(0, -2)), methodName, descriptor, [
      new Code(pool, body).attribute(),
    ]);
  });
  const classes = [u16(pool.class(name)), u16(pool.class(base))];
  return Buffer.concat([
    u32(0xcafebabe),
    u16(0),
    u16(50),
    u16(pool.entries.length + 1),
    ...pool.entries,
    u16(ACC_SUPER | (FLAGS.public as number)),
    ...classes,
    ...counted([]),
    ...counted(fields),
    ...counted(methodEntries),
    ...counted([]),
  ]);
}
