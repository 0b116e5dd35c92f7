/** Which Node runs us, and where it came from. */
import { realpathSync } from "node:fs";
import process from "node:process";
import type { Check, Finding } from "./check.ts";

const NEEDED_MAJOR = 24;

/** Node from npm lies in node_modules/node-<platform>-<arch>/bin. */
const PACKAGE = /[\\/]node_modules[\\/](node-[^\\/]+)[\\/]/;

function origin(path: string): string {
  const name = PACKAGE.exec(realpathSync(path))?.[1];
  return name === undefined ? path : `the npm package ${name}`;
}

function node(): Finding {
  const found = `${process.versions.node}, from ${origin(process.execPath)}`;
  if (Number.parseInt(process.versions.node, 10) >= NEEDED_MAJOR) return { status: "ok", found };
  return { status: "fail", found, advice: `Node ${NEEDED_MAJOR} or later is needed` };
}

function v8(): Finding {
  return { status: "ok", found: process.versions.v8 };
}

export const nodeChecks: readonly Check[] = [
  { id: "node", title: "Node.js", run: node },
  { id: "v8", title: "V8", run: v8 },
];
