import {
  ACL_GROUP,
  ACL_GROUP_OBJ,
  ACL_MASK,
  ACL_OTHER,
  ACL_USER,
  ACL_USER_OBJ,
  EACCES,
  EINVAL,
} from "@kernelet/abi";
import { expect, test } from "vitest";
import { Credentials } from "../kernel/credentials.ts";
import {
  type Acl,
  aclMode,
  aclPermission,
  aclWithMode,
  decodeAcl,
  encodeAcl,
  inheritAcl,
} from "./posix-acl.ts";

const ACL: Acl = [
  { tag: ACL_USER_OBJ, perm: 7, id: -1 },
  { tag: ACL_USER, perm: 7, id: 1000 },
  { tag: ACL_GROUP_OBJ, perm: 4, id: -1 },
  { tag: ACL_GROUP, perm: 2, id: 50 },
  { tag: ACL_MASK, perm: 6, id: -1 },
  { tag: ACL_OTHER, perm: 1, id: -1 },
];

test("comes back from its bytes", () => {
  expect(decodeAcl(encodeAcl(ACL))).toEqual(ACL);
});

test("the mode shows the mask as the group's bits, and chmod changes it there", () => {
  expect(aclMode(ACL)).toBe(0o761);
  const changed = aclWithMode(ACL, 0o640);
  expect(changed.find(({ tag }) => tag === ACL_MASK)?.perm).toBe(4);
  expect(changed.find(({ tag }) => tag === ACL_GROUP_OBJ)?.perm).toBe(4);
  expect(aclMode(changed)).toBe(0o640);
});

test.each([
  { title: "without a mask", acl: ACL.filter(({ tag }) => tag !== ACL_MASK) },
  { title: "without the others", acl: ACL.slice(0, -1) },
  { title: "out of order", acl: [...ACL].reverse() },
  { title: "with two owners", acl: [ACL[0], ...ACL] as Acl },
  {
    title: "with a bit that is no permission",
    acl: [{ ...ACL[0], perm: 8 }, ...ACL.slice(1)] as Acl,
  },
])("a list $title is refused", ({ acl }) => {
  expect(decodeAcl(encodeAcl(acl))).toBe(EINVAL);
});

test.each([
  { who: "the named user, up to the mask", uid: 1000, groups: [], mask: 6, want: 0 },
  { who: "the named user beyond the mask", uid: 1000, groups: [], mask: 1, want: EACCES },
  { who: "the owning group", uid: 1, groups: [60], mask: 4, want: 0 },
  { who: "a named group", uid: 1, groups: [50], mask: 2, want: 0 },
  { who: "two groups, of which none has all", uid: 1, groups: [50, 60], mask: 6, want: EACCES },
  { who: "a group's member is none of the others", uid: 1, groups: [50], mask: 1, want: EACCES },
  { who: "the others", uid: 1, groups: [], mask: 1, want: 0 },
])("$who", ({ uid, groups, mask, want }) => {
  expect(aclPermission(ACL, 60, Credentials.user(uid, 1, groups), mask)).toBe(want);
});

test("what is made takes the default list in place of the umask", () => {
  const { acl, mode } = inheritAcl(ACL, 0o100666);
  expect(mode).toBe(0o100660);
  expect(acl.find(({ tag }) => tag === ACL_USER)?.perm).toBe(7);
});
