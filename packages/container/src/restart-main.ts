/** The process that starts a container with a restart policy again: restart.ts. */
import process from "node:process";
import { watchRestarts } from "./restart.ts";
import { ContainerStore } from "./store.ts";

const [root, id] = process.argv.slice(2);
if (root === undefined || id === undefined) process.exit(2);
await watchRestarts(ContainerStore.open(root).find(id));
