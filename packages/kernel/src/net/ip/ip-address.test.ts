import { expect, test } from "vitest";
import { IpAddress } from "./ip-address.ts";

test.each([
  { text: "0.0.0.0" },
  { text: "127.0.0.1" },
  { text: "255.255.255.255" },
  { text: "192.0.2.200" },
  { text: "010.1.1.1", shown: "10.1.1.1" },
  { text: "::" },
  { text: "::1" },
  { text: "2001:db8::8:800:200c:417a" },
  { text: "FE80::1%eth0", shown: "fe80::1" },
  { text: "::ffff:192.0.2.1", shown: "192.0.2.1" },
  { text: "256.0.0.1", shown: null },
  { text: "1.2.3", shown: null },
  { text: "1::2::3", shown: null },
])("$text is read, and shown", ({ text, shown = text }) => {
  expect(IpAddress.parse(text)?.toString() ?? null).toBe(shown);
});

test.each(["203.0.113.254", "2001:db8:1:2:3:4:5:ffff"])("%s has the bytes of the wire", (text) => {
  const address = IpAddress.parse(text);
  const bytes = address?.isV4 === true ? address.bytes4() : address?.bytes16();
  expect(IpAddress.from(bytes ?? new Uint8Array(4)).toString()).toBe(text);
});
