/** Options of `run` and `create`, as docker(1) has them. */
import { isIP } from "node:net";
import {
  type ContainerRequest,
  exposedPorts,
  PULL_POLICIES,
  type PullPolicy,
} from "@kernelet/container";
import type { NetworkMode, NetworkRequest } from "@kernelet/sandbox";
import { Option } from "commander";
import { badOption } from "../errors.ts";
import type { Io } from "../io.ts";
import { parseCount } from "./count.ts";
import { namedEnvironment } from "./environment.ts";
import { parseHostname } from "./hostname.ts";
import { type LabelOptions, parseLabels } from "./labels.ts";
import {
  type CapabilityOptions,
  parseCapabilities,
  parseCpus,
  parseRestart,
  parseUlimit,
} from "./limits.ts";
import { listOption } from "./list.ts";
import { type LogOptions, parseLog } from "./log.ts";
import { type MountOptions, parseMounts } from "./mount.ts";
import { buildNetwork } from "./network.ts";
import { rootOption } from "./root.ts";
import { parseSeconds } from "./seconds.ts";
import { parseSignal } from "./signal.ts";
import { parseSize } from "./size.ts";

export interface CreateOptions extends MountOptions, LabelOptions, CapabilityOptions, LogOptions {
  readonly name?: string;
  readonly interactive?: true;
  readonly tty?: true;
  readonly env?: readonly string[];
  readonly envFile?: readonly string[];
  readonly workdir?: string;
  readonly user?: string;
  readonly entrypoint?: string;
  readonly hostname?: string;
  readonly publish?: readonly string[];
  readonly publishAll?: true;
  readonly expose?: readonly string[];
  readonly network?: string;
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly dns?: readonly string[];
  readonly dnsSearch?: readonly string[];
  readonly dnsOption?: readonly string[];
  readonly addHost?: readonly string[];
  readonly memory?: number;
  readonly memorySwap?: string;
  readonly cpus?: number;
  readonly pidsLimit?: number;
  readonly shmSize?: string;
  readonly ulimit?: readonly string[];
  readonly readOnly?: true;
  readonly securityOpt?: readonly string[];
  readonly init?: true;
  readonly stopSignal?: string;
  readonly stopTimeout?: string;
  readonly restart?: string;
  readonly rm?: true;
  readonly pull: PullPolicy;
  readonly platform?: string;
  readonly quiet?: true;
  readonly cidfile?: string;
  readonly detach?: true;
  readonly detachKeys?: string;
  readonly sigProxy?: string;
  readonly root?: string;
}

// biome-ignore format: one option per line.
const OPTIONS: readonly Option[] = [
  new Option("--name <name>", "what it is called; made up unless given"),
  new Option("-i, --interactive", "keep its standard input open"),
  new Option("-t, --tty", "give it a terminal"),
  new Option("--rm", "remove it when it has ended"),
  listOption("-e, --env <name[=value]>", "set a variable, or pass the caller's on; may be repeated"),
  listOption("--env-file <file>", "set the variables in a file, one name=value a line; may be repeated"),
  new Option("-w, --workdir <folder>", "start there; made if it is not there"),
  new Option("-u, --user <user[:group]>", "run as this user: names of the image's /etc/passwd, or numbers"),
  new Option("--entrypoint <program>", "instead of the image's; '' for none"),
  listOption("-v, --volume <[source:]target[:ro]>", "show a folder or file of the host's, or a named volume; may be repeated"),
  listOption("--mount <fields>", "the same as type=bind|volume|tmpfs,source=…,target=…[,readonly]; may be repeated"),
  listOption("--tmpfs <target[:options]>", "an empty folder in memory, as /run:size=64m,mode=755; may be repeated"),
  new Option("--read-only", "nothing can be written to its root"),
  new Option("-h, --hostname <name>", "what it sees as the machine's name; its short id unless given"),
  listOption("--add-host <name:address>", "a line of its /etc/hosts; may be repeated"),
  listOption("--dns <address>", "a name server to ask for it; may be repeated"),
  listOption("--dns-search <domain>", "a search domain of its /etc/resolv.conf; may be repeated"),
  listOption("--dns-option <option>", "an option of its /etc/resolv.conf; may be repeated"),
  listOption("-p, --publish <[[ip:]host:]port[/udp]>", "let a port of this machine lead to one inside, on 127.0.0.1 unless ip says otherwise; may be repeated"),
  new Option("-P, --publish-all", "let free ports of 127.0.0.1 lead to all that the image and --expose name"),
  listOption("--expose <port[-port][/udp]>", "a further port that -P publishes; may be repeated"),
  new Option("--net, --network <network>", "what it can reach: none (but itself), public (no private addresses), host; public unless given"),
  listOption("--allow <host[:port]>", "let it reach a name, *.name, address, network or localhost as well; may be repeated"),
  listOption("--deny <host[:port]>", "keep it from reaching these, whatever allows them; may be repeated"),
  new Option("-m, --memory <size>", "memory for all its processes and files, as 512m or 2g; half of this machine's unless given").argParser((text) => parseSize("--memory", text)),
  new Option("--memory-swap <size>", "there is no swap").hideHelp(),
  new Option("--cpus <number>", "parts of a processor, as 0.5; it has one at most").argParser(parseCpus),
  new Option("--pids-limit <count>", "the most processes and threads at one time").argParser((text) => parseCount("--pids-limit", text)),
  new Option("--shm-size <size>", "size of its /dev/shm").argParser((text) => String(parseSize("--shm-size", text))),
  listOption("--ulimit <name=soft[:hard]>", "a limit of its processes, as nofile=1024; may be repeated"),
  listOption("--cap-add <capability>", "let it have this one, too, or ALL; may be repeated"),
  listOption("--cap-drop <capability>", "do not let it have this one, or ALL; may be repeated"),
  new Option("--privileged", "all capabilities, in a kernel that is its own"),
  listOption("--security-opt <option>", "seccomp, apparmor and labels of the host mean nothing here").hideHelp(),
  new Option("--init", "pid 1 is the kernel's own and takes care of orphans"),
  new Option("--stop-signal <signal>", "what kernelet stop sends"),
  new Option("--stop-timeout <seconds>", "how long kernelet stop waits for it to end; 10 unless given"),
  new Option("--log-driver <driver>", "json-file, or none"),
  listOption("--log-opt <name=value>", "max-size=SIZE of a file of its log, or -1 for no end; max-file=COUNT of them; 10m and 3 unless given"),
  new Option("--restart <policy>", "no, on-failure[:times], always, unless-stopped"),
  listOption("-l, --label <key=value>", "may be repeated"),
  listOption("--label-file <file>", "labels, one key=value a line; may be repeated"),
  new Option("--pull <when>", "ask the registry for the image").choices(PULL_POLICIES).default("missing"),
  new Option("--platform <os/arch[/variant]>", "which of several images, as linux/amd64"),
  new Option("-q, --quiet", "show no progress while an image is pulled"),
  new Option("--cidfile <file>", "write its id there"),
];

