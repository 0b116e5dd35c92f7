import { expect, test } from "vitest";
import { useFolder } from "../e2e/folder.ts";
import { needSlowSet } from "../e2e/needs.ts";
import { ATTACKS } from "./attacks.ts";
import { buildGuest } from "./guests.ts";
import { watched } from "./watched.ts";

const folder = useFolder();

/** What nobody may see, whatever the guest did. */
const OURS = /^\s+at .*[.]ts:|internal error|ended unexpectedly|FATAL ERROR/m;

for (const attack of ATTACKS) {
  test(attack.title, { timeout: attack.isSlow ? 900_000 : 420_000 }, async (context) => {
    if (attack.isSlow) needSlowSet(context);
    const { guest, args = [], options = [], code = 0, mostMib = 700 } = attack;
    const program = buildGuest(context, folder.path, guest);
    const outcome = await watched(["do", "-m", "256m", ...options, "--", program, ...args], {
      timeoutMs: attack.isSlow ? 850_000 : 400_000,
    });
    const { stdout, stderr } = outcome;
    expect({ code: outcome.code, left: outcome.left }, stderr).toEqual({ code, left: [] });
    expect(stderr).not.toMatch(OURS);
    if (attack.stdout !== undefined) expect(stdout, stderr).toMatch(attack.stdout);
    if (attack.stderr !== undefined) expect(stderr).toMatch(attack.stderr);
    expect(outcome.peakMib).toBeLessThan(mostMib);
  });
}
