import { EBADF, EMFILE, F_OK, O_RDONLY } from "@kernelet/abi";
import { expect, test } from "vitest";
import { fakeTask } from "../testing/fake-task.ts";
import { testFs } from "../testing/test-fs.ts";
import { FdTable } from "./fd-table.ts";
import { FileDescription } from "./file-description.ts";

function setUp(limit?: number) {
  const t = testFs();
  const closed: string[] = [];
  class File extends FileDescription {
    readonly label: string;
    constructor(label: string) {
      super(t.root, O_RDONLY);
      this.label = label;
    }
    protected override release(): void {
      closed.push(this.label);
    }
  }
  const file = (label: string): File => new File(label);
  return { task: fakeTask(t).task, table: new FdTable(limit), file, closed };
}

test("gives the lowest free descriptor", () => {
  const { task, table, file } = setUp();
  for (const name of ["a", "b", "c"]) table.add(file(name));
  table.close(task, 1);
  expect(table.add(file("d"))).toBe(1);
  expect(table.add(file("e"))).toBe(3);
  expect(table.add(file("f"), { from: 10 })).toBe(10);
  expect(table.add(file("g"))).toBe(4);
  expect([...table.fds()]).toEqual([0, 1, 2, 3, 4, 10]);
});

test("two descriptors or none", () => {
  const { table, file, closed } = setUp(2);
  table.add(file("a"));
  expect(table.install([file("b"), file("c")])).toBe(EMFILE);
  expect(table.size).toBe(1);
  expect(table.add(file("d"))).toBe(1);
  expect(table.add(file("e"))).toBe(EMFILE);
  expect(closed).toEqual(["e"]);
});

test("a file closes with its last descriptor, in whatever table", () => {
  const { task, table, file, closed } = setUp();
  const a = file("a");
  table.add(a);
  table.add(a);
  const child = table.fork();
  table.release(task);
  expect(closed).toEqual([]);
  child.close(task, 0);
  child.close(task, 1);
  expect(closed).toEqual(["a"]);
  expect(child.close(task, 1)).toBe(EBADF);
});

test("dup2 closes what was there", () => {
  const { task, table, file, closed } = setUp();
  table.add(file("a"));
  const b = file("b");
  table.add(b);
  expect(table.replace(task, 0, b, true)).toBe(0);
  expect(closed).toEqual(["a"]);
  expect(table.isCloexec(0)).toBe(true);
  expect(table.replace(task, 1024, b, false)).toBe(EBADF);
});

test("execve closes what is marked, close_range what is in it", () => {
  const { task, table, file, closed } = setUp();
  for (const name of ["a", "b", "c", "d"]) table.add(file(name), { cloexec: name === "b" });
  table.closeOnExec(task);
  expect(closed).toEqual(["b"]);
  table.closeRange(task, 2, 0xffffffff, true);
  expect(table.isCloexec(3)).toBe(true);
  expect(table.closeRange(task, 2, 0xffffffff, false)).toBe(F_OK);
  expect([...table.fds()]).toEqual([0]);
});
