import { ScriptedProcessor } from "@kernelet/kernel";
import { expect, test } from "vitest";
import { rehearse } from "./rehearsal.ts";

test("the program of the rehearsal makes its calls and ends", () => {
  expect(rehearse(new ScriptedProcessor()).status).toBe(0);
});
