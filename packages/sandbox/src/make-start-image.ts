/**
 * A process of its own that makes a start image while a sandbox runs already: see launch.ts, which starts it, and outlives
 * neither the sandbox nor this.
 */
import os from "node:os";
import process from "node:process";
import { makeImage } from "./start-image.ts";

const [folder, key, main, ...flags] = process.argv.slice(2);
if (folder === undefined || key === undefined || main === undefined) process.exit(2);
// Whoever waits for a program comes first.
os.setPriority(os.constants.priority.PRIORITY_LOW);
process.exitCode = makeImage(folder, key, main, flags) ? 0 : 1;
