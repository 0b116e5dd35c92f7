/** A Debian package, built, installed and removed as root of the sandbox, whoever that is outside. */
import { describe, expect, type TestContext, test } from "vitest";
import { needHost, needSlowSet } from "./needs.ts";
import { LAUNCHER, run } from "./run.ts";

const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/** On the host as no one in particular: what root may do there must not matter. */
async function asNobody(context: TestContext, argv: readonly string[]) {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) needHost(context, "setpriv");
  const prefix = isRoot ? NOBODY : ["env"];
  const asUser = (args: readonly string[]) =>
    run(prefix[0] as string, [...prefix.slice(1), ...args]);
  const { code } = await asUser(["test", "-r", LAUNCHER, "-a", "-x", process.execPath]);
  if (code !== 0) context.skip("the project's folder is closed to other users");
  return asUser([process.execPath, LAUNCHER, ...argv]);
}

const BUILD = `cd "$(mktemp -d)"; mkdir -p p/DEBIAN p/usr/bin p/etc/demo p/usr/share/demo
cat > p/DEBIAN/control <<'END'
Package: kernelet-demo
Version: 1.2-3
Architecture: all
Maintainer: Nobody <nobody@example.com>
Description: a package of a test
END
echo /etc/demo/conf > p/DEBIAN/conffiles; echo v=1 > p/etc/demo/conf
printf '#!/bin/sh\\necho "demo runs as $(id -un)"\\n' > p/usr/bin/kernelet-demo; seq 1 5000 > p/usr/share/demo/data; ln -s data p/usr/share/demo/link
for s in preinst postinst prerm postrm; do printf '#!/bin/sh\\nset -e\\necho "$0 $*" | sed "s/.*[.\\\\/]//"\\n' > p/DEBIAN/$s; chmod 755 p/DEBIAN/$s; done
echo 'chown daemon:mail /etc/demo/conf; chmod 640 /etc/demo/conf' >> p/DEBIAN/postinst; chmod 755 p/usr/bin/kernelet-demo
dpkg-deb --root-owner-group -b p k.deb > /dev/null && dpkg-deb -c k.deb | awk '{print $1, $2, $6, $7, $8}'
`;

const INSTALL = `dpkg -i k.deb; dpkg-query -W -f '\${Package} \${Version} \${Status}\\n' kernelet-demo; dpkg -S /usr/bin/kernelet-demo; dpkg -V kernelet-demo
stat -c '%U %G %a %n' /etc/demo/conf /usr/bin/kernelet-demo; kernelet-demo; echo changed >> /etc/demo/conf; echo damaged >> /usr/share/demo/data; dpkg -V kernelet-demo
`;
const REMOVE = `dpkg -r kernelet-demo; ls /etc/demo /usr/share/demo; dpkg -P kernelet-demo; ls /etc/demo; dpkg -s kernelet-demo > /dev/null 2>&1; echo $?
`;

const EXPECTED = `drwxr-xr-x root/root ./
drwxr-xr-x root/root ./etc/
drwxr-xr-x root/root ./etc/demo/
-rw-r--r-- root/root ./etc/demo/conf
drwxr-xr-x root/root ./usr/
drwxr-xr-x root/root ./usr/bin/
-rwxr-xr-x root/root ./usr/bin/kernelet-demo
drwxr-xr-x root/root ./usr/share/
drwxr-xr-x root/root ./usr/share/demo/
-rw-r--r-- root/root ./usr/share/demo/data
lrwxrwxrwx root/root ./usr/share/demo/link -> data
Preparing to unpack k.deb ...
preinst install
Unpacking kernelet-demo (1.2-3) ...
Setting up kernelet-demo (1.2-3) ...
postinst configure
kernelet-demo 1.2-3 install ok installed
kernelet-demo: /usr/bin/kernelet-demo
daemon mail 640 /etc/demo/conf
root root 755 /usr/bin/kernelet-demo
demo runs as root
??5?????? c /etc/demo/conf
??5??????   /usr/share/demo/data
Removing kernelet-demo (1.2-3) ...
prerm remove
postrm remove
/etc/demo:
conf
Purging configuration files for kernelet-demo (1.2-3) ...
postrm purge
1
`;

describe("dpkg -i", () => {
  test("by root inside, without root outside", async (context) => {
    needHost(context, "dpkg-deb", "dpkg");
    needSlowSet(context);
    const script = `exec 2>&1; umask 022; export LC_ALL=C; ${BUILD}${INSTALL}${REMOVE}`;
    const argv = ["do", "-u", "0:0", "--", "bash", "-c", script];
    const { stdout, stderr } = await asNobody(context, argv);
    const lines = stdout.split(/(?<=\n)/);
    const chatter = /^(Selecting previously|\(Reading database|ls: cannot)/;
    expect(
      lines
        .filter((line) => !chatter.test(line))
        .join("")
        .replace(/ +$/gm, ""),
      stderr,
    ).toBe(EXPECTED);
  });
});