export function createOptions(): Option[] {
  return [...OPTIONS, rootOption()];
}

/** What is asked for, or an error that says which option is wrong. Nothing has been done yet. */
export function requestOf(
  io: Io,
  command: readonly string[],
  options: CreateOptions,
): ContainerRequest {
  const mounts = parseMounts(options, io.cwd());
  if (options.shmSize !== undefined) {
    const shm = `size=${options.shmSize},mode=1777`;
    mounts.push({ type: "tmpfs", target: "/dev/shm", options: shm });
  }
  const capabilities = parseCapabilities(options);
  // At a terminal somebody may come back.
  const isOnce = options.interactive === true && options.detach !== true && options.tty !== true;
  if (options.rm === true && options.restart !== undefined && options.restart !== "no") {
    throw badOption("--rm", "a container that is restarted cannot be removed when it ends");
  }
  return {
    ...defined({
      name: options.name,
      command: command.length > 0 ? command : undefined,
      entrypoint: entrypointOf(options),
      cwd: workdirOf(options),
      user: options.user,
      hostname:
        options.hostname === undefined ? undefined : parseHostname("--hostname", options.hostname),
      memoryLimit: options.memory,
      taskLimit: options.pidsLimit,
      cpus: options.cpus,
      capabilities,
      stopSignal:
        options.stopSignal === undefined
          ? undefined
          : parseSignal("--stop-signal", options.stopSignal),
      stopTimeoutS:
        options.stopTimeout === undefined
          ? undefined
          : parseSeconds("--stop-timeout", options.stopTimeout),
      restart: options.restart === undefined ? undefined : parseRestart(options.restart),
    }),
    env: namedEnvironment(io, { assignments: options.env ?? [], files: options.envFile ?? [] }),
    isTty: options.tty === true,
    isInputOpen: options.interactive === true,
    isInputOnce: isOnce,
    mounts,
    isReadOnly: options.readOnly === true,
    rlimits: (options.ulimit ?? []).map(parseUlimit),
    hasInit: options.init === true,
    autoRemove: options.rm === true,
    log: parseLog(options),
    labels: parseLabels(options),
    extraHosts: (options.addHost ?? []).map(parseHost),
    network: networkOf(options),
    exposed: (options.expose ?? []).map(checkExposed),
    isPublishingAll: options.publishAll === true,
    dnsSearch: options.dnsSearch ?? [],
    dnsOptions: options.dnsOption ?? [],
  };
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is undefined. */
function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}

/** As docker(1) calls them; and ours. Its "none" has a loopback interface. */
const NETWORKS: Readonly<Record<string, NetworkMode>> = {
  bridge: "public",
  default: "public",
  host: "host",
  loopback: "loopback",
  none: "loopback",
  public: "public",
};

function networkOf(options: CreateOptions): NetworkRequest {
  const { network = "default", ...others } = options;
  const net = NETWORKS[network];
  if (net === undefined) {
    const known = "none, public (bridge, default), host";
    throw badOption("--network", `'${network}' is none of ${known}`);
  }
  return buildNetwork({ ...others, net });
}

function checkExposed(text: string): string {
  if (exposedPorts(text).length === 0) {
    throw badOption("--expose", `'${text}' is not PORT[-PORT][/tcp|/udp]`);
  }
  return text;
}

function entrypointOf({ entrypoint }: CreateOptions): readonly string[] | undefined {
  if (entrypoint === undefined) return undefined;
  return entrypoint === "" ? [] : [entrypoint];
}

function workdirOf({ workdir }: CreateOptions): string | undefined {
  if (workdir !== undefined && !workdir.startsWith("/")) {
    throw badOption("-w", `'${workdir}' must be an absolute path in the container`);
  }
  return workdir;
}

function parseHost(text: string): string {
  const [name = "", address = ""] = text.split(/[:=](.*)/s);
  const plain = address.replace(/^\[(.*)\]$/, "$1");
  if (name === "" || isIP(plain) === 0) {
    throw badOption("--add-host", `'${text}' is not NAME:ADDRESS`);
  }
  return `${name}:${plain}`;
}
