/**
 * What a message takes of its sender's buffer: Linux counts the memory of its sk_buff, not bytes, so many small
 * messages fill a buffer sooner than a large one. net/core/skbuff.c, net/unix/af_unix.c.
 */
import { PAGE_SIZE } from "@kernelet/abi";

/** struct sk_buff, and struct skb_shared_info behind the data. */
const SK_BUFF = 256;
const SHARED_INFO = 320;
/** Bytes that lie in the head of a buffer; the rest is in pages. */
const MAX_HEAD = PAGE_SIZE - SHARED_INFO;
/** The same for datagrams: SKB_MAX_ALLOC. */
const MAX_RECORD_HEAD = 4 * PAGE_SIZE - SHARED_INFO;
/** The most that one buffer of a stream holds: SKB_MAX_ALLOC + UNIX_SKB_FRAGS_SZ. */
export const MAX_STREAM_BUFFER: number = MAX_RECORD_HEAD + 32768;

/** Sizes that kmalloc gives. */
const SLABS = [8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192];

/** Larger ones are a power of two of pages. */
function kmallocSize(size: number): number {
  const slab = SLABS.find((room) => room >= size);
  if (slab !== undefined) return slab;
  let pages = 4;
  while (pages * PAGE_SIZE < size) pages *= 2;
  return pages * PAGE_SIZE;
}

/** skb->truesize of `len` bytes of a stream: what is over a page lies in pages. */
export function streamTrueSize(len: number): number {
  return trueSize(len, MAX_HEAD);
}

/** The same of a datagram or packet: much of it may lie in the head. */
export function recordTrueSize(len: number): number {
  return trueSize(len, MAX_RECORD_HEAD);
}

function trueSize(len: number, mostInHead: number): number {
  const over = Math.max(0, len - mostInHead);
  const inPages = Math.min(len, Math.ceil(over / PAGE_SIZE) * PAGE_SIZE);
  const pages = Math.ceil(inPages / PAGE_SIZE) * PAGE_SIZE;
  return kmallocSize(len - inPages + SHARED_INFO) + SK_BUFF + pages;
}
