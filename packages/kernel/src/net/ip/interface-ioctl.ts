/** ioctl(2) about interfaces: netdevice(7); dev_ifsioc(), devinet_ioctl(). Any socket takes them, of any family. */
import {
  AF_INET,
  CAP_NET_ADMIN,
  EADDRNOTAVAIL,
  EFAULT,
  EINVAL,
  ENODEV,
  EOPNOTSUPP,
  EPERM,
  type Errno,
  IFF_UP,
  IFREQ,
  isErrno,
  SIOCETHTOOL,
  SIOCGIFADDR,
  SIOCGIFBRDADDR,
  SIOCGIFCONF,
  SIOCGIFDSTADDR,
  SIOCGIFFLAGS,
  SIOCGIFHWADDR,
  SIOCGIFINDEX,
  SIOCGIFMAP,
  SIOCGIFMETRIC,
  SIOCGIFMTU,
  SIOCGIFNAME,
  SIOCGIFNETMASK,
  SIOCGIFTXQLEN,
  SIOCSIFADDR,
  SIOCSIFFLAGS,
  SIOCSIFMTU,
  SIOCSIFNETMASK,
  SIOCSIFTXQLEN,
} from "@kernelet/abi";
import { decodeName, encodeName } from "../../fs/name.ts";
import type { NetNamespace } from "../../kernel/namespaces/net-namespace.ts";
import { ownerOf } from "../../kernel/namespaces/user-namespace.ts";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import { ANY4, IpAddress } from "./ip-address.ts";
import type { InterfaceAddress, NetDevice } from "./net-device.ts";
import { encodeEndpoint } from "./sockaddr.ts";

const NAME_SIZE = 16;
/** Of all requests about sockets, known or not: the second byte (is_socket_ioctl_cmd()). */
const SOCK_IOC_TYPE = 0x89;
/** struct ifconf: a length and a pointer. */
const IFCONF_SIZE = 16;
/** Flags that SIOCSIFFLAGS changes. */
const CHANGEABLE = IFF_UP;

interface Request {
  readonly device: NetDevice;
  /** What follows the name. */
  readonly data: DataView;
  readonly address: InterfaceAddress | undefined;
}

interface Row {
  readonly isChange?: boolean;
  /** Fills `data`, or takes from it. */
  readonly run: (request: Request) => 0 | Errno;
}

function sockaddrIn(data: DataView, address: IpAddress): void {
  new Uint8Array(data.buffer, data.byteOffset, 16).set(
    encodeEndpoint(AF_INET, { address, port: 0, scope: 0 }),
  );
}

function maskOf(prefix: number): IpAddress {
  return IpAddress.v4(prefix === 0 ? 0 : 0xffffffff << (32 - prefix));
}

/** About the first IPv4 address. */
function ofAddress(get: (address: InterfaceAddress) => IpAddress): Row {
  return {
    run({ data, address }) {
      if (address === undefined) return EADDRNOTAVAIL;
      sockaddrIn(data, get(address));
      return 0;
    },
  };
}

function number(get: (device: NetDevice) => number): Row {
  return {
    run({ data, device }) {
      data.setInt32(0, get(device), true);
      return 0;
    },
  };
}

const getFlags: Row = {
  run({ data, device }) {
    data.setInt16(0, device.shownFlags & 0xffff, true);
    return 0;
  },
};

/** There is no hardware: no memory, no port, no interrupt. */
const noMap: Row = {
  run({ data }) {
    new Uint8Array(data.buffer, data.byteOffset).fill(0);
    return 0;
  },
};

const setFlags: Row = {
  isChange: true,
  run({ data, device }) {
    const wanted = data.getInt16(0, true);
    device.setUp((wanted & CHANGEABLE & IFF_UP) !== 0);
    return 0;
  },
};

const setAddress: Row = {
  isChange: true,
  run({ data, device }) {
    const family = data.getUint16(0, true);
    if (family !== AF_INET) return EINVAL;
    const address = IpAddress.v4(data.getUint32(4));
    device.addresses = device.addresses.filter((own) => !own.address.isV4);
    if (address.isAny) return 0;
    const prefix =
      address.isLoopback || address.word >>> 31 === 0 ? 8 : address.word >>> 30 === 2 ? 16 : 24;
    device.addresses.push({ address, prefix, scope: device.isLoopback ? 254 : 0, broadcast: null });
    if (!device.isUp) device.setUp(true);
    return 0;
  },
};

const setMask: Row = {
  isChange: true,
  run({ data, device, address }) {
    if (address === undefined) return EADDRNOTAVAIL;
    const mask = data.getUint32(4);
    const prefix = Math.clz32(~mask);
    if (mask !== maskOf(prefix).word) return EINVAL;
    device.addresses = device.addresses.map((own) => (own === address ? { ...own, prefix } : own));
    return 0;
  },
};

