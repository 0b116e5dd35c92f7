/** The machine: system, architecture, memory. */
import { availableParallelism, endianness, freemem, totalmem } from "node:os";
import process from "node:process";
import type { Check, Finding } from "./check.ts";

const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** Node, translated code and a small program; measured on Linux. */
const COMFORTABLE = 512 * MIB;

/** Where the tests run. */
const TESTED = "linux/x64";

function platform(): Finding {
  const found = `${process.platform}/${process.arch}`;
  if (endianness() !== "LE") {
    return { status: "fail", found, advice: "WebAssembly memory is read as little-endian numbers" };
  }
  if (found === TESTED) return { status: "ok", found };
  const advice =
    process.platform === "linux"
      ? "programs in the sandbox are x86-64 on every machine; here the root folder's are not: use --rootfs"
      : `not tested here; ${TESTED} is. The root folder is not Linux's: use --rootfs`;
  return { status: "warn", found, advice };
}

function processors(): Finding {
  const count = availableParallelism();
  const found = String(count);
  if (count > 1) return { status: "ok", found };
  return {
    status: "warn",
    found,
    advice: "code is compiled beside the program only if there are two",
  };
}

/** A control group's limit is what counts in a container. */
function memory(): Finding {
  const limit = process.constrainedMemory();
  const total = limit > 0 && limit < totalmem() ? limit : totalmem();
  const available = Math.min(process.availableMemory?.() ?? freemem(), total);
  const found = `${gib(available)} of ${gib(total)} free`;
  if (available >= COMFORTABLE) return { status: "ok", found };
  return { status: "warn", found, advice: `${COMFORTABLE / MIB} MiB free are comfortable` };
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}

export const machineChecks: readonly Check[] = [
  { id: "platform", title: "platform", run: platform },
  { id: "processors", title: "processors", run: processors },
  { id: "memory", title: "memory", run: memory },
];
