/**
 * Decides what a sandbox reaches. Plain data and pure functions: the Host asks before it opens anything, and the report says
 * which rule decided.
 *
 * In this order: a rule that denies; a rule that allows; the mode, or whoever is asked in its place. Closed addresses (closed-ranges.ts) are open only to a
 * rule that names them: a network that is no wider than the closed one. A name that is spelled out also opens private
 * addresses that it leads to, for who writes it down trusts whoever answers for it; one matched by a wildcard does not,
 * for then others choose the names.
 */
import { IpAddress } from "@kernelet/kernel";
import { type ClosedRange, carriedAddress, closedRange, ownRange } from "./closed-ranges.ts";
import type { NetworkMode, NetworkPolicy } from "./network-request.ts";
import { HOST_NAME, parseRule, type Rule } from "./rule.ts";

interface CompiledRule extends Rule {
  /** Of a "network". */
  readonly network: IpAddress | null;
}

export interface Policy {
  readonly mode: NetworkMode;
  readonly allow: readonly CompiledRule[];
  readonly deny: readonly CompiledRule[];
  /** What no rule names is asked about. */
  readonly asks: boolean;
  /** Of this machine's interfaces. */
  readonly ownAddresses: readonly IpAddress[];
}

export interface Judgement {
  readonly isAllowed: boolean;
  /** Somebody outside is to be asked. */
  readonly isAsked: boolean;
  /** What decided, for people. */
  readonly rule: string;
}

export interface Target {
  readonly address: IpAddress;
  readonly port: number;
  /** What the guest was told that this is the address of: normal names. */
  readonly names: readonly string[];
}

/** Preconditions: the rules are right; whoever made the request has looked. */
export function compilePolicy(
  { mode, allow, deny, asks = false }: NetworkPolicy,
  ownAddresses: readonly IpAddress[],
): Policy {
  return { mode, allow: allow.map(compile), deny: deny.map(compile), asks, ownAddresses };
}

function compile(text: string): CompiledRule {
  const rule = parseRule(text);
  if (typeof rule === "string") throw new Error(`not a rule: ${rule}`);
  const { host } = rule;
  return { ...rule, network: host.kind === "network" ? IpAddress.parse(host.address) : null };
}

const allowed = (rule: string): Judgement => ({ isAllowed: true, isAsked: false, rule });
const refused = (rule: string): Judgement => ({ isAllowed: false, isAsked: false, rule });

/** What holds where no rule does. */
function unnamed({ mode, asks }: Policy): Judgement {
  if (asks && mode !== "none") return { isAllowed: false, isAsked: true, rule: "decide" };
  return mode === "public" || mode === "host" ? allowed(`--net ${mode}`) : refused(`--net ${mode}`);
}

export function judgeAddress(policy: Policy, target: Target): Judgement {
  const { address, port } = target;
  const carried = carriedAddress(address);
  const all = carried === null ? [address] : [address, carried];
  const isFor = (rule: CompiledRule): boolean =>
    hasPort(rule, port) &&
    (all.some((one) => matchesAddress(rule, one)) ||
      target.names.some((name) => matchesName(rule, name)));
  const deny = policy.deny.find(isFor);
  if (deny !== undefined) return refused(`--deny ${deny.text}`);
  const closed = all.flatMap((one) => closedFor(policy, one));
  const allow = policy.allow.find((rule) => isFor(rule) && closed.every((one) => opens(rule, one)));
  if (allow !== undefined) return allowed(`--allow ${allow.text}`);
  const shut = closed.find(({ kind }) => policy.mode !== "host" || kind === "metadata");
  if (shut !== undefined) return refused(`closed: ${shut.kind} (${shut.text})`);
  return unnamed(policy);
}

interface ClosedAddress extends ClosedRange {
  readonly address: IpAddress;
}

/** Why `address` is closed; nothing if it is not. */
function closedFor({ ownAddresses }: Policy, address: IpAddress): ClosedAddress[] {
  const own = ownAddresses.find((one) => one.equals(address));
  const known = closedRange(address);
  // What is a cloud's metadata stays that, and loopback is one network.
  const isKnown = known?.kind === "metadata" || known?.kind === "this-machine";
  const range = own !== undefined && !isKnown ? ownRange(own) : known;
  return range === null ? [] : [{ ...range, address }];
}

function hasPort({ ports }: Rule, port: number): boolean {
  return ports === null || (port >= ports.first && port <= ports.last);
}

function matchesAddress({ host, network }: CompiledRule, address: IpAddress): boolean {
  switch (host.kind) {
    case "any":
      return true;
    case "network":
      return network !== null && address.isIn(network, host.prefix);
    case "this-machine":
      return address.isLoopback;
    case "name":
    case "below":
      return false;
  }
}

/** Whether `name` is one that the rule is about. */
function matchesName({ host }: Rule, name: string): boolean {
  switch (host.kind) {
    case "any":
      return true;
    case "name":
      return host.name === name;
    case "below":
      return name.endsWith(`.${host.name}`);
    case "network":
      return false;
    case "this-machine":
      return name === HOST_NAME;
  }
}

/** Whether a rule that is about an address is enough for it, closed as it is. */
function opens({ host, network }: CompiledRule, closed: ClosedAddress): boolean {
  switch (host.kind) {
    case "network":
      return (
        network !== null &&
        closed.address.isIn(network, host.prefix) &&
        host.prefix >= closed.prefix
      );
    case "this-machine":
      return closed.kind === "this-machine";
    case "name":
      return closed.kind === "private";
    case "any":
    case "below":
      return false;
  }
}

/** Whether a name may be resolved at all: what nobody may reach need not be asked of others. */
export function judgeName(policy: Policy, name: string): Judgement {
  const { allow, deny } = policy;
  // A rule for some ports says nothing against the others.
  const denied = deny.find((rule) => rule.ports === null && matchesName(rule, name));
  if (denied !== undefined) return refused(`--deny ${denied.text}`);
  const named = allow.find((rule) => matchesName(rule, name));
  if (named !== undefined) return allowed(`--allow ${named.text}`);
  return unnamed(policy);
}