const setMtu: Row = {
  isChange: true,
  run({ data, device }) {
    const mtu = data.getInt32(0, true);
    if (mtu < 0) return EINVAL;
    device.mtu = mtu;
    return 0;
  },
};

const setQueueLength: Row = {
  isChange: true,
  run({ data, device }) {
    const length = data.getInt32(0, true);
    if (length < 0) return EINVAL;
    device.txQueueLength = length;
    return 0;
  },
};

const hardwareAddress: Row = {
  run({ data, device }) {
    data.setUint16(0, device.hardwareType, true);
    device.hardwareAddress.forEach((byte, i) => {
      data.setUint8(2 + i, byte);
    });
    return 0;
  },
};

const ROWS: ReadonlyMap<number, Row> = new Map<number, Row>([
  [SIOCGIFFLAGS, getFlags],
  [SIOCSIFFLAGS, setFlags],
  [SIOCGIFADDR, ofAddress(({ address }) => address)],
  [SIOCSIFADDR, setAddress],
  [SIOCGIFDSTADDR, ofAddress(({ address }) => address)],
  [SIOCGIFBRDADDR, ofAddress(({ broadcast }) => broadcast ?? ANY4)],
  [SIOCGIFNETMASK, ofAddress(({ prefix }) => maskOf(prefix))],
  [SIOCSIFNETMASK, setMask],
  [SIOCGIFMETRIC, number(() => 0)],
  [SIOCGIFMTU, number(({ mtu }) => mtu)],
  [SIOCSIFMTU, setMtu],
  [SIOCGIFHWADDR, hardwareAddress],
  [SIOCGIFINDEX, number(({ index }) => index)],
  [SIOCGIFTXQLEN, number(({ txQueueLength }) => txQueueLength)],
  [SIOCSIFTXQLEN, setQueueLength],
  [SIOCGIFMAP, noMap],
  [SIOCETHTOOL, { run: () => EOPNOTSUPP }],
]);

/** @returns null if it is no such request. */
export function interfaceIoctl(
  task: Task,
  namespace: NetNamespace,
  cmd: number,
  arg: number,
): SyscallResult | null {
  if (cmd === SIOCGIFCONF) return listInterfaces(task, namespace, arg);
  if (cmd === SIOCGIFNAME) return nameOf(task, namespace, arg);
  const row = ROWS.get(cmd);
  if (row === undefined && (cmd >>> 8) % 0x100 !== SOCK_IOC_TYPE) return null;
  const bytes = task.mm.copyIn(arg, IFREQ.size);
  if (isErrno(bytes)) return EFAULT;
  if (row === undefined) return null;
  const name = bytes.subarray(0, NAME_SIZE - 1);
  const nul = name.indexOf(0);
  const text = decodeName(nul < 0 ? name : name.subarray(0, nul)).replace(/:.*$/, "");
  const device = namespace.stack.deviceNamed(text);
  if (row.isChange === true && !task.credentials.hasIn(ownerOf(namespace), CAP_NET_ADMIN))
    return EPERM;
  if (device === undefined) return ENODEV;
  const request = {
    device,
    data: new DataView(bytes.buffer, bytes.byteOffset + NAME_SIZE, IFREQ.size - NAME_SIZE),
    address: device.addresses.find(({ address }) => address.isV4),
  };
  const result = row.run(request);
  if (result !== 0 || row.isChange === true) return result;
  return task.mm.copyOut(arg, bytes);
}

function nameOf(task: Task, { stack }: NetNamespace, arg: number): SyscallResult {
  const index = task.mm.readInt32(arg + IFREQ.ifr_ifindex);
  if (index === null) return EFAULT;
  const device = stack.device(index);
  if (device === undefined) return ENODEV;
  const name = new Uint8Array(NAME_SIZE);
  name.set(encodeName(device.name));
  return task.mm.copyOut(arg, name);
}

/** SIOCGIFCONF: the IPv4 addresses of all interfaces that have one. */
function listInterfaces(task: Task, { stack }: NetNamespace, arg: number): SyscallResult {
  const head = task.mm.copyIn(arg, IFCONF_SIZE);
  if (isErrno(head)) return EFAULT;
  const view = new DataView(head.buffer, head.byteOffset);
  const room = view.getInt32(0, true);
  const addr = Number(view.getBigUint64(8, true));
  const entries: Uint8Array[] = [];
  for (const device of stack.devices) {
    for (const { address } of device.addresses) {
      if (!address.isV4) continue;
      const entry = new Uint8Array(IFREQ.size);
      entry.set(encodeName(device.name));
      sockaddrIn(new DataView(entry.buffer, NAME_SIZE), address);
      entries.push(entry);
    }
  }
  let done = 0;
  if (addr === 0) done = entries.length * IFREQ.size;
  else {
    for (const entry of entries) {
      if (done + IFREQ.size > room) break;
      const result = task.mm.copyOut(addr + done, entry);
      if (isErrno(result)) return result;
      done += IFREQ.size;
    }
  }
  return task.mm.writeInt32(arg, done);
}
