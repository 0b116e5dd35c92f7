/** Names outside: which may be looked up, and which addresses the guest was told for them. */
import { EACCES } from "@kernelet/abi";
import type { HostAnswer, HostQuestion, IpAddress } from "@kernelet/kernel";
import { judgeAddress, judgeName, type Policy } from "../network/policy.ts";
import { ResolvedNames } from "../network/resolved-names.ts";
import { normalName } from "../network/rule.ts";
import type { Decision, Decisions } from "./decisions.ts";
import type { HostLog } from "./host-log.ts";
import { NodeResolver } from "./node-resolver.ts";

export interface NamesParts {
  readonly log: HostLog;
  readonly decisions: Decisions;
  /** As it is now. */
  readonly policy: Policy;
  readonly servers: readonly string[] | undefined;
}

export class NodeNames {
  readonly #parts: NamesParts;
  readonly #resolver: NodeResolver;
  readonly #resolved: ResolvedNames = new ResolvedNames();

  constructor(parts: NamesParts) {
    this.#parts = parts;
    this.#resolver = new NodeResolver(parts.servers);
  }

  /** What the guest was told that the address is of, the last one last. */
  of(address: IpAddress): string[] {
    return this.#resolved.namesOf(`${address}`, performance.now());
  }

  async answer(question: HostQuestion): Promise<HostAnswer> {
    const { isAllowed } = await this.#judge(question);
    this.#parts.log.record("resolve", isAllowed ? 0 : EACCES);
    if (!isAllowed) return { status: "refused" };
    const answer = await this.#resolver.resolve(question);
    this.#remember(question, answer);
    return answer;
  }

  async #judge({ name, address }: HostQuestion): Promise<Decision> {
    const { policy, decisions } = this.#parts;
    if (address !== null) {
      // The name of an address that nothing there may be reached of is nobody's business, and nobody is asked for it.
      const judged = judgeAddress(policy, { address, port: 0, names: this.of(address) });
      return this.#note(`${address}`, judged);
    }
    const normal = normalName(name);
    if (normal === null)
      return this.#note(name, { isAllowed: false, rule: "no name of a machine" });
    const judged = judgeName(policy, normal);
    if (!judged.isAsked) return this.#note(name, judged);
    const place = { host: normal, names: [normal], address: null, port: 0 };
    return this.#note(name, await decisions.decide({ protocol: "dns", ...place }));
  }

  #note(host: string, { isAllowed, rule }: Decision): Decision {
    const { network } = this.#parts.log;
    return network.note({ kind: "name", host, port: 0, names: [], isAllowed, rule });
  }

  #remember({ name }: HostQuestion, answer: HostAnswer): void {
    const normal = normalName(name);
    if (answer.status !== "found" || normal === null) return;
    for (const record of answer.records) {
      if (record.type !== "A" && record.type !== "AAAA") continue;
      this.#resolved.remember(`${record.address}`, normal, record.ttlSec, performance.now());
    }
  }
}
