/** Users and groups of the sandbox's root: passwd(5), group(5). */

export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  /** "/" if nobody says. */
  readonly home: string;
}

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/**
 * Who `user[:group]` is. Numbers need no entry.
 * @returns null if a name is not known.
 */
export function resolveUser(text: string, passwd: string, group: string): Identity | null {
  const colon = text.indexOf(":");
  const userText = colon < 0 ? text : text.slice(0, colon);
  const groupText = colon < 0 ? null : text.slice(colon + 1);
  const users = parsePasswd(passwd);
  const groups = parseGroup(group);

  const number = idOf(userText);
  const user = users.find((entry) =>
    number === null ? entry.name === userText : entry.uid === number,
  );
  const uid = number ?? user?.uid;
  if (uid === undefined) return null;
  let gid = user?.gid ?? 0;
  if (groupText !== null) {
    const given = idOf(groupText) ?? groups.find((entry) => entry.name === groupText)?.gid;
    if (given === undefined) return null;
    gid = given;
  }
  const memberOf =
    user === undefined ? [] : groups.filter((entry) => entry.members.includes(user.name));
  const ids = [gid, ...memberOf.map((entry) => entry.gid)];
  return { uid, gid, groups: [...new Set(ids)], home: user?.home || "/" };
}

function idOf(text: string): number | null {
  if (!/^\d{1,10}$/.test(text)) return null;
  const id = Number(text);
  return id < 0xffff_ffff ? id : null;
}

function parsePasswd(text: string): PasswdEntry[] {
  return fields(text).flatMap(([name, , uid, gid, , home]) => {
    const ids = { uid: idOf(uid ?? ""), gid: idOf(gid ?? "") };
    return name === undefined || ids.uid === null || ids.gid === null
      ? []
      : [{ name, uid: ids.uid, gid: ids.gid, home: home ?? "" }];
  });
}

function parseGroup(text: string): GroupEntry[] {
  return fields(text).flatMap(([name, , gid, members]) => {
    const id = idOf(gid ?? "");
    return name === undefined || id === null
      ? []
      : [{ name, gid: id, members: (members ?? "").split(",").filter((m) => m !== "") }];
  });
}

function fields(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(":"));
}
