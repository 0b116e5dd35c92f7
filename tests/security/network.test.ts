/** A guest that goes at the network outside with all it has. */
import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { useFolder } from "../e2e/folder.ts";
import { buildGuest } from "./guests.ts";
import { watched } from "./watched.ts";

const folder = useFolder();

test("connections, datagrams and questions without end", { timeout: 420_000 }, async (context) => {
  const program = buildGuest(context, folder.path, "outside");
  const sockets = new Set<net.Socket>();
  const sleeper = net.createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  sleeper.listen(0, "127.0.0.1");
  await once(sleeper, "listening");
  const { port } = sleeper.address() as AddressInfo;
  const allow = ["--allow", "localhost", "--allow", "*.example", "--dns", "127.0.0.1:1"];
  const outcome = await watched(["do", "-m", "256m", ...allow, "--", program, `${port}`], {
    timeoutMs: 400_000,
  });
  sleeper.close();
  for (const socket of sockets) socket.destroy();
  const { stdout, stderr, code, left, peakMib } = outcome;
  expect({ code, left, stderr }).toEqual({ code: 0, left: [], stderr: "" });
  expect(stdout).toBe("refused: 30000\nabandoned\nscattered\nasked\nfilled: many\nalive\n");
  expect(peakMib).toBeLessThan(700);
});
