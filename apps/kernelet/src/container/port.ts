/** `port`: which ports of this machine lead into a container. */
import { CliError } from "../errors.ts";
import type { RootOption } from "../image/context.ts";
import type { Io } from "../io.ts";
import { describePort } from "../options/network.ts";
import { openContainers, reporting } from "./context.ts";

export async function runPort(
  io: Io,
  name: string,
  wanted: string | undefined,
  options: RootOption,
): Promise<void> {
  await reporting(async () => {
    const container = openContainers(io, options).find(name);
    const ports = container.state().ports.map((port) => ({
      inside: `${port.guestPort}/${port.protocol}`,
      outside: describePort(port),
    }));
    if (wanted === undefined) {
      io.out(ports.map(({ inside, outside }) => `${inside} -> ${outside}\n`).join(""));
      return;
    }
    const inside = wanted.includes("/") ? wanted : `${wanted}/tcp`;
    const found = ports.filter((port) => port.inside === inside);
    if (found.length === 0) {
      const why = container.isActive ? "" : ", which does not run";
      const message = `port ${inside} is not published for the container ${name}${why}`;
      throw new CliError("no-port", message, { exitCode: 1 });
    }
    io.out(found.map(({ outside }) => `${outside}\n`).join(""));
  });
}
